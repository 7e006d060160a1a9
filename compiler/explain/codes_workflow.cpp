#include "compiler/explain/codes.hpp"

namespace skald::compiler {

namespace {

using dsl::Code;

constexpr Explanation kTexts[] = {
    {Code::unknown_key,
     R"--(The language has no such key at this place, so it would have no effect. Often
it is misspelt, or indented too far or not far enough.

Wrong:
  call: http
  with: { method: get, endpoint: https://pets.example/1 }
  timout: { after: PT5S }
Right:
  call: http
  with: { method: get, endpoint: https://pets.example/1 }
  timeout: { after: PT5S }
)--"},
    {Code::wrong_type,
     R"--(The value has another type than the key takes: a text instead of a map, a
number instead of a text. YAML reads 1.0 and true as a number and a boolean
unless they are quoted.

Wrong:
  document: { dsl: '1.0.3', namespace: test, name: a, version: 1.0 }
  do: [{ greet: { set: { a: 1 } } }]
Right:
  document: { dsl: '1.0.3', namespace: test, name: a, version: '1.0.0' }
  do: [{ greet: { set: { a: 1 } } }]
)--"},
    {Code::missing_key, R"--(The map lacks a key without which it has no meaning.

Wrong:
  call: http
  with: { method: get }
Right:
  call: http
  with: { method: get, endpoint: https://pets.example/1 }
)--"},
    {Code::not_supported,
     R"--(This is part of the language, and skald understands it, but does not execute
it yet. It is refused before the run, so that no run stops at it half-way.

Wrong:
  use:
    catalogs: { shared: { endpoint: https://catalog.example } }
  do: [{ greet: { set: { a: 1 } } }]
Right:
  call: http
  with: { method: get, endpoint: https://pets.example/1 }
)--"},
    {Code::no_task_kind,
     R"--(Each task has one key that says what it does: call, do, emit, for, fork,
listen, raise, run, set, switch, try or wait.

Wrong:
  - greet:
      say: hello
Right:
  - greet:
      set: { message: hello }
)--"},
    {Code::several_kinds,
     R"--(A task does one thing. Two keys that each make a task stand in this one.

Wrong:
  - book:
      wait: PT5S
      set: { done: true }
Right:
  - book:
      wait: PT5S
  - finish:
      set: { done: true }
)--"},
    {Code::bad_name,
     R"--(Namespace and name of a workflow are made of letters, digits and inner dashes,
its version is a semantic version, and variables are made of letters, digits
and '_' and must not hide a variable of the language.

Wrong:
  document: { dsl: '1.0.3', namespace: test, name: Holiday Booking, version: '1.0' }
  do: [{ greet: { set: { a: 1 } } }]
Right:
  document: { dsl: '1.0.3', namespace: test, name: holiday-booking, version: '1.0.0' }
  do: [{ greet: { set: { a: 1 } } }]
)--"},
    {Code::unknown_dsl,
     R"--(document.dsl names the version of the language, which is not the version of
the workflow. skald reads 1.0.x.

Wrong:
  document: { dsl: '2.1.0', namespace: test, name: a, version: '1.0.0' }
  do: [{ greet: { set: { a: 1 } } }]
Right:
  document: { dsl: '1.0.3', namespace: test, name: a, version: '1.0.0' }
  do: [{ greet: { set: { a: 1 } } }]
)--"},
    {Code::bad_duration,
     R"--(A length of time is a map of whole numbers, or an ISO 8601 text of weeks, days,
hours, minutes and seconds. Years and months have no fixed length. Limits,
caps and jitter must be known before the run, so they can not be expressions.

Wrong:
  wait: 30s
Right:
  wait: PT30S
or:
  wait: { seconds: 30 }
)--"},
    {Code::bad_word, R"--(Only some words are allowed as the value of this key.

Wrong:
  call: http
  with: { method: get, endpoint: https://pets.example/1, output: body }
Right:
  call: http
  with: { method: get, endpoint: https://pets.example/1, output: content }
)--"},
    {Code::bad_task_item,
     R"--(A task list is a list of maps with one key each, the task's name. Without the
second level of indentation the keys of the task stand beside its name.

Wrong:
  do:
    - greet:
      set: { message: hello }
Right:
  do:
    - greet:
        set: { message: hello }
)--"},
    {Code::two_defaults,
     R"--(A case without 'when' is taken when no other matches. There can be only one.

Wrong:
  switch:
    - small: { then: exit }
    - other: { then: end }
Right:
  switch:
    - small: { when: .weight < 5, then: exit }
    - other: { then: end }
)--"},
    {Code::bad_uri_template,
     R"--(A literal endpoint is a URI template (RFC 6570): {name} is replaced by the
member 'name' of the data, encoded for a URI; {?status,limit} becomes a query,
{/path*} segments, {+base} keeps reserved characters. A brace that is none of
these is a mistake; an expression can build any URI.

Wrong:
  call: http
  with: { method: get, endpoint: 'https://pets.example/{pet id}' }
Right:
  call: http
  with: { method: get, endpoint: 'https://pets.example/{petId}{?status,limit}' }
or:
  call: http
  with:
    method: get
    endpoint: ${ "https://pets.example/pets?status=\(.status | @uri)" }
)--"},
    {Code::bad_value, R"--(The value is of the right type, but outside of what has a meaning here.

Wrong:
  for: { in: .seats, concurrency: 0 }
  do: [{ hold: { set: { seat: '${ $item }' } } }]
Right:
  for: { in: .seats, concurrency: 8 }
  do: [{ hold: { set: { seat: '${ $item }' } } }]
)--"},
    {Code::exclusive_keys,
     R"--(Of these keys only one can be there: they say different things about the same.

Wrong:
  call: http
  with: { method: get, endpoint: https://pets.example/1 }
  retry: { backoff: { constant: {}, exponential: {} } }
Right:
  call: http
  with: { method: get, endpoint: https://pets.example/1 }
  retry: { backoff: { exponential: {} } }
)--"},
    {Code::too_many_tasks,
     R"--(A workflow has a limit of tasks, 5,000 unless --max-tasks (EngineOptions::max_tasks)
says otherwise, counted with the functions that it calls expanded. Work of this
size is better divided.

Wrong:  ten functions that call each other twice each: a thousand copies of the last
Right:  a 'for' over data, or several workflows
)--"},
    {Code::not_portable,
     R"--(With 'check --portable' everything that only skald understands is an error:
compensate, retry on a task, saga, $tasks and functions of a process. Without
the option all of them are fine.

Wrong:
  - pay:
      call: http
      with: { method: post, endpoint: https://shop.example/payments }
      retry: { delay: { seconds: 1 } }
Right:
  - pay:
      try:
        - charge:
            call: http
            with: { method: post, endpoint: https://shop.example/payments }
      catch: { retry: { delay: { seconds: 1 } } }
)--"},
    {Code::unreachable_task,
     R"--(No way through the list leads to this task, so it never runs: the tasks before
it leave the list, or jump over it.

Wrong:
  - first: { set: { a: 1 }, then: end }
  - second: { set: { b: 2 } }
Right:
  - first: { set: { a: 1 } }
  - second: { set: { b: 2 }, then: end }
)--"},
    {Code::unknown_method, R"--(HTTP allows methods of all kinds, but this one is none of the usual.

Wrong:
  call: http
  with: { method: pst, endpoint: https://pets.example/1 }
Right:
  call: http
  with: { method: post, endpoint: https://pets.example/1 }
)--"},
    {Code::unused_component,
     R"--(Something is defined below 'use' that nothing in the workflow names. Perhaps
the name is misspelt where it should be used.

Wrong:
  use: { retries: { patient: { delay: PT1S } } }
  do: [{ greet: { set: { a: 1 } } }]
Right:
  use: { retries: { patient: { delay: PT1S } } }
  do:
    - get:
        call: http
        with: { method: get, endpoint: https://pets.example/1 }
        retry: patient
)--"},
    {Code::bad_cron,
     R"--(A cron expression has five fields: minute, hour, day of the month, month, day of
the week. A field is a star, values, ranges (1-5), steps (*/15) and lists of these.

Wrong:
  schedule: { cron: '0 24 * * *' }
  do: [{ settle: { set: { done: true } } }]
Right:
  schedule: { cron: '0 0 * * *' }
  do: [{ settle: { set: { done: true } } }]
)--"},
    {Code::unknown_time_zone,
     R"--(A time zone has a name of the tz database, which must be installed where the
workflow is checked, or is a rule in the form of POSIX.

Wrong:
  schedule: { cron: '0 3 * * *', timezone: Berlin }
  do: [{ settle: { set: { done: true } } }]
Right:
  schedule: { cron: '0 3 * * *', timezone: Europe/Berlin }
  do: [{ settle: { set: { done: true } } }]
or:
  schedule: { cron: '0 3 * * *', timezone: 'CET-1CEST,M3.5.0,M10.5.0/3' }
  do: [{ settle: { set: { done: true } } }]
)--"},
    {Code::ignored_key,
     R"--(The key is allowed here, but has no meaning beside the others, and the language
says that it is ignored.

Wrong:
  listen: { to: { one: { with: { type: measured } }, until: '. | length > 3' } }
Right:
  listen: { to: { any: [ { with: { type: measured } } ], until: '. | length > 3' } }
)--"},
    {Code::unknown_error_type,
     R"--(The type of an error is a URI, and a catch compares it with the whole of it. The
standard types are https://open-workflow-specification.org/spec/1.0.0/errors/
and one of configuration, validation, expression, authentication, authorization,
timeout, communication, runtime.

Wrong:
  try: [ { nap: { wait: PT1S } } ]
  catch: { errors: { with: { type: timeout } } }
Right:
  try: [ { nap: { wait: PT1S } } ]
  catch:
    errors:
      with: { type: https://open-workflow-specification.org/spec/1.0.0/errors/timeout }
)--"},
    {Code::near_a_standard_call,
     R"--(A call that is not one of the standard (http, openapi, ...) names a function
that some process offers. Nobody offers one with this name yet, perhaps, and the
run waits for it; was the standard one meant?

Wrong:
  call: htpp
  with: { method: get, endpoint: 'https://pets.example/' }
Right:
  call: http
  with: { method: get, endpoint: 'https://pets.example/' }
)--"},
    {Code::near_a_standard_attribute,
     R"--(Below 'with' stand the attributes of an event (CloudEvents). One may have any
name, and an event without it does not fit: who listens for "typ" waits for
something that nobody sends.

Wrong:
  listen: { to: { one: { with: { typ: order.paid } } } }
Right:
  listen: { to: { one: { with: { type: order.paid } } } }
)--"},
};

}  // namespace

std::span<Explanation const> workflow_explanations() {
  return kTexts;
}

}  // namespace skald::compiler
