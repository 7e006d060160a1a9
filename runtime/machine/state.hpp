#pragma once

// The state of one run: what evolve() made of its records, and nothing else. It is a tree. A scope
// (one pass through a task list) has at most one live activation; an activation of a composite
// task has child scopes. Beside the tree stand the armed effects, the unwindings with their plans,
// and the timers.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "runtime/machine/ids.hpp"
#include "runtime/machine/record.hpp"
#include "saga/outcome.hpp"
#include "saga/plan.hpp"

namespace skald::runtime {

enum class RunStatus : std::uint8_t { pending, running, compensating, suspended, ended };

// What the expressions of an undo block see, gathered when the effect ended (or when it was armed,
// if it never did). Sharing makes it free: a few handles.
struct Frozen {
  Json context;
  Json variables;  // an array: Scope::variables of the scopes around it, inner to outer
  Json outputs;    // an array: Scope::outputs, likewise
};

struct Scope {
  ScopeId id;
  graph::ListIndex list;
  ScopeId parent;                   // of the owner; none for the root and for undo blocks
  ActivationId owner;               // none for the root and for undo blocks
  UnwindingId undo_of;              // an undo block's unwinding, else none
  std::uint32_t undo_index = 0;     // ... and place in its plan
  std::uint32_t item = 0;           // branch or item index
  std::uint32_t position = 0;       // of the next task in the list
  ActivationId current;             // the live activation, if any
  Json data;                        // flows from task to task
  Json variables;                   // introduced by this scope: each/at of a loop, `as` of a catch
  Json outputs;                     // $tasks of this scope: task path -> output
  std::vector<ActivationId> armed;  // ascending; what succeeded or may have had an effect
  UnwindingId stopped_by;           // the innermost unwinding that stopped it
  bool finished = false;            // past its last task
  bool ending = false;              // ... because of `then: end`
};

enum class Phase : std::uint8_t {
  open,       // an attempt is out (calls), an event is being published, a child runs
  delayed,    // waits for its next attempt or its try's restart
  waiting,    // wait, listen; run: for its workflow to be deployed
  locking,    // for its lock; it has not begun
  composite,  // has child scopes
  settled,    // nothing more comes: failed, or stopped
  probing,    // a call in doubt whose probe is being asked
};

// A call without an undo that a retried try left in doubt. Met again with the same arguments it
// keeps its key, so that the participant can tell that it is the same request.
struct Doubt {
  TaskIndex task;
  std::uint32_t number = 1;
  Json arguments;
};

struct Activation {
  ActivationId id;
  TaskIndex task;
  ScopeId scope;
  std::uint32_t number = 1;
  Phase phase = Phase::composite;
  Time started;
  Json input;
  Json detail;
  std::optional<Time> deadline;  // task timeout, or a wait's end
  std::string lock;              // of one that has not begun: what it waits for
  // Calls:
  std::uint32_t attempt = 0;
  std::uint32_t retries = 0;             // counted ones
  std::uint32_t beyond = 0;              // of these, beyond the task's own limits
  std::optional<Time> attempt_deadline;  // of a try: of this pass of its body
  std::optional<Time> next_at;           // delayed: when
  std::optional<Time> first_attempt;     // start of the current series, for limit.duration
  saga::Answer last;                     // the last attempt's answer
  std::optional<saga::Outcome> outcome;  // over all attempts so far
  bool ongoing = false;                  // its participant has said that it works on it
  bool probed = false;                   // its probe was asked since the last attempt
  // Composites:
  std::vector<ScopeId> children;
  std::uint32_t next_item = 0;
  Json results;                         // fork and concurrent for: output per branch or item
  std::vector<ActivationId> armed;      // handed up by children that ended
  std::uint32_t restarts = 0;           // try
  Time first_try;                       // try: for limit.duration of its retry
  Json caught;                          // try: the error in catch.do
  std::optional<std::uint32_t> winner;  // compete
  bool ending = false;
  // Listens; what their events gave stands in `results`:
  std::set<std::uint32_t> filters_taken;  // those that have taken an event
  Json learned;                           // correlation -> value
  std::deque<Json> queue;                 // foreach: events that wait for their turn
  // Tries:
  std::vector<Doubt> doubts;  // what its retries meet again with the same key
  // Runs:
  std::string child_workflow;  // what was found, "namespace/name/version"
  std::string child_graph;     // ... and its digest
  bool child_stops = false;    // it was told to, and the stop was taken back since then
};

// An effect that can be undone, from the moment its task becomes runnable to the end of the run.
struct Armed {
  ActivationId id;
  TaskIndex task;
  std::uint32_t number = 1;
  Json input;                            // after input.from
  Json arguments;                        // of a call: its evaluated `with`
  Json output;                           // raw answer of a success, else null
  Json error;                            // of a failure, else null
  std::optional<saga::Outcome> outcome;  // absent: nothing is known yet
  Frozen frozen;
  std::vector<saga::Lane> lanes;  // the forks and concurrent loops around it, outermost first
  UnwindingId planned;            // the unwinding that undoes it
  bool sent = false;              // its undo has begun
  std::string child;              // of a completed `run`: the run that undoes itself
};

// A start that nobody waits for, and that was not made before its scope stopped.
struct OwedStart {
  TaskIndex task;
  Json input;
};

enum class UndoStatus : std::uint8_t { pending, running, done, skipped };

struct Undo {
  ActivationId undoes;
  UndoStatus status = UndoStatus::pending;
  ScopeId scope = {};           // while running
  std::uint32_t attempts = 0;   // over all calls of the block
  bool suspended = false;       // waits for an operator
  bool passed = false;          // those behind it need not wait for it any more
  std::uint32_t waits_for = 0;  // gates (saga::Plan), from 1; 0: none
  std::uint32_t opens = 0;
  Json undo = {};  // $undo, frozen when the undo started
};

// Where an undo stands.
struct UndoPlace {
  UnwindingId unwinding;
  std::uint32_t index = 0;  // in its plan
};

// Of a plan (saga::Plan): opens when all that it waits for has ended.
struct Gate {
  std::uint32_t left = 0;                  // undos that have not ended
  std::vector<std::uint32_t> behind = {};  // undos that wait for it
};

struct Unwinding {
  UnwindingId id;
  std::vector<ScopeId> scopes;
  ActivationId handler;
  ScopeId around;  // the handler's scope; none: the whole run
  Cause cause;
  Next next = Next::end_run;
  Duration retry_delay;
  bool planned = false;
  bool over = false;      // every undo of the plan has ended
  bool resolved = false;  // what follows (`next`) has been taken; an amendment takes no second
  std::optional<Time> retry_at;  // over, and next is a retry: when it is due
  std::vector<Undo> plan;
  std::vector<ActivationId> unsettled;  // not planned yet: what was open when it began
  std::vector<Gate> gates;              // gate 1 first
  std::set<std::uint32_t> startable;    // undos that have not begun and wait for nothing
  std::set<std::uint32_t> suspended;    // undos that wait for an operator
  std::uint32_t running = 0;            // undos that have begun and not ended
  std::uint32_t ended = 0;
};

// What waits for an operator: a call whose attempts are used up, or a task that could not begin.
struct Suspension {
  ActivationId activation;  // none: the task could not begin
  ScopeId scope;
  std::string reason;
};

// A lock that the run asks its home for. One at a time is out: the first of State::lock_requests.
struct LockRequest {
  ActivationId activation;
  std::string name;
  bool withdrawn = false;  // nobody waits for it any more, and its home has yet to hear that
};

enum class TimerKind : std::uint8_t { run, task, attempt, delay };

struct Timer {
  Time at;
  TimerKind kind = TimerKind::run;
  ActivationId activation;  // none for the run's own

