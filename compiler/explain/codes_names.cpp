#include "compiler/explain/codes.hpp"

namespace skald::compiler {

namespace {

using dsl::Code;

constexpr Explanation kTexts[] = {
    {Code::unknown_task,
     R"--(There is no task of that name that this place could mean. $tasks sees the
tasks of its own list and of the lists around it, and those inside of tasks
that have finished; 'then' sees the tasks of its own list.

Wrong:
  - approval: { listen: { to: { one: { with: { type: approved } } } } }
  - rejected:
      if: ${ $tasks.aproval.approved == false }
      set: { rejected: true }
Right:
  - approval: { listen: { to: { one: { with: { type: approved } } } } }
  - rejected:
      if: ${ $tasks.approval.approved == false }
      set: { rejected: true }
)--"},
    {Code::duplicate_task,
     R"--(The tasks of a list need names of their own: 'then' and $tasks find them by
name.

Wrong:
  - pay: { set: { a: 1 } }
  - pay: { set: { b: 2 } }
Right:
  - pay: { set: { a: 1 } }
  - note: { set: { b: 2 } }
)--"},
    {Code::unknown_retry, R"--(A text as 'retry' is the name of a policy in use.retries.

Wrong:
  call: http
  with: { method: get, endpoint: https://pets.example/1 }
  retry: transient
Right:
  use: { retries: { transient: { delay: PT1S } } }
  do:
    - get:
        call: http
        with: { method: get, endpoint: https://pets.example/1 }
        retry: transient
)--"},
    {Code::unknown_error, R"--(A text as 'raise.error' is the name of an error in use.errors.

Wrong:
  raise: { error: rejected }
Right:
  use:
    errors:
      rejected: { type: https://travel.example/errors/rejected, status: 403 }
  do:
    - reject: { raise: { error: rejected } }
)--"},
    {Code::unknown_timeout,
     R"--(A text as 'timeout' is the name of one in use.timeouts, or an ISO 8601
duration, which begins with P.

Wrong:
  call: http
  with: { method: get, endpoint: https://pets.example/1 }
  timeout: short
Right:
  call: http
  with: { method: get, endpoint: https://pets.example/1 }
  timeout: PT30S
or:
  call: http
  with: { method: get, endpoint: https://pets.example/1 }
  timeout: { after: { seconds: 30 } }
)--"},
    {Code::unknown_function,
     R"--(A call names 'http', a function of use.functions, or one that is registered in
the process.

Wrong:
  call: bookHotle
Right:
  call: bookHotel
)--"},
    {Code::unknown_authentication,
     R"--(authentication.use is the name of an authentication in use.authentications.

Wrong:
  call: http
  with:
    method: get
    endpoint: { uri: https://shop.example, authentication: { use: shop } }
Right:
  use: { authentications: { shop: { bearer: { token: '${ .token }' } } } }
  do:
    - get:
        call: http
        with:
          method: get
          endpoint: { uri: https://shop.example, authentication: { use: shop } }
)--"},
    {Code::jump_out_of_scope,
     R"--('then' goes to a task of the same list. It can not go into a list, out of one,
or to another branch of a fork.

Wrong:
  - outer:
      do:
        - inner: { set: { a: 1 }, then: last }
  - last: { set: { b: 2 } }
Right:
  - outer:
      do:
        - inner: { set: { a: 1 }, then: exit }
      then: last
  - last: { set: { b: 2 } }
)--"},
    {Code::recursive_function,
     R"--(The definition of a function calls the function itself, directly or through
another one. Such a call would never end.

Wrong:
  use: { functions: { ping: { call: ping } } }
  do: [{ one: { call: ping } }]
Right:
  use: { functions: { ping: { set: { pong: true } } } }
  do: [{ one: { call: ping } }]
)--"},
    {Code::ambiguous_task,
     R"--(Several tasks of that name, inside of tasks that have finished, could be meant.

Wrong:
  - left: { do: [{ book: { set: { id: 1 } } }] }
  - right: { do: [{ book: { set: { id: 2 } } }] }
  - sum: { set: { id: '${ $tasks.book.id }' } }
Right:
  - left: { do: [{ bookLeft: { set: { id: 1 } } }] }
  - right: { do: [{ bookRight: { set: { id: 2 } } }] }
  - sum: { set: { id: '${ $tasks.bookLeft.id }' } }
)--"},
    {Code::task_not_done,
     R"--(The task exists, but its output is not there at this point: it runs later, in a
parallel branch, or once for each item of a loop.

Wrong:
  - seats:
      for: { in: .seats }
      do: [{ hold: { set: { held: '${ $item }' } } }]
  - sum: { set: { all: '${ $tasks.hold }' } }
Right:
  - seats:
      for: { in: .seats }
      do: [{ hold: { set: { held: '${ $item }' } } }]
  - sum: { set: { all: '${ $tasks.seats }' } }
)--"},
};

}  // namespace

std::span<Explanation const> name_explanations() {
  return kTexts;
}

}  // namespace skald::compiler
