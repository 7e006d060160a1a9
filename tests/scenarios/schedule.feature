Feature: Schedule
  As an implementer of the workflow DSL
  I want workflows to start by themselves
  So that nobody has to remember

  Scenario: Every so often
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: every, version: '1.0.0' }
    schedule: { every: { minutes: 10 } }
    do: [ { a: { set: "${ $workflow.input }" } } ]
    """
    When the workflow is deployed
    And 35 minutes pass
    Then 3 runs should have been started
    And the last run should have the id default.every-20260101T003000Z

  Scenario: Every so often, whether or not the run before has ended
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: every-overlap, version: '1.0.0' }
    schedule: { every: { minutes: 10 } }
    do: [ { long: { wait: PT1H } } ]
    """
    When the workflow is deployed
    And 35 minutes pass
    Then 3 runs should have been started

  Scenario: By a cron expression
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: cron, version: '1.0.0' }
    schedule: { cron: '30 2 * * *' }
    do: [ { a: { set: "${ $workflow.input }" } } ]
    """
    And the time is 2026-03-01T00:00:00Z
    When the workflow is deployed
    And 3 days pass
    Then 3 runs should have been started
    And the last run should have the id default.cron-20260303T023000Z

  Scenario: In a time zone whose clocks change
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: cron-zone, version: '1.0.0' }
    schedule: { cron: '30 2 * * *', timezone: 'CET-1CEST,M3.5.0,M10.5.0/3' }
    do: [ { a: { set: "${ $workflow.input }" } } ]
    """
    And the time is 2026-03-28T12:00:00Z
    When the workflow is deployed
    And 1 day passes
    Then 1 run should have been started
    And the last run should have the id default.cron-zone-20260329T010000Z

  Scenario: A firing while the run before goes on is skipped
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: cron-skip, version: '1.0.0' }
    schedule: { cron: '* * * * *' }
    do: [ { long: { wait: PT150S } } ]
    """
    When the workflow is deployed
    And 5 minutes pass
    Then 2 runs should have been started

  Scenario: ... or queued
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: cron-queue, version: '1.0.0' }
    schedule: { cron: '0 * * * *', overlap: queue }
    do: [ { long: { wait: PT90M } } ]
    """
    When the workflow is deployed
    And 5 hours pass
    Then 3 runs should have been started
    And the last run should have the id default.cron-queue-20260101T030000Z

  Scenario: ... or started
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: cron-allow, version: '1.0.0' }
    schedule: { cron: '0 * * * *', overlap: allow }
    do: [ { long: { wait: P1D } } ]
    """
    When the workflow is deployed
    And 5 hours pass
    Then 5 runs should have been started

  Scenario: Again after the end
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: after, version: '1.0.0' }
    schedule: { after: { minutes: 5 } }
    do: [ { work: { wait: PT10M } } ]
    """
    When the workflow is deployed
    Then 1 run should have been started
    When 14 minutes pass
    Then 1 run should have been started
    When 1 minute passes
    Then 2 runs should have been started
    When 15 minutes pass
    Then 3 runs should have been started

  Scenario: On an event
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: on-event, version: '1.0.0' }
    schedule: { on: { one: { with: { type: heartbeat.low } } } }
    do: [ { nurse: { set: { patient: '${ $workflow.input[0].data.patient }' } } } ]
    """
    When the workflow is deployed
    And an event is received:
    """yaml
    type: heartbeat.fine
    """
    Then no run should have been started
    When an event is received:
    """yaml
    { type: heartbeat.low, data: { patient: ann } }
    """
    Then 1 run should have been started
    And the workflow should complete with output:
    """yaml
    patient: ann
    """

  Scenario: On several events that belong together
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: on-all, version: '1.0.0' }
    schedule:
      read: data
      on:
        all:
          - { with: { type: ordered }, correlate: { order: { from: .data.order } } }
          - { with: { type: paid }, correlate: { order: { from: .data.order } } }
    do: [ { ship: { set: { order: '${ $workflow.input[0].order }' } } } ]
    """
    When the workflow is deployed
    And an event is received:
    """yaml
    { type: ordered, data: { order: 1 } }
    """
    And an event is received:
    """yaml
    { type: ordered, data: { order: 2 } }
    """
    Then no run should have been started
    When an event is received:
    """yaml
    { type: paid, data: { order: 2 } }
    """
    Then 1 run should have been started
    And the workflow should complete with output:
    """yaml
    order: 2
    """
    When the engine is restarted
    And an event is received:
    """yaml
    { type: paid, data: { order: 1 } }
    """
    Then 2 runs should have been started
    And the workflow should complete with output:
    """yaml
    order: 1
    """

  Scenario: The newest version counts
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: versions, version: '1.0.0' }
    schedule: { every: { minutes: 10 } }
    do: [ { a: { set: { v: 1 } } } ]
    """
    When the workflow is deployed
    And 10 minutes pass
    Then the workflow should complete with output:
    """yaml
    v: 1
    """
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: versions, version: '1.1.0' }
    schedule: { every: { minutes: 10 } }
    do: [ { a: { set: { v: 2 } } } ]
    """
    When the workflow is deployed
    And 10 minutes pass
    Then 2 runs should have been started
    And the workflow should complete with output:
    """yaml
    v: 2
    """
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: versions, version: '1.2.0' }
    do: [ { a: { set: { v: 3 } } } ]
    """
    When the workflow is deployed
    And 1 day passes
    Then 2 runs should have been started
