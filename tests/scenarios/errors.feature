Feature: Errors
  As an implementer of the workflow DSL
  I want errors to be described and caught alike
  So that workflows handle them everywhere

  Scenario: An error by name
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: error-named, version: '1.0.0' }
    use: { errors: { soldOut: { type: https://shop.example/errors/sold-out, status: 409, title: Sold out } } }
    do: [ { stop: { raise: { error: soldOut } } } ]
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    { type: https://shop.example/errors/sold-out, status: 409, title: Sold out, instance: /do/0/stop }
    """

  Scenario: Title and detail that are computed
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: error-dynamic, version: '1.0.0' }
    do: [ { stop: { raise: { error: { type: https://a.example/e, status: 400, title: '${ "No " + .what }', detail: '${ "asked for " + .what }' } } } } ]
    """
    And the workflow input is:
    """yaml
    what: tea
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    { title: No tea, detail: asked for tea }
    """

  Scenario: An expression that fails
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: error-expression, version: '1.0.0' }
    do: [ { bad: { set: { x: "${ .a + 1 }" } } } ]
    """
    And the workflow input is:
    """yaml
    a: {}
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    { type: https://serverlessworkflow.io/spec/1.0.0/errors/expression, status: 400, instance: /do/0/bad }
    """

  Scenario: The input against its schema
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: error-input, version: '1.0.0' }
    input: { schema: { format: json, document: { type: object, required: [ id ] } } }
    do: [ { a: { set: { x: 1 } } } ]
    """
    And the workflow input is:
    """yaml
    {}
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    { type: https://serverlessworkflow.io/spec/1.0.0/errors/validation, status: 400 }
    """

  Scenario: Caught under another name
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: error-as, version: '1.0.0' }
    do:
      - careful:
          try: [ { stop: { raise: { error: { type: https://a.example/e, status: 400 } } } } ]
          catch: { as: problem, do: [ { say: { set: { where: '${ $problem.instance }' } } } ] }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    where: /do/0/careful/try/0/stop
    """

  Scenario: Not caught by another status
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: error-filter, version: '1.0.0' }
    do:
      - careful:
          try: [ { stop: { raise: { error: { type: https://a.example/e, status: 400 } } } } ]
          catch: { errors: { with: { status: 500 } }, do: [ { say: { set: {} } } ] }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 400
    """

  Scenario: Not caught when exceptWhen holds
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: error-except, version: '1.0.0' }
    do:
      - careful:
          try: [ { stop: { raise: { error: { type: https://a.example/e, status: 400 } } } } ]
          catch: { exceptWhen: $error.status == 400, do: [ { say: { set: {} } } ] }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 400
    """

  Scenario: From an outer try when the inner does not want it
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: error-outer, version: '1.0.0' }
    do:
      - outer:
          try:
            - inner:
                try: [ { stop: { raise: { error: { type: https://a.example/e, status: 400 } } } } ]
                catch: { errors: { with: { status: 500 } }, do: [ { no: { set: {} } } ] }
          catch: { do: [ { yes: { set: { caught: outer } } } ] }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    caught: outer
    """

  Scenario: A compensation for what had been done
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: error-undo, version: '1.0.0' }
    do:
      - book:
          call: http
          with: { method: put, endpoint: https://hotel.example/1 }
          compensate: [ { cancel: { call: http, with: { method: delete, endpoint: https://hotel.example/1 } } } ]
      - stop: { raise: { error: { type: https://a.example/e, status: 400 } } }
    """
    And calls of 'PUT https://hotel.example/1' are answered with:
    """yaml
    status: 201
    """
    And calls of 'DELETE https://hotel.example/1' are answered with:
    """yaml
    [ { lost: true }, { status: 204 } ]
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 400
    """
    And 'DELETE https://hotel.example/1' should have been called 2 times
