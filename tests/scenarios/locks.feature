Feature: Locks
  As an author whose runs must not do one thing at the same time
  I want a task to begin only when its run holds a name
  So that nobody sells a seat twice

  Background:
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: seat, version: '1.0.0' }
    do:
      - hold:
          lock: ${ "seat:" + (.seat // "7A") }
          call: http
          with: { method: put, endpoint: https://seats.example/7A }
          compensate: [ { free: { call: http, with: { method: delete, endpoint: https://seats.example/7A } } } ]
      - paid: { listen: { to: { one: { with: { type: paid } } } }, timeout: { after: PT1H } }
    """
    And calls of 'PUT https://seats.example/7A' are answered with:
    """yaml
    status: 200
    """
    And calls of 'DELETE https://seats.example/7A' are answered with:
    """yaml
    status: 200
    """

  Scenario: The second run waits until the first has ended
    When the workflow is started
    And the workflow is started
    Then the workflow should be waiting
    And 'PUT https://seats.example/7A' should have been called once
    When an event is received:
    """yaml
    { type: paid, skaldrun: run-1 }
    """
    Then 'PUT https://seats.example/7A' should have been called 2 times
    When an event is received:
    """yaml
    { type: paid, skaldrun: run-2 }
    """
    Then the workflow should be completed

  Scenario: A run keeps its lock while it unwinds
    When the workflow is started
    And calls of 'DELETE https://seats.example/7A' are answered with:
    """yaml
    - { status: 503 }
    - { status: 204 }
    """
    And the workflow is cancelled
    And the workflow is started
    Then 'DELETE https://seats.example/7A' should have been called once
    And 'PUT https://seats.example/7A' should have been called once
    When 10 minutes pass
    Then 'DELETE https://seats.example/7A' should have been called 2 times
    And 'PUT https://seats.example/7A' should have been called 2 times

  Scenario: Who is cancelled while it waits is passed over
    When the workflow is started
    And the workflow is started
    And the workflow is cancelled
    Then the workflow should be cancelled
    When the workflow is started
    And an event is received:
    """yaml
    { type: paid, skaldrun: run-1 }
    """
    Then 'PUT https://seats.example/7A' should have been called 2 times

  Scenario: The waiting survives a restart
    When the workflow is started
    And the workflow is started
    And the engine is restarted
    Then 'PUT https://seats.example/7A' should have been called once
    When an event is received:
    """yaml
    { type: paid, skaldrun: run-1 }
    """
    Then 'PUT https://seats.example/7A' should have been called 2 times

  Scenario: The timeout of the task counts the waiting
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: brief, version: '1.0.0' }
    do:
      - hold:
          lock: seat
          timeout: { after: PT1M }
          do: [ { wait: { wait: PT40S } } ]
    """
    When the workflow is started
    And the workflow is started
    And 1 minute passes
    Then the workflow should be faulted

  Scenario: One that holds a greater name takes a lower one only if it is free
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: order, version: '1.0.0' }
    input: { from: '. // {}' }
    do:
      - upper: { lock: '${ "row:\($workflow.id)" }', set: { n: 1 } }
      - lower:
          try:
            - low: { lock: aisle, set: { low: true } }
          catch:
            errors: { with: { type: https://serverlessworkflow.io/spec/1.0.0/errors/lock-order } }
            do: [ { without: { set: { low: false } } } ]
      - stay: { listen: { to: { one: { with: { type: go } } } }, output: { as: $input } }
    """
    When the workflow is started
    And the workflow is started
    And an event is received:
    """yaml
    { type: go, skaldrun: run-2 }
    """
    Then the workflow should complete with output:
    """yaml
    low: false
    """
