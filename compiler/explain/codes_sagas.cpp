#include "compiler/explain/codes.hpp"

namespace skald::compiler {

namespace {

using dsl::Code;

constexpr Explanation kTexts[] = {
    {Code::nested_compensate,
     R"--(An undo is repeated until it is done. It is never undone itself, so 'compensate'
has no meaning inside of a compensate block.

Wrong:
  call: charge
  compensate:
    - refund:
        call: refund
        compensate: [{ again: { call: charge } }]
Right:
  call: charge
  compensate:
    - refund: { call: refund }
)--"},
    {Code::not_in_undo,
     R"--(A compensate block must come to its end by itself. It may hold call, do, set,
switch, for, try, wait, emit and run, but it can not wait for an event or a lock, run
branches in parallel or raise an error.

Wrong:
  call: bookHotel
  compensate:
    - confirm: { listen: { to: { one: { with: { type: confirmed } } } } }
Right:
  call: bookHotel
  compensate:
    - cancel: { call: cancelHotel }
)--"},
    {Code::end_in_undo,
     R"--('then: end' ends the workflow, and a workflow that unwinds has other undos to
do. 'then: exit' ends the block.

Wrong:
  call: bookHotel
  compensate:
    - cancel: { call: cancelHotel, then: end }
Right:
  call: bookHotel
  compensate:
    - cancel: { call: cancelHotel, then: exit }
)--"},
    {Code::done_on_forward,
     R"--('doneOn' adds statuses that mean "there is nothing left to undo". Of a call that
goes forward the standard decides: 2xx is success.

Wrong:
  call: bookHotel
  doneOn: [409]
Right:
  call: bookHotel
  compensate:
    - cancel: { call: cancelHotel, doneOn: [409] }
)--"},
    {Code::only_for_calls,
     R"--(retry, undoOn, doneOn, redeliver, ongoing and probe say how the attempts of one call are
treated. To repeat several tasks use try, catch and its retry.

Wrong:
  do: [{ note: { set: { a: 1 } } }]
  retry: { delay: PT1S }
Right:
  try: [{ book: { call: bookHotel } }]
  catch: { retry: { delay: PT1S, limit: { attempt: { count: 3 } } } }
)--"},
    {Code::not_in_probe,
     R"--(A probe is asked when nobody knows whether a call has done its work. It may be
asked several times, and what it does is never undone: so it only looks. It may
hold call, do, set, switch, for, try, wait and raise. Its success means that the
work was done, an error with status 404 or 410 that it was not.

Wrong:
  - book:
      call: bookHotel
      probe: [ { tell: { emit: { event: { with: { type: asked } } } } } ]
Right:
  - book:
      call: bookHotel
      probe: [ { isBooked: { call: http, with: { method: get, endpoint: http://hotel.local/1 } } } ]
)--"},
    {Code::probe_changes,
     R"--(A probe finds out what a call has done. A method that changes something could do
it a second time.

Wrong:
  - book:
      call: bookHotel
      probe: [ { isBooked: { call: http, with: { method: post, endpoint: http://hotel.local } } } ]
Right:
  - book:
      call: bookHotel
      probe: [ { isBooked: { call: http, with: { method: get, endpoint: http://hotel.local } } } ]
)--"},
    {Code::no_compensate,
     R"--(A call that changes something has no 'compensate', and a step behind or beside
it can fail. Then its effect stays. If that is right, say so with an empty
block; put 'compensate' on a task around it to undo several at once.

Wrong:
  - pay: { call: http, with: { method: post, endpoint: 'https://pay.example' } }
  - ship: { call: http, with: { method: post, endpoint: 'https://ship.example' } }
Right:
  - pay:
      call: http
      with: { method: post, endpoint: 'https://pay.example' }
      compensate:
        - refund: { call: http, with: { method: delete, endpoint: 'https://pay.example' } }
  - ship: { call: http, with: { method: post, endpoint: 'https://ship.example' } }
)--"},
    {Code::undo_reads_output,
     R"--(When an answer is lost nobody knows whether the call did its work. It is undone
all the same, and then $undo.output is null. Let the caller choose the id, and
the undo needs no output.

Wrong:
  call: bookHotel
  compensate:
    - cancel: { call: cancelHotel, with: { id: '${ $undo.output.id }' } }
Right:
  call: bookHotel
  compensate:
    - cancel: { call: cancelHotel, with: { key: '${ $undo.input.key }' } }
)--"},
    {Code::limited_undo,
     R"--(When the retries of an undo end, the effect is still there and a person has to
look at it: the run is suspended. Without a limit skald goes on until the
participant answers.

Wrong:
  saga: { retry: { delay: PT1S, limit: { attempt: { count: 3 } } } }
  do:
    - book: { call: bookHotel, compensate: [{ cancel: { call: cancelHotel } }] }
Right:
  saga: { retry: { delay: PT1S, backoff: { exponential: { max: PT1M } } } }
  do:
    - book: { call: bookHotel, compensate: [{ cancel: { call: cancelHotel } }] }
)--"},
    {Code::deadline_too_short,
     R"--(The deadline of the workflow passes before the one of a step, which therefore
never has an effect.

Wrong:
  timeout: { after: PT1M }
  do:
    - approval:
        listen: { to: { one: { with: { type: approved } } } }
        timeout: { after: P2D }
Right:
  timeout: { after: P3D }
  do:
    - approval:
        listen: { to: { one: { with: { type: approved } } } }
        timeout: { after: P2D }
)--"},
    {Code::nothing_to_undo,
     R"--(set, switch, wait and raise change nothing outside of the run, so there is
nothing to undo. The block probably belongs to the task before.

Wrong:
  - book: { call: bookHotel }
  - note: { set: { done: true }, compensate: [{ cancel: { call: cancelHotel } }] }
Right:
  - book: { call: bookHotel, compensate: [{ cancel: { call: cancelHotel } }] }
  - note: { set: { done: true } }
)--"},
    {Code::pivot_place,
     R"--(A pivot is the step behind which nothing is undone any more. Where the flow may
come again, or where another branch may fail, there is a way back: in a for, a
fork, a catch, a try that is tried again, a list that jumps back, a compensate
block or saga.finally. Items and branches that each need a pivot become runs of
their own.

Wrong:
  - all:
      for: { in: .orders }
      do: [ { charge: { call: charge, pivot: true } } ]
Right:
  - charge: { call: charge, pivot: true }
)--"},
    {Code::second_pivot,
     R"--(Behind a pivot nothing is undone, so a second one on the same path would change
nothing. Mark the last step that can not be undone.

Wrong:
  - charge: { call: charge, pivot: true }
  - ship:   { call: ship, pivot: true }
Right:
  - charge: { call: charge }
  - ship:   { call: ship, pivot: true }
)--"},
    {Code::pivot_kind,
     R"--(A pivot either succeeds or does not: that can be said of one call, or of one
child run, and not of a group of tasks.

Wrong:
  - pay:
      pivot: true
      do: [ { charge: { call: charge } }, { note: { set: { paid: true } } } ]
Right:
  - pay:
      do: [ { charge: { call: charge, pivot: true } }, { note: { set: { paid: true } } } ]
)--"},
    {Code::pivot_policy,
     R"--(A pivot is never undone, and while it is in doubt it is sent again until its
answer is known. Keys that say otherwise contradict it.

Wrong:
  - charge: { call: charge, pivot: true, compensate: [ { refund: { call: refund } } ] }
Right:
  - charge: { call: charge, pivot: true }
)--"},
    {Code::not_in_finally,
     R"--(saga.finally runs when a run has otherwise come to its end. It must come to its
own end by itself, under saga.retry, and nothing in it is undone. It may hold
call, do, set, switch, for, try, wait, emit and run.

Wrong:
  saga:
    finally:
      - confirmed: { listen: { to: { one: { with: { type: confirmed } } } } }
  do: [ { book: { call: bookHotel } } ]
Right:
  saga:
    finally:
      - report: { call: ship, with: { status: '${ .status }' } }
  do: [ { book: { call: bookHotel } } ]
)--"},
    {Code::fallible_behind_pivot,
     R"--(Behind a pivot there is no way back. A call whose answer is lost is sent again
without end there; one that is refused suspends the run, and a person has to
decide. A try that begins behind the pivot can handle it instead.

Wrong:
  - charge: { call: charge, pivot: true }
  - ship:   { call: ship }
Right:
  - charge: { call: charge, pivot: true }
  - deliver:
      try: [ { ship: { call: ship } } ]
      catch: { do: [ { byHand: { set: { ticket: open } } } ] }
)--"},
    {Code::irreversible_beside,
     R"--(Branches of a fork run at the same time. When another one fails, this effect
may have happened, and nothing undoes it.

Wrong:
  - both:
      fork:
        branches:
          - pay:   { call: http, with: { method: post, endpoint: 'https://pay.example' } }
          - hotel: { call: bookHotel }
Right:
  - hotel: { call: bookHotel }
  - pay:   { call: http, with: { method: post, endpoint: 'https://pay.example' } }
)--"},
    {Code::unreachable_undo,
     R"--(Behind a pivot only what stands in a try that began there can be undone: by its
catch. Any other compensate block never runs.

Wrong:
  - charge: { call: charge, pivot: true }
  - tell:
      emit: { event: { with: { source: 'https://shop.example', type: paid } } }
      compensate: [ { untell: { call: refund } } ]
Right:
  - book:   { call: bookHotel, compensate: [ { cancel: { call: cancelHotel } } ] }
  - charge: { call: charge, pivot: true }
)--"},
    {Code::ongoing_callback,
     R"--(With 'await: callback' a 2xx answer says that the job was taken: the call is not
made again, and the callback ends it. A status below 'ongoing' says "not finished yet":
the call is made again with the same key, until it is answered otherwise. So a 202 that
stands there never begins the wait. A callback that comes meanwhile still ends the call.

Wrong:
  call: http
  await: callback
  with: { method: post, endpoint: 'https://paint.example/jobs' }
  ongoing: { status: 202, every: PT30S }
Right:
  call: http
  await: callback
  with: { method: post, endpoint: 'https://paint.example/jobs' }
  timeout: { after: P2D }
  ongoing: { status: 425, every: PT30S }
)--"},
};

}  // namespace

std::span<Explanation const> saga_explanations() {
  return kTexts;
}

}  // namespace skald::compiler
