Feature: Export
  As an implementer of the workflow DSL
  I want tasks to leave data in the context
  So that later tasks find it wherever they stand

  Scenario: Replaces the context
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: export-replace, version: '1.0.0' }
    do:
      - a: { set: { x: 1 }, export: { as: '.' } }
      - b: { set: { y: 2 }, export: { as: '{ y }' } }
      - c: { set: '${ $context }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    y: 2
    """

  Scenario: Is added to the context
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: export-merge, version: '1.0.0' }
    do:
      - a: { set: { x: 1 }, export: { as: '$context + .' } }
      - b: { set: { y: 2 }, export: { as: '$context + .' } }
      - c: { set: '${ $context }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { x: 1, y: 2 }
    """

  Scenario: Sees the output as it was transformed
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: export-order, version: '1.0.0' }
    do:
      - a: { set: { x: 1 }, output: { as: '{ z: .x }' }, export: { as: '{ from: $output.z, raw: $task.output.x }' } }
      - c: { set: '${ $context }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { from: 1, raw: 1 }
    """

  Scenario: Against its schema
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: export-schema, version: '1.0.0' }
    do:
      - a: { set: { x: text }, export: { as: '.', schema: { format: json, document: { properties: { x: { type: number } } } } } }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    { type: https://serverlessworkflow.io/spec/1.0.0/errors/validation, status: 400, instance: /do/0/a }
    """

  Scenario: From inside of a nested list
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: export-nested, version: '1.0.0' }
    do:
      - outer: { do: [ { inner: { set: { x: 1 }, export: { as: '{ seen: .x }' } } } ] }
      - c: { set: '${ $context }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    seen: 1
    """

  Scenario: A skipped task exports nothing
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: export-skipped, version: '1.0.0' }
    do:
      - a: { if: '${ false }', set: { x: 1 }, export: { as: '.' } }
      - c: { set: { context: '${ $context }' } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    context: null
    """
