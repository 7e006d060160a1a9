Feature: Timeout
  As an implementer of the workflow DSL
  I want work to end in time
  So that nothing waits for ever

  Scenario: Of a listen
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: timeout-listen, version: '1.0.0' }
    do: [ { never: { listen: { to: { any: [], until: "${ false }" } }, timeout: { after: PT1H } } } ]
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    { type: https://serverlessworkflow.io/spec/1.0.0/errors/timeout, status: 408, instance: /do/0/never }
    """
    And the workflow should have taken 1 hour

  Scenario: Of a wait
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: timeout-wait, version: '1.0.0' }
    do: [ { pause: { wait: PT2H, timeout: { after: PT1H } } } ]
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    { type: https://serverlessworkflow.io/spec/1.0.0/errors/timeout, status: 408, instance: /do/0/pause }
    """

  Scenario: Of a composite task
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: timeout-do, version: '1.0.0' }
    do: [ { both: { do: [ { pause: { wait: PT2H } } ], timeout: { after: PT1H } } } ]
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    { type: https://serverlessworkflow.io/spec/1.0.0/errors/timeout, status: 408, instance: /do/0/both }
    """

  Scenario: Of a call that is not answered
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: timeout-call, version: '1.0.0' }
    do: [ { get: { call: http, with: { method: get, endpoint: https://api.example/x }, timeout: { after: PT5S } } } ]
    """
    And calls of 'GET https://api.example/x' are not answered
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    { type: https://serverlessworkflow.io/spec/1.0.0/errors/timeout, status: 408, instance: /do/0/get }
    """
    And the workflow should have taken 5 seconds

  Scenario: Of the workflow
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: timeout-workflow, version: '1.0.0' }
    timeout: { after: PT1H }
    do: [ { pause: { wait: PT2H } } ]
    """
    When the workflow is executed
    Then the workflow should fault
    And the workflow should have taken 1 hour

  Scenario: By name
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: timeout-named, version: '1.0.0' }
    use: { timeouts: { short: { after: PT10S } } }
    do: [ { pause: { wait: PT1H, timeout: short } } ]
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 408
    """
    And the workflow should have taken 10 seconds

  Scenario: Caught
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: timeout-caught, version: '1.0.0' }
    do:
      - careful:
          try: [ { pause: { wait: PT2H, timeout: { after: PT1H } } } ]
          catch: { errors: { with: { status: 408 } }, do: [ { late: { set: { late: true } } } ] }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    late: true
    """

  Scenario: Computed
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: timeout-dynamic, version: '1.0.0' }
    do: [ { pause: { wait: PT1H, timeout: { after: { minutes: "${ .n }" } } } } ]
    """
    And the workflow input is:
    """yaml
    n: 3
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 408
    """
    And the workflow should have taken 3 minutes
