Feature: Order of the data flow
  As an implementer of the workflow DSL
  I want each transformation at its place
  So that the data is what the text says

  Scenario: if sees the raw input
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: flow-if, version: '1.0.0' }
    do: [ { a: { if: .raw, input: { from: '{ raw: false }' }, set: '${ { ran: true } }' } } ]
    """
    And the workflow input is:
    """yaml
    raw: true
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    ran: true
    """

  Scenario: The schema sees the raw input, the task the transformed
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: flow-schema, version: '1.0.0' }
    do:
      - a:
          input: { schema: { format: json, document: { required: [ n ] } }, from: '{ m: .n }' }
          set: { seen: '${ . }', input: '${ $input }', raw: '${ $task.input }' }
    """
    And the workflow input is:
    """yaml
    n: 1
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { seen: { m: 1 }, input: { m: 1 }, raw: { n: 1 } }
    """

  Scenario: The output is transformed before its schema is looked at
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: flow-output, version: '1.0.0' }
    do:
      - a: { set: { n: text }, output: { as: '{ n: 1 }', schema: { format: json, document: { properties: { n: { type: number } } } } } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    n: 1
    """

  Scenario: output.as sees the transformed input
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: flow-output-input, version: '1.0.0' }
    do: [ { a: { input: { from: '{ k: .key }' }, set: { x: 1 }, output: { as: '. + $input' } } } ]
    """
    And the workflow input is:
    """yaml
    key: v
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { x: 1, k: v }
    """

  Scenario: The workflow input is transformed once, and stays in $workflow.input
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: flow-workflow, version: '1.0.0' }
    input: { from: .order }
    do: [ { a: { set: { now: '${ . }', then: '${ $workflow.input.order }' } } } ]
    """
    And the workflow input is:
    """yaml
    order: { id: 1 }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { now: { id: 1 }, then: { id: 1 } }
    """

  Scenario: The workflow output sees the context
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: flow-workflow-output, version: '1.0.0' }
    do: [ { a: { set: { x: 1 }, export: { as: '{ c: 2 }' } } } ]
    output: { as: '{ x: .x, c: $context.c }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { x: 1, c: 2 }
    """

  Scenario: A skipped task hands its input on
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: flow-skipped, version: '1.0.0' }
    do:
      - a: { if: '${ false }', set: { x: 1 }, output: { as: '{ y: 2 }' } }
    """
    And the workflow input is:
    """yaml
    in: 1
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    in: 1
    """
