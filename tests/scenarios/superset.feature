Feature: Superset
  As an author who uses what skald adds to the DSL
  I want it to do what its documentation says
  So that workflows stay short

  Scenario: Items at once, their outputs in the order of the items
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: concurrency, version: '1.0.0' }
    do:
      - all:
          for: { each: n, in: '${ [3, 1, 2] }', concurrency: 3 }
          do: [ { late: { do: [ { pause: { wait: { seconds: '${ $n }' } } }, { say: { set: '${ $n }' } } ] } } ]
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ 3, 1, 2 ]
    """
    And the workflow should have taken 3 seconds

  Scenario: A retry without a try
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: retry-key, version: '1.0.0' }
    do:
      - get: { retry: { delay: PT1S, limit: { attempt: { count: 3 } } }, call: http, with: { method: get, endpoint: https://api.example/x } }
    """
    And calls of 'GET https://api.example/x' are answered with:
    """yaml
    - { status: 503 }
    - { status: 200, body: { ok: true } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    ok: true
    """
    And the workflow should have taken 1 second

  Scenario: A backoff that is capped
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: backoff-cap, version: '1.0.0' }
    do:
      - get:
          retry: { delay: PT1S, backoff: { exponential: { max: PT3S } }, limit: { attempt: { count: 4 } } }
          call: http
          with: { method: get, endpoint: https://api.example/x }
    """
    And calls of 'GET https://api.example/x' are answered with:
    """yaml
    - { status: 503 }
    - { status: 503 }
    - { status: 503 }
    - { status: 503 }
    - { status: 200 }
    """
    When the workflow is executed
    Then the workflow should have taken 9 seconds

  Scenario: The outputs of earlier tasks
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: tasks, version: '1.0.0' }
    do:
      - one: { set: { a: 1 } }
      - two: { if: '${ false }', set: { b: 2 } }
      - inner: { do: [ { three: { set: { c: 3 } } } ] }
      - sum: { set: { one: '${ $tasks.one.a }', two: '${ $tasks.two }', three: '${ $tasks.three.c }' } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { one: 1, two: null, three: 3 }
    """

  Scenario: A call that ends when its participant calls back
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: callback, version: '1.0.0' }
    do:
      - paint:
          call: http
          await: callback
          with: { method: post, endpoint: https://paint.example/jobs }
          timeout: { after: P1D }
      - said: { set: { colour: '${ $tasks.paint.colour }' } }
    """
    And calls of 'POST https://paint.example/jobs' are answered with:
    """yaml
    { status: 202, body: { job: 1 } }
    """
    When the workflow is started
    And 5 hours pass
    And the engine is restarted
    Then the workflow should be waiting
    When the participant calls back with:
    """yaml
    colour: red
    """
    Then the workflow should complete with output:
    """yaml
    colour: red
    """
    And 'POST https://paint.example/jobs' should have been called once

  Scenario: A callback that never comes
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: no-callback, version: '1.0.0' }
    do:
      - paint:
          call: http
          await: callback
          with: { method: post, endpoint: https://paint.example/jobs }
          timeout: { after: P1D }
          compensate: [ { unpaint: { call: http, with: { method: delete, endpoint: https://paint.example/jobs } } } ]
    """
    And calls of 'POST https://paint.example/jobs' are answered with:
    """yaml
    status: 202
    """
    And calls of 'DELETE https://paint.example/jobs' are answered with:
    """yaml
    status: 200
    """
    When the workflow is executed
    Then the workflow should be compensated
    And 'DELETE https://paint.example/jobs' should have been called once
    And the workflow should have taken 1 day
