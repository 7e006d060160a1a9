Feature: Fan-out
  As an implementer of the workflow DSL
  I want work to be done at the same time
  So that it is done sooner

  Scenario: Branches get the same input, and their outputs keep their order
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: fan-fork, version: '1.0.0' }
    do:
      - both:
          fork:
            branches:
              - slow: { do: [ { pause: { wait: PT10S } }, { a: { set: '${ { a: .n } }' } } ] }
              - fast: { set: '${ { b: .n } }' }
    """
    And the workflow input is:
    """yaml
    n: 1
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ { a: 1 }, { b: 1 } ]
    """

  Scenario: It takes as long as the longest branch
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: fan-time, version: '1.0.0' }
    do:
      - both: { fork: { branches: [ { one: { wait: PT10S } }, { two: { wait: PT20S } } ] } }
    """
    When the workflow is started
    And the workflow is executed
    Then the workflow should have taken 20 seconds

  Scenario: The first one wins
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: fan-compete, version: '1.0.0' }
    do:
      - race:
          fork:
            compete: true
            branches:
              - slow: { do: [ { pause: { wait: PT20S } }, { s: { set: { won: slow } } } ] }
              - fast: { do: [ { rest: { wait: PT10S } }, { f: { set: { won: fast } } } ] }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    won: fast
    """
    And the workflow should have taken 10 seconds

  Scenario: A branch that fails stops the others
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: fan-fail, version: '1.0.0' }
    do:
      - both:
          fork:
            branches:
              - waits: { wait: P1D }
              - fails: { do: [ { pause: { wait: PT1S } }, { stop: { raise: { error: { type: https://a.example/e, status: 400 } } } } ] }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 400
    """
    And the workflow should have taken 1 second

  Scenario: A listen in each branch
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: fan-listen, version: '1.0.0' }
    do:
      - both:
          fork:
            branches:
              - a: { listen: { to: { one: { with: { type: a } } } } }
              - b: { listen: { to: { one: { with: { type: b } } } } }
    """
    When the workflow is started
    And an event is received:
    """yaml
    { type: b, data: 2 }
    """
    Then the workflow should be waiting
    When an event is received:
    """yaml
    { type: a, data: 1 }
    """
    Then the workflow should complete with output:
    """yaml
    [ [ 1 ], [ 2 ] ]
    """
