Feature: Wait task
  As an implementer of the workflow DSL
  I want runs to pause for a given time
  So that they go on when it is time

  Scenario: A duration as a map
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: wait-map, version: '1.0.0' }
    do: [ { pause: { wait: { minutes: 5, seconds: 30 } } } ]
    """
    When the workflow is started
    And 5 minutes pass
    Then the workflow should be waiting
    When 30 seconds pass
    Then the workflow should complete

  Scenario: A duration in ISO 8601
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: wait-iso, version: '1.0.0' }
    do: [ { pause: { wait: PT1H } } ]
    """
    When the workflow is started
    And the workflow is executed
    Then the workflow should have taken 1 hour

  Scenario: A duration that is computed
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: wait-dynamic, version: '1.0.0' }
    do: [ { pause: { wait: { seconds: '${ .n * 10 }' } } } ]
    """
    And the workflow input is:
    """yaml
    n: 3
    """
    When the workflow is started
    And 29 seconds pass
    Then the workflow should be waiting
    When 1 second passes
    Then the workflow should complete with output:
    """yaml
    n: 3
    """

  Scenario: The wait goes on over a restart
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: wait-restart, version: '1.0.0' }
    do: [ { pause: { wait: PT1H } } ]
    """
    When the workflow is started
    And 30 minutes pass
    And the engine is restarted
    And 29 minutes pass
    Then the workflow should be waiting
    When 1 minute passes
    Then the workflow should complete
