Feature: Emit task
  As an implementer of the workflow DSL
  I want runs to tell others what has happened
  So that they can go on

  Scenario: With what the author gives
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: emit-full, version: '1.0.0' }
    do:
      - tell: { emit: { event: { with: { id: e1, source: https://a.example, type: placed, subject: s, data: { n: '${ .n }' } } } } }
    """
    And the workflow input is:
    """yaml
    n: 1
    """
    When the workflow is executed
    Then the workflow should complete
    And an event should have been emitted
    And an event should have been emitted with:
    """yaml
    { specversion: "1.0", id: e1, source: https://a.example, type: placed, subject: s, data: { n: 1 } }
    """

  Scenario: With defaults for what is left out
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: emit-defaults, version: '1.0.0' }
    do: [ { tell: { emit: { event: { with: { type: placed } } } } } ]
    """
    When the workflow is executed
    Then an event should have been emitted with:
    """yaml
    { specversion: "1.0", type: placed, source: "skald:default/emit-defaults", time: "2026-01-01T00:00:00Z" }
    """

  Scenario: Another branch hears it
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: emit-listen, version: '1.0.0' }
    do:
      - both:
          fork:
            branches:
              - hear: { listen: { to: { one: { with: { type: said } } } } }
              - say: { emit: { event: { with: { type: said, data: hello } } } }
      - heard: { set: '${ .[0] }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ hello ]
    """
