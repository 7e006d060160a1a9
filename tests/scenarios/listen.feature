Feature: Listen task
  As an implementer of the workflow DSL
  I want runs to wait for events
  So that they react to what happens elsewhere

  Scenario: One event
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: listen-one, version: '1.0.0' }
    do:
      - order: { listen: { to: { one: { with: { type: order.placed } } } } }
    """
    When the workflow is started
    Then the workflow should be waiting
    When an event is received:
    """yaml
    type: order.cancelled
    """
    Then the workflow should be waiting
    When an event is received:
    """yaml
    { type: order.placed, data: { id: 7 } }
    """
    Then the workflow should complete with output:
    """yaml
    - { id: 7 }
    """

  Scenario: The first of any
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: listen-any, version: '1.0.0' }
    do:
      - vitals:
          listen:
            to:
              any:
                - with: { type: temperature, data: '${ .value > 38 }' }
                - with: { type: pulse, data: '${ .value > 100 }' }
    """
    When the workflow is started
    And an event is received:
    """yaml
    { type: temperature, data: { value: 37 } }
    """
    And an event is received:
    """yaml
    { type: pulse, data: { value: 120 } }
    """
    Then the workflow should complete with output:
    """yaml
    - { value: 120 }
    """

  Scenario: One of each, in the order in which they come
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: listen-all, version: '1.0.0' }
    do:
      - both: { listen: { to: { all: [ { with: { type: paid } }, { with: { type: packed } } ] } } }
    """
    When the workflow is started
    And an event is received:
    """yaml
    { type: packed, data: 1 }
    """
    And an event is received:
    """yaml
    { type: packed, data: 2 }
    """
    Then the workflow should be waiting
    When an event is received:
    """yaml
    { type: paid, data: 3 }
    """
    Then the workflow should complete with output:
    """yaml
    [ 1, 3 ]
    """

  Scenario: Every event counts when any is empty
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: listen-every, version: '1.0.0' }
    do:
      - three: { listen: { to: { any: [], until: '( . | length ) == 3' } } }
    """
    When the workflow is started
    And an event is received:
    """yaml
    { type: a, data: 1 }
    """
    And an event is received:
    """yaml
    { type: b, data: 2 }
    """
    And an event is received:
    """yaml
    { type: c, data: 3 }
    """
    Then the workflow should complete with output:
    """yaml
    [ 1, 2, 3 ]
    """

  Scenario: Until an event that is no part of the output
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: listen-until, version: '1.0.0' }
    do:
      - stay:
          listen:
            to:
              any: [ { with: { type: measured } } ]
              until: { one: { with: { type: patient.left } } }
    """
    When the workflow is started
    And an event is received:
    """yaml
    { type: measured, data: 1 }
    """
    And an event is received:
    """yaml
    { type: measured, data: 2 }
    """
    And an event is received:
    """yaml
    { type: patient.left, data: 3 }
    """
    Then the workflow should complete with output:
    """yaml
    [ 1, 2 ]
    """

  Scenario: Nothing but the end
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: listen-until-empty, version: '1.0.0' }
    do:
      - stay:
          listen: { to: { any: [ { with: { type: measured } } ], until: { one: { with: { type: left } } } } }
    """
    When the workflow is started
    And an event is received:
    """yaml
    type: left
    """
    Then the workflow should complete with output:
    """yaml
    []
    """

  Scenario: Until all of several events
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: listen-until-all, version: '1.0.0' }
    do:
      - stay:
          listen:
            to:
              any: [ { with: { type: item } } ]
              until: { all: [ { with: { type: paid } }, { with: { type: closed } } ] }
    """
    When the workflow is started
    And an event is received:
    """yaml
    { type: item, data: a }
    """
    And an event is received:
    """yaml
    type: closed
    """
    And an event is received:
    """yaml
    { type: item, data: b }
    """
    And an event is received:
    """yaml
    type: paid
    """
    Then the workflow should complete with output:
    """yaml
    [ a, b ]
    """

  Scenario: The same event twice is one event
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: listen-twice, version: '1.0.0' }
    do:
      - two: { listen: { to: { any: [], until: '( . | length ) == 2' } } }
    """
    When the workflow is started
    And an event is received:
    """yaml
    { id: e1, source: https://a.example, type: t, data: 1 }
    """
    And an event is received:
    """yaml
    { id: e1, source: https://a.example, type: t, data: 1 }
    """
    Then the workflow should be waiting
    When an event is received:
    """yaml
    { id: e1, source: https://b.example, type: t, data: 2 }
    """
    Then the workflow should complete with output:
    """yaml
    [ 1, 2 ]
    """

  Scenario: The envelope
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: listen-envelope, version: '1.0.0' }
    do:
      - order:
          listen: { to: { one: { with: { type: order } } }, read: envelope }
          output: { as: '.[0] | { id, source, data }' }
    """
    When the workflow is started
    And an event is received:
    """yaml
    { id: e1, source: https://a.example, type: order, data: 7 }
    """
    Then the workflow should complete with output:
    """yaml
    { id: e1, source: https://a.example, data: 7 }
    """

  Scenario: An event that came before the listen begins
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: listen-late, version: '1.0.0' }
    do:
      - pause: { wait: PT10M }
      - order: { listen: { to: { one: { with: { type: order } } } } }
    """
    When the workflow is started
    And an event is received:
    """yaml
    { type: order, data: 1 }
    """
    And 10 minutes pass
    Then the workflow should complete with output:
    """yaml
    [ 1 ]
    """

  Scenario: Two listens share no event
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: listen-two, version: '1.0.0' }
    do:
      - first: { listen: { to: { one: { with: { type: order } } } } }
      - second: { listen: { to: { one: { with: { type: order } } } } }
    """
    When the workflow is started
    And an event is received:
    """yaml
    { type: order, data: 1 }
    """
    Then the workflow should be waiting
    When an event is received:
    """yaml
    { type: order, data: 2 }
    """
    Then the workflow should complete with output:
    """yaml
    [ 2 ]
    """

  Scenario: A type given as a regular expression
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: listen-pattern, version: '1.0.0' }
    do:
      - any: { listen: { to: { one: { with: { type: 'order\.(placed|paid)' } } } } }
    """
    When the workflow is started
    And an event is received:
    """yaml
    type: order.lost
    """
    And an event is received:
    """yaml
    { type: order.paid, data: 1 }
    """
    Then the workflow should complete with output:
    """yaml
    [ 1 ]
    """

  Scenario: What is done with each event
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: listen-foreach, version: '1.0.0' }
    do:
      - orders:
          listen: { to: { any: [ { with: { type: order } } ], until: '( . | length ) == 2' } }
          foreach:
            item: order
            at: i
            do:
              - price: { set: { price: '${ $order.qty * 10 }', n: '${ $i }' } }
            output: { as: '{ n, price }' }
    """
    When the workflow is started
    And an event is received:
    """yaml
    { type: order, data: { qty: 1 } }
    """
    And an event is received:
    """yaml
    { type: order, data: { qty: 3 } }
    """
    Then the workflow should complete with output:
    """yaml
    [ { n: 0, price: 10 }, { n: 1, price: 30 } ]
    """

  Scenario: One event after the other
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: listen-foreach-order, version: '1.0.0' }
    do:
      - orders:
          listen: { to: { any: [], until: '( . | length ) == 2' } }
          foreach: { do: [ { ship: { call: http, with: { method: post, endpoint: https://ship.example/ } } } ] }
    """
    And calls of 'POST https://ship.example/' are not answered
    When the workflow is started
    And an event is received:
    """yaml
    type: a
    """
    And an event is received:
    """yaml
    type: b
    """
    Then 'POST https://ship.example/' should have been called once
    And the workflow should be running

  Scenario: Without a foreach output the events stay as they are
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: listen-foreach-plain, version: '1.0.0' }
    do:
      - orders:
          listen: { to: { one: { with: { type: order } } } }
          foreach: { do: [ { note: { set: { noted: true } } } ] }
    """
    When the workflow is started
    And an event is received:
    """yaml
    { type: order, data: { id: 1 } }
    """
    Then the workflow should complete with output:
    """yaml
    - { id: 1 }
    """

  Scenario: What foreach exports is there for the next event
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: listen-foreach-export, version: '1.0.0' }
    do:
      - orders:
          listen: { to: { any: [ { with: { type: order } } ], until: '$context.sum >= 5' } }
          foreach: { item: order, export: { as: '{ sum: (($context.sum // 0) + $order) }' } }
      - sum: { set: '${ $context }' }
    """
    When the workflow is started
    And an event is received:
    """yaml
    { type: order, data: 2 }
    """
    And an event is received:
    """yaml
    { type: order, data: 2 }
    """
    Then the workflow should be waiting
    When an event is received:
    """yaml
    { type: order, data: 2 }
    """
    Then the workflow should complete with output:
    """yaml
    sum: 6
    """

  Scenario: A restart of the engine loses no event
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: listen-restart, version: '1.0.0' }
    do:
      - three: { listen: { to: { any: [], until: '( . | length ) == 3' } } }
    """
    When the workflow is started
    And an event is received:
    """yaml
    { type: t, data: 1 }
    """
    And the engine is restarted
    And an event is received:
    """yaml
    { type: t, data: 2 }
    """
    And the engine is restarted
    And an event is received:
    """yaml
    { type: t, data: 3 }
    """
    Then the workflow should complete with output:
    """yaml
    [ 1, 2, 3 ]
    """
