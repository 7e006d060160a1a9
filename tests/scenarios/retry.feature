Feature: Retry
  As an implementer of the workflow DSL
  I want failed work to be tried again
  So that failures that pass do no harm

  Scenario: Until it succeeds
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: retry-try, version: '1.0.0' }
    do:
      - careful:
          try: [ { get: { call: http, with: { method: get, endpoint: https://api.example/x } } } ]
          catch: { errors: { with: { type: https://serverlessworkflow.io/spec/1.0.0/errors/communication } }, retry: { delay: PT1S, limit: { attempt: { count: 5 } } } }
    """
    And calls of 'GET https://api.example/x' are answered with:
    """yaml
    - { status: 503 }
    - { status: 503 }
    - { status: 200, body: { ok: true } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    ok: true
    """
    And 'GET https://api.example/x' should have been called 3 times
    And the workflow should have taken 2 seconds

  Scenario: Until the limit is reached
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: retry-limit, version: '1.0.0' }
    do:
      - careful:
          try: [ { get: { call: http, with: { method: get, endpoint: https://api.example/x } } } ]
          catch: { retry: { delay: PT1S, limit: { attempt: { count: 2 } } } }
    """
    And calls of 'GET https://api.example/x' are answered with:
    """yaml
    status: 503
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    { type: https://serverlessworkflow.io/spec/1.0.0/errors/communication, status: 503 }
    """
    And 'GET https://api.example/x' should have been called 3 times

  Scenario: With an exponential backoff
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: retry-exponential, version: '1.0.0' }
    do:
      - careful:
          try: [ { get: { call: http, with: { method: get, endpoint: https://api.example/x } } } ]
          catch: { retry: { delay: PT1S, backoff: { exponential: {} }, limit: { attempt: { count: 3 } } } }
    """
    And calls of 'GET https://api.example/x' are answered with:
    """yaml
    - { status: 503 }
    - { status: 503 }
    - { status: 503 }
    - { status: 200 }
    """
    When the workflow is executed
    Then the workflow should complete
    And the workflow should have taken 7 seconds

  Scenario: With a linear backoff
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: retry-linear, version: '1.0.0' }
    do:
      - careful:
          try: [ { get: { call: http, with: { method: get, endpoint: https://api.example/x } } } ]
          catch: { retry: { delay: PT1S, backoff: { linear: {} }, limit: { attempt: { count: 3 } } } }
    """
    And calls of 'GET https://api.example/x' are answered with:
    """yaml
    - { status: 503 }
    - { status: 503 }
    - { status: 503 }
    - { status: 200 }
    """
    When the workflow is executed
    Then the workflow should have taken 6 seconds

  Scenario: Only when it is worth it
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: retry-when, version: '1.0.0' }
    do:
      - careful:
          try: [ { get: { call: http, with: { method: get, endpoint: https://api.example/x } } } ]
          catch: { retry: { when: $error.status == 503, delay: PT1S, limit: { attempt: { count: 5 } } } }
    """
    And calls of 'GET https://api.example/x' are answered with:
    """yaml
    - { status: 503 }
    - { status: 500 }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 500
    """
    And 'GET https://api.example/x' should have been called 2 times

  Scenario: A policy by name, and what is done when it is used up
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: default, name: retry-named, version: '1.0.0' }
    use: { retries: { twice: { delay: PT1S, limit: { attempt: { count: 2 } } } } }
    do:
      - careful:
          try: [ { get: { call: http, with: { method: get, endpoint: https://api.example/x } } } ]
          catch: { retry: twice, do: [ { instead: { set: { used: up } } } ] }
    """
    And calls of 'GET https://api.example/x' are answered with:
    """yaml
    status: 503
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    used: up
    """
