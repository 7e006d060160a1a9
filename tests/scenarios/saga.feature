Feature: Saga
  As an implementer of the workflow DSL with compensations
  I want what was done to be undone when a later step fails
  So that no booking is left behind

  Scenario: A refusal undoes what was done, newest first
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: saga-refused, version: '1.0.0' }
    do:
      - hotel:
          call: http
          with: { method: put, endpoint: https://hotel.example/r }
          compensate: [ { cancelHotel: { call: http, with: { method: delete, endpoint: https://hotel.example/r } } } ]
      - flight:
          call: http
          with: { method: put, endpoint: https://flight.example/t }
          compensate: [ { cancelFlight: { call: http, with: { method: delete, endpoint: https://flight.example/t } } } ]
      - pay: { call: http, with: { method: put, endpoint: https://pay.example/c }, compensate: [] }
    """
    And calls of 'PUT https://hotel.example/r' are answered with:
    """yaml
    status: 200
    """
    And calls of 'PUT https://flight.example/t' are answered with:
    """yaml
    status: 200
    """
    And calls of 'DELETE https://hotel.example/r' are answered with:
    """yaml
    status: 200
    """
    And calls of 'PUT https://pay.example/c' are answered with:
    """yaml
    { status: 402 }
    """
    And calls of 'DELETE https://flight.example/t' are answered with:
    """yaml
    - { status: 503 }
    - { status: 204 }
    """
    When the workflow is started
    Then the workflow should be compensating
    And 'DELETE https://flight.example/t' should have been called once
    And 'DELETE https://hotel.example/r' should have been called never
    When 1 hour passes
    Then the workflow should be compensated
    And 'DELETE https://flight.example/t' should have been called 2 times
    And 'DELETE https://hotel.example/r' should have been called once

  Scenario: What succeeds is kept
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: saga-success, version: '1.0.0' }
    do:
      - hotel:
          call: http
          with: { method: put, endpoint: https://hotel.example/r }
          compensate: [ { cancelHotel: { call: http, with: { method: delete, endpoint: https://hotel.example/r } } } ]
      - flight:
          call: http
          with: { method: put, endpoint: https://flight.example/t }
          compensate: [ { cancelFlight: { call: http, with: { method: delete, endpoint: https://flight.example/t } } } ]
      - pay: { call: http, with: { method: put, endpoint: https://pay.example/c }, compensate: [] }
    """
    And calls of 'PUT https://hotel.example/r' are answered with:
    """yaml
    status: 200
    """
    And calls of 'PUT https://flight.example/t' are answered with:
    """yaml
    status: 200
    """
    And calls of 'DELETE https://hotel.example/r' are answered with:
    """yaml
    status: 200
    """
    And calls of 'DELETE https://flight.example/t' are answered with:
    """yaml
    status: 200
    """
    And calls of 'PUT https://pay.example/c' are answered with:
    """yaml
    status: 200
    """
    When the workflow is executed
    Then the workflow should complete
    And 'DELETE https://hotel.example/r' should have been called never
    And 'DELETE https://flight.example/t' should have been called never

  Scenario: What was refused is not undone
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: saga-refused-not-undone, version: '1.0.0' }
    do:
      - hotel:
          call: http
          with: { method: put, endpoint: https://hotel.example/r }
          compensate: [ { cancelHotel: { call: http, with: { method: delete, endpoint: https://hotel.example/r } } } ]
      - flight:
          call: http
          with: { method: put, endpoint: https://flight.example/t }
          compensate: [ { cancelFlight: { call: http, with: { method: delete, endpoint: https://flight.example/t } } } ]
      - pay: { call: http, with: { method: put, endpoint: https://pay.example/c }, compensate: [] }
    """
    And calls of 'PUT https://hotel.example/r' are answered with:
    """yaml
    status: 200
    """
    And calls of 'PUT https://flight.example/t' are answered with:
    """yaml
    { status: 409 }
    """
    And calls of 'DELETE https://hotel.example/r' are answered with:
    """yaml
    status: 200
    """
    And calls of 'DELETE https://flight.example/t' are answered with:
    """yaml
    status: 200
    """
    When the workflow is executed
    Then the workflow should be compensated
    And 'DELETE https://flight.example/t' should have been called never
    And 'DELETE https://hotel.example/r' should have been called once

  Scenario: What is in doubt is undone
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: saga-in-doubt, version: '1.0.0' }
    do:
      - hotel:
          call: http
          with: { method: put, endpoint: https://hotel.example/r }
          compensate: [ { cancelHotel: { call: http, with: { method: delete, endpoint: https://hotel.example/r } } } ]
      - flight:
          call: http
          with: { method: put, endpoint: https://flight.example/t }
          compensate: [ { cancelFlight: { call: http, with: { method: delete, endpoint: https://flight.example/t } } } ]
      - pay: { call: http, with: { method: put, endpoint: https://pay.example/c }, compensate: [] }
    """
    And calls of 'PUT https://hotel.example/r' are answered with:
    """yaml
    status: 200
    """
    And calls of 'PUT https://flight.example/t' are answered with:
    """yaml
    { status: 503 }
    """
    And calls of 'DELETE https://hotel.example/r' are answered with:
    """yaml
    status: 200
    """
    And calls of 'DELETE https://flight.example/t' are answered with:
    """yaml
    status: 200
    """
    When the workflow is executed
    Then the workflow should be compensated
    And 'DELETE https://flight.example/t' should have been called once
    And 'DELETE https://hotel.example/r' should have been called once

  Scenario: An answer that is lost is in doubt
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: saga-lost, version: '1.0.0' }
    do:
      - hotel:
          call: http
          with: { method: put, endpoint: https://hotel.example/r }
          compensate: [ { cancelHotel: { call: http, with: { method: delete, endpoint: https://hotel.example/r } } } ]
      - flight:
          call: http
          with: { method: put, endpoint: https://flight.example/t }
          compensate: [ { cancelFlight: { call: http, with: { method: delete, endpoint: https://flight.example/t } } } ]
      - pay: { call: http, with: { method: put, endpoint: https://pay.example/c }, compensate: [] }
    """
    And calls of 'PUT https://hotel.example/r' are answered with:
    """yaml
    lost: true
    """
    And calls of 'DELETE https://hotel.example/r' are answered with:
    """yaml
    status: 200
    """
    When the workflow is executed
    Then the workflow should be compensated
    And 'PUT https://flight.example/t' should have been called never
    And 'DELETE https://hotel.example/r' should have been called once

  Scenario: An undo that fails is tried again until it is done
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: saga-undo-again, version: '1.0.0' }
    do:
      - hotel:
          call: http
          with: { method: put, endpoint: https://hotel.example/r }
          compensate: [ { cancelHotel: { call: http, with: { method: delete, endpoint: https://hotel.example/r } } } ]
      - flight:
          call: http
          with: { method: put, endpoint: https://flight.example/t }
          compensate: [ { cancelFlight: { call: http, with: { method: delete, endpoint: https://flight.example/t } } } ]
      - pay: { call: http, with: { method: put, endpoint: https://pay.example/c }, compensate: [] }
    """
    And calls of 'PUT https://hotel.example/r' are answered with:
    """yaml
    status: 200
    """
    And calls of 'PUT https://flight.example/t' are answered with:
    """yaml
    { status: 409 }
    """
    And calls of 'DELETE https://hotel.example/r' are answered with:
    """yaml
    - { status: 503 }
    - { status: 500 }
    - { status: 204 }
    """
    When the workflow is executed
    Then the workflow should be compensated
    And 'DELETE https://hotel.example/r' should have been called 3 times

  Scenario: What is gone already is undone
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: saga-undo-404, version: '1.0.0' }
    do:
      - hotel:
          call: http
          with: { method: put, endpoint: https://hotel.example/r }
          compensate: [ { cancelHotel: { call: http, with: { method: delete, endpoint: https://hotel.example/r } } } ]
      - flight:
          call: http
          with: { method: put, endpoint: https://flight.example/t }
          compensate: [ { cancelFlight: { call: http, with: { method: delete, endpoint: https://flight.example/t } } } ]
      - pay: { call: http, with: { method: put, endpoint: https://pay.example/c }, compensate: [] }
    """
    And calls of 'PUT https://hotel.example/r' are answered with:
    """yaml
    status: 200
    """
    And calls of 'PUT https://flight.example/t' are answered with:
    """yaml
    { status: 409 }
    """
    And calls of 'DELETE https://hotel.example/r' are answered with:
    """yaml
    { status: 404 }
    """
    When the workflow is executed
    Then the workflow should be compensated
    And 'DELETE https://hotel.example/r' should have been called once

  Scenario: An undo that must not be retried suspends the run
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: saga-suspends, version: '1.0.0' }
    saga: { retry: { delay: PT1S, limit: { attempt: { count: 1 } } } }
    do:
      - hotel:
          call: http
          with: { method: put, endpoint: https://hotel.example/r }
          compensate: [ { cancelHotel: { call: http, with: { method: delete, endpoint: https://hotel.example/r } } } ]
      - flight:
          call: http
          with: { method: put, endpoint: https://flight.example/t }
          compensate: [ { cancelFlight: { call: http, with: { method: delete, endpoint: https://flight.example/t } } } ]
      - pay: { call: http, with: { method: put, endpoint: https://pay.example/c }, compensate: [] }
    """
    And calls of 'PUT https://hotel.example/r' are answered with:
    """yaml
    status: 200
    """
    And calls of 'PUT https://flight.example/t' are answered with:
    """yaml
    { status: 409 }
    """
    And calls of 'DELETE https://hotel.example/r' are answered with:
    """yaml
    { status: 500 }
    """
    When the workflow is started
    And 1 minute passes
    Then the workflow should be suspended
    And 'DELETE https://hotel.example/r' should have been called 2 times

  Scenario: A cancel undoes as a failure does
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: saga-cancel, version: '1.0.0' }
    do:
      - hotel:
          call: http
          with: { method: put, endpoint: https://hotel.example/r }
          compensate: [ { cancelHotel: { call: http, with: { method: delete, endpoint: https://hotel.example/r } } } ]
      - approval: { listen: { to: { one: { with: { type: approved } } } } }
    """
    And calls of 'PUT https://hotel.example/r' are answered with:
    """yaml
    status: 200
    """
    And calls of 'DELETE https://hotel.example/r' are answered with:
    """yaml
    status: 200
    """
    When the workflow is started
    And the workflow is cancelled
    Then the workflow should be cancelled
    And 'DELETE https://hotel.example/r' should have been called once

  Scenario: The undo survives a crash and is done once
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: saga-crash, version: '1.0.0' }
    do:
      - hotel:
          call: http
          with: { method: put, endpoint: https://hotel.example/r }
          compensate: [ { cancelHotel: { call: http, with: { method: delete, endpoint: https://hotel.example/r } } } ]
      - flight:
          call: http
          with: { method: put, endpoint: https://flight.example/t }
          compensate: [ { cancelFlight: { call: http, with: { method: delete, endpoint: https://flight.example/t } } } ]
      - pay: { call: http, with: { method: put, endpoint: https://pay.example/c }, compensate: [] }
    """
    And calls of 'PUT https://hotel.example/r' are answered with:
    """yaml
    status: 200
    """
    And calls of 'PUT https://flight.example/t' are answered with:
    """yaml
    { status: 409 }
    """
    And calls of 'DELETE https://hotel.example/r' are answered with:
    """yaml
    - { status: 503 }
    - { status: 204 }
    """
    When the workflow is started
    And the engine is restarted
    And 1 hour passes
    Then the workflow should be compensated
    And 'DELETE https://hotel.example/r' should have been called 2 times

  Scenario: Undo and then go on, with what a catch does
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: saga-catch, version: '1.0.0' }
    do:
      - trip:
          try:
            - hotel:
                call: http
                with: { method: put, endpoint: https://hotel.example/r }
                compensate: [ { cancelHotel: { call: http, with: { method: delete, endpoint: https://hotel.example/r } } } ]
            - flight: { call: http, with: { method: put, endpoint: https://flight.example/t }, compensate: [] }
          catch: { errors: { with: { status: 409 } }, do: [ { instead: { set: { stays: home } } } ] }
    """
    And calls of 'PUT https://hotel.example/r' are answered with:
    """yaml
    status: 200
    """
    And calls of 'PUT https://flight.example/t' are answered with:
    """yaml
    { status: 409 }
    """
    And calls of 'DELETE https://hotel.example/r' are answered with:
    """yaml
    status: 200
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    stays: home
    """
    And 'DELETE https://hotel.example/r' should have been called once

  Scenario: A compensate of a composite stands for those inside once it has succeeded
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: saga-composite, version: '1.0.0' }
    do:
      - trip:
          do:
            - hotel:
                call: http
                with: { method: put, endpoint: https://hotel.example/r }
                compensate: [ { cancelHotel: { call: http, with: { method: delete, endpoint: https://hotel.example/r } } } ]
          compensate: [ { cancelTrip: { call: http, with: { method: delete, endpoint: https://trip.example/t } } } ]
      - pay: { call: http, with: { method: put, endpoint: https://pay.example/c }, compensate: [] }
    """
    And calls of 'PUT https://hotel.example/r' are answered with:
    """yaml
    status: 200
    """
    And calls of 'PUT https://pay.example/c' are answered with:
    """yaml
    { status: 402 }
    """
    And calls of 'DELETE https://trip.example/t' are answered with:
    """yaml
    status: 200
    """
    When the workflow is executed
    Then the workflow should be compensated
    And 'DELETE https://trip.example/t' should have been called once
    And 'DELETE https://hotel.example/r' should have been called never

  Scenario: Behind a pivot nothing is undone
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: saga-pivot, version: '1.0.0' }
    do:
      - hotel:
          call: http
          with: { method: put, endpoint: https://hotel.example/r }
          compensate: [ { cancelHotel: { call: http, with: { method: delete, endpoint: https://hotel.example/r } } } ]
      - pay: { pivot: true, call: http, with: { method: put, endpoint: https://pay.example/c } }
      - tell: { call: http, with: { method: put, endpoint: https://mail.example/m } }
    """
    And calls of 'PUT https://hotel.example/r' are answered with:
    """yaml
    status: 200
    """
    And calls of 'PUT https://pay.example/c' are answered with:
    """yaml
    status: 200
    """
    And calls of 'PUT https://mail.example/m' are answered with:
    """yaml
    - { status: 503 }
    - { status: 503 }
    - { status: 200 }
    """
    When the workflow is executed
    Then the workflow should complete
    And 'PUT https://mail.example/m' should have been called 3 times
    And 'DELETE https://hotel.example/r' should have been called never

  Scenario: A loop is undone item by item, last first
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: saga-loop, version: '1.0.0' }
    input: { schema: { document: { type: object } } }
    do:
      - rooms:
          for: { each: room, in: '${ ["a", "b"] }' }
          do:
            - hold:
                call: http
                with: { method: put, endpoint: '${ "https://hotel.example/\($room)" }' }
                compensate: [ { free: { call: http, with: { method: delete, endpoint: '${ "https://hotel.example/\($room)" }' } } } ]
      - pay: { call: http, with: { method: put, endpoint: https://pay.example/c }, compensate: [] }
    """
    And calls of 'PUT https://hotel.example/a' are answered with:
    """yaml
    status: 200
    """
    And calls of 'PUT https://hotel.example/b' are answered with:
    """yaml
    status: 200
    """
    And calls of 'PUT https://pay.example/c' are answered with:
    """yaml
    { status: 402 }
    """
    And calls of 'DELETE https://hotel.example/b' are answered with:
    """yaml
    - { status: 503 }
    - { status: 200 }
    """
    When the workflow is started
    Then 'DELETE https://hotel.example/a' should have been called never
    And 'DELETE https://hotel.example/b' should have been called once
    And calls of 'DELETE https://hotel.example/a' are answered with:
    """yaml
    status: 200
    """
    When 1 hour passes
    Then the workflow should be compensated
    And 'DELETE https://hotel.example/a' should have been called once
    And 'DELETE https://hotel.example/b' should have been called 2 times