  auto operator<=>(Timer const&) const = default;
};

struct State {
  // From RunStarted.
  std::string run;
  std::string graph;
  std::string workflow;
  std::string start_key;
  std::string body_digest;
  Json input;
  Time started;
  std::optional<Parent> parent;

  RunStatus status = RunStatus::pending;
  std::optional<EndStatus> end;
  Time ended;
  Json output;
  Json error;
  std::string reason;
  Json context;
  std::optional<Time> deadline;
  std::vector<Suspension> suspensions;
  Json exceptions;    // undos that operators skipped: [{task, path, number, reason, actor}]
  bool held = false;  // by an operator: no attempt begins
  std::string held_reason;
  std::string held_actor;
  bool held_with_parent = false;  // it goes on when its parent run does

  std::uint64_t records = 0;  // folded so far
  std::uint32_t next_activation = 1;
  std::uint32_t next_scope = 1;
  std::uint32_t next_unwinding = 1;
  ScopeId root;
  std::map<ScopeId, Scope> scopes;
  std::map<ActivationId, Activation> activations;
  std::map<ActivationId, Armed> armed;
  std::map<UnwindingId, Unwinding> unwindings;
  std::set<UnwindingId> active_unwindings;        // those that are not over
  std::map<ActivationId, UndoPlace> child_undos;  // under way in children that undo themselves
  UnwindingId root_unwinding;                     // of the whole run, if it was stopped
  ActivationId open_pivot;                        // live, and not known to have succeeded
  ActivationId pivot;                             // has succeeded: there is no way back behind it
  std::string pivot_name;
  std::vector<StopHeld> kept_causes;           // causes that wait until the open pivot is decided
  std::optional<RunEnded> ending;              // how the run ends behind saga.finally
  ScopeId finally;                             // the scope of saga.finally, while it runs
  std::map<TaskIndex, std::uint32_t> entries;  // activations per task so far
  std::set<std::string> events_taken;          // "source id"
  std::map<ActivationId, OwedStart> owed;      // made also after the end of the run
  std::map<std::string, Time> locks;           // held, since when; to the end of the run
  std::deque<LockRequest> lock_requests;       // in the order in which they were made
  std::set<Timer> timers;

  // What decide() has to look at next; kept by evolve().
  std::set<ScopeId> ready_scopes;
  std::set<ActivationId> ready_activations;
  std::set<UnwindingId> ready_unwindings;
};

// Everything in the state, as JSON: equal for equal states. Law 1 and the simulator compare it.
Json to_json(State const& state);

char const* to_string(RunStatus status) noexcept;
char const* to_string(Phase phase) noexcept;
char const* to_string(UndoStatus status) noexcept;

}  // namespace skald::runtime
