Feature: Nested flow
  As an implementer of the workflow DSL
  I want flow directives to act in their own list
  So that a nested list is understood by itself

  Scenario: exit leaves the list, not the workflow
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: flow-exit, version: '1.0.0' }
    do:
      - outer:
          do:
            - a: { set: { x: 1 }, then: exit }
            - b: { set: { x: 2 } }
      - c: { set: '${ . + { y: 3 } }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { x: 1, y: 3 }
    """

  Scenario: end ends the workflow from inside
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: flow-end, version: '1.0.0' }
    do:
      - outer: { do: [ { a: { set: { x: 1 }, then: end } } ] }
      - c: { set: { y: 3 } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    x: 1
    """

  Scenario: A jump back repeats
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: flow-back, version: '1.0.0' }
    do:
      - add: { set: '${ { n: ((.n // 0) + 1) } }' }
      - again: { switch: [ { more: { when: .n < 3, then: add } } ] }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    n: 3
    """

  Scenario: A case that ends the workflow
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: flow-switch-end, version: '1.0.0' }
    do:
      - check: { switch: [ { empty: { when: '.items == []', then: end } }, { default: { then: work } } ] }
      - work: { set: { worked: true } }
    """
    And the workflow input is:
    """yaml
    items: []
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    items: []
    """

  Scenario: exit in a loop ends the item
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: flow-loop-exit, version: '1.0.0' }
    do:
      - loop:
          for: { in: .items }
          do:
            - check: { switch: [ { skip: { when: $item == 2, then: exit } } ] }
            - add: { set: '${ { items: .items, sum: ((.sum // 0) + $item) } }' }
    """
    And the workflow input is:
    """yaml
    items: [ 1, 2, 3 ]
    """
    When the workflow is executed
    Then the workflow output should have a 'sum' property with value:
    """yaml
    4
    """

  Scenario: The tasks of a list are seen when it ends
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: flow-inner-output, version: '1.0.0' }
    do:
      - outer:
          do: [ { a: { set: { x: 1 } } }, { b: { set: { y: 2 } } } ]
          output: { as: '{ x: $tasks.a.x, y: .y }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { x: 1, y: 2 }
    """
