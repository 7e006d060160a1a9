Feature: Correlation
  As an implementer of the workflow DSL
  I want a run to take only the events that belong to it
  So that runs do not take those of others

  Scenario: A value that is expected
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: correlate-expect, version: '1.0.0' }
    do:
      - approval:
          listen:
            to:
              one:
                with: { type: approved }
                correlate: { order: { from: .data.order, expect: '${ $workflow.input.order }' } }
    """
    And the workflow input is:
    """yaml
    order: 7
    """
    When the workflow is started
    And an event is received:
    """yaml
    { type: approved, data: { order: 8 } }
    """
    Then the workflow should be waiting
    When an event is received:
    """yaml
    { type: approved, data: { order: 7 } }
    """
    Then the workflow should complete with output:
    """yaml
    - { order: 7 }
    """

  Scenario: A constant that is expected
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: correlate-constant, version: '1.0.0' }
    do:
      - approval:
          listen: { to: { one: { with: { type: approved }, correlate: { by: { from: .data.by, expect: olga } } } } }
    """
    When the workflow is started
    And an event is received:
    """yaml
    { type: approved, data: { by: otto } }
    """
    Then the workflow should be waiting
    When an event is received:
    """yaml
    { type: approved, data: { by: olga } }
    """
    Then the workflow should complete with output:
    """yaml
    - { by: olga }
    """

  Scenario: The first event fixes the value
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: correlate-learn, version: '1.0.0' }
    do:
      - room:
          listen:
            to:
              all:
                - { with: { type: temperature }, correlate: { room: { from: .data.room } } }
                - { with: { type: humidity }, correlate: { room: { from: .data.room } } }
          output: { as: '[.[].room]' }
    """
    When the workflow is started
    And an event is received:
    """yaml
    { type: humidity, data: { room: bath } }
    """
    And an event is received:
    """yaml
    { type: temperature, data: { room: hall } }
    """
    Then the workflow should be waiting
    When an event is received:
    """yaml
    { type: temperature, data: { room: bath } }
    """
    Then the workflow should complete with output:
    """yaml
    [ bath, bath ]
    """

  Scenario: An event without the value belongs to nothing
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: correlate-missing, version: '1.0.0' }
    do:
      - room:
          listen: { to: { one: { with: { type: temperature }, correlate: { room: { from: .data.room } } } } }
    """
    When the workflow is started
    And an event is received:
    """yaml
    { type: temperature, data: {} }
    """
    Then the workflow should be waiting
    When an event is received:
    """yaml
    { type: temperature, data: { room: bath } }
    """
    Then the workflow should complete with output:
    """yaml
    - { room: bath }
    """

  Scenario: Several correlations must all hold
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: correlate-several, version: '1.0.0' }
    do:
      - paid:
          listen:
            to:
              one:
                with: { type: paid }
                correlate:
                  order: { from: .data.order, expect: '${ 7 }' }
                  shop: { from: .source, expect: https://shop.example }
    """
    When the workflow is started
    And an event is received:
    """yaml
    { type: paid, source: https://other.example, data: { order: 7 } }
    """
    And an event is received:
    """yaml
    { type: paid, source: https://shop.example, data: { order: 8 } }
    """
    Then the workflow should be waiting
    When an event is received:
    """yaml
    { type: paid, source: https://shop.example, data: { order: 7 } }
    """
    Then the workflow should complete with output:
    """yaml
    - { order: 7 }
    """

  Scenario: What the first event fixed survives a restart
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: correlate-restart, version: '1.0.0' }
    do:
      - room:
          listen:
            to:
              all:
                - { with: { type: a }, correlate: { k: { from: .data } } }
                - { with: { type: b }, correlate: { k: { from: .data } } }
    """
    When the workflow is started
    And an event is received:
    """yaml
    { type: a, data: 1 }
    """
    And the engine is restarted
    And an event is received:
    """yaml
    { type: b, data: 2 }
    """
    Then the workflow should be waiting
    When an event is received:
    """yaml
    { type: b, data: 1 }
    """
    Then the workflow should complete with output:
    """yaml
    [ 1, 1 ]
    """
