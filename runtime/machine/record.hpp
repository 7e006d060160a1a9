#pragma once

// Records are the facts of one run, in order. decide() makes them, evolve() folds them, the journal
// keeps them for ever. Whatever an expression gave stands in them, so that replay evaluates
// nothing. They name tasks by index into the graph the run began with; the codec
// (runtime/journal/record_codec) writes them as protobuf.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "compiler/graph/step_graph.hpp"
#include "runtime/machine/ids.hpp"
#include "saga/outcome.hpp"

namespace skald::runtime {

using graph::TaskIndex;

// Of which effect a run is the child.
struct Parent {
  std::string run;
  ActivationId activation;
  std::uint32_t attempt = 1;
  bool one_way = false;  // nobody waits for it
  bool keeps = false;    // once completed it keeps what it armed: the parent may have it undone

  bool operator==(Parent const&) const = default;
};

// The run begins. `data` is the workflow's input after input.from.
struct RunStarted {
  std::string run;
  std::string graph;        // hex digest of the step graph
  std::string workflow;     // "namespace/name/version"
  std::string start_key;    // the caller's Idempotency-Key; empty when there was none
  std::string body_digest;  // of the raw input, to tell a repeated start from a different one
  Json input;               // raw
  Json data;
  std::optional<Time> deadline;                 // the workflow's timeout
  std::optional<Parent> parent = std::nullopt;  // of a child run
};

// `if` was false: the task's input goes on to the next.
struct TaskSkipped {
  ScopeId scope;
  TaskIndex task;
};

// The task has become runnable, and with it its compensation armed. For a call, attempt 1 counts
// as sent once this is durable.
struct TaskEntered {
  ActivationId activation;
  ScopeId scope;
  TaskIndex task;
  std::uint32_t number = 1;      // the counts the entries into this task in this run
  Json input;                    // after input.from
  Json detail;                   // call: arguments; for: items; listen: expected values; else null
  std::optional<Time> deadline;  // task timeout; of a wait: its end
  std::optional<Time> attempt_deadline;    // of a call's first attempt
  std::optional<Time> pass_deadline = {};  // of a try's first pass (catch.retry.limit.attempt)
};

// The next attempt of a call was started: its retry delay has passed.
struct AttemptStarted {
  ActivationId activation;
  std::uint32_t attempt = 2;
  Time deadline;
};

// The engine was restarted: what was open is sent again, same key, next attempt number, and does
// not count as a retry.
struct AttemptResent {
  ActivationId activation;
  std::uint32_t attempt = 2;
  Time deadline;
};

// The participant works on it: the same request is made again then, and does not count as a retry.
struct AttemptOngoing {
  ActivationId activation;
  std::uint32_t attempt = 1;
  int status = 0;
  Time again_at;
};

// A call is in doubt, and its probe is asked before anything is decided.
struct ProbeStarted {
  ActivationId activation;
};

// What the probe has found: succeeded with the call's output, refused, or still in doubt.
struct ProbeEnded {
  ActivationId activation;
  saga::Outcome outcome = saga::Outcome::in_doubt;
  Json output;
  std::string message = {};  // why it is still in doubt
};

// One attempt has an outcome. With retry_at the next one follows then.
struct AttemptEnded {
  ActivationId activation;
  std::uint32_t attempt = 1;
  saga::Answer answer;
  saga::Outcome outcome = saga::Outcome::in_doubt;
  std::optional<Time> retry_at;
  bool late = false;    // it came after its deadline had been recorded
  bool beyond = false;  // retry_at is beyond the task's own limits: the saga goes forward
};

// The task succeeded. `output` is after output.as; `context` is the new $context when exported.
struct TaskCompleted {
  ActivationId activation;
  Json output;
  std::optional<Json> context;
  graph::Then then;
};

// An item of a `for` begins.
struct ItemStarted {
  ActivationId activation;
  std::uint32_t index = 0;
};

// A branch of a fork, an item of a `for` or an event of a `listen` ended with success. The last
// two fields are of a listen: the event's output, and the new $context when it exports one.
struct ScopeEnded {
  ScopeId scope;
  Json output = {};
  std::optional<Json> context = {};
};

// A `listen` took an event. `filter` counts those of `until` behind the others.
struct EventTaken {
  ActivationId activation;
  std::uint32_t filter = 0;
  Json event;         // CloudEvents, structured
  Json learned = {};  // correlation -> the value that this event has fixed; null: none
};

// An `emit`'s event is known to every partition.
struct EventPublished {
  ActivationId activation;
};

// The workflow that a `run` names was found, and the child run begins: one child per attempt.
struct ChildStarted {
  ActivationId activation;
  std::uint32_t attempt = 1;
  std::string workflow;  // "namespace/name/version"
  std::string graph;     // hex digest
};

enum class EndStatus : std::uint8_t { completed, faulted, compensated, cancelled, killed };

// The child run that was waited for has ended. Without success it has left nothing behind, unless
// it was killed. With retry_at (in an undo block) another one begins then.
struct ChildEnded {
  ActivationId activation;
  EndStatus status = EndStatus::completed;
  Json output;
  Json error;
  bool undoable = false;  // it keeps effects that its unwinding would undo
  std::optional<Time> retry_at;
};

// What comes after an unwinding.
enum class Next : std::uint8_t {
  end_run,  // the run ends
  retry,    // the try's body again, after the delay
  handle,   // catch.do
  win,      // compete: the fork completes with the winner's output
};

enum class CauseKind : std::uint8_t {
  error,
  cancel,
  deadline,
  lost_race,
  parent = 8,  // of a completed child: its parent is being unwound
};

struct Cause {
  CauseKind kind = CauseKind::error;
  Json error;          // {type, status, title, detail, instance}; null for cancel and lost_race
  std::string reason;  // an operator's words
  std::string actor;
};

// An error, a cancel or a deadline stops scopes: no new attempt starts in them. The handler is
// already decided. `handler` is a try (retry, handle), a fork (win) or none (end_run).
struct Stopping {
  UnwindingId unwinding;
  std::vector<ScopeId> scopes;
  ActivationId handler;
  Cause cause;
  Next next = Next::end_run;
  Duration retry_delay;  // next == retry
};

// The plan of an unwinding: the activations to undo, in this order, for ever. With gates (see
// saga::Plan) it also says which undos wait for which; without, each waits for the one before.
struct PlanRecorded {
  UnwindingId unwinding;
  std::vector<ActivationId> undos;
  std::vector<std::uint32_t> waits_for = {};  // by place in `undos`; empty: no gates
  std::vector<std::uint32_t> opens = {};
};

// A late success after its undo was sent: undone once more. `undoes` is the activation.
struct PlanAmended {
  UnwindingId unwinding;
  ActivationId undoes;
};

struct UndoStarted {
  UnwindingId unwinding;
  std::uint32_t index = 0;  // in the plan
};

enum class UndoResult : std::uint8_t { done, skipped };

struct UndoEnded {
  UnwindingId unwinding;
  std::uint32_t index = 0;
  UndoResult result = UndoResult::done;
  std::string reason = {};  // skipped: an operator's words
  std::string actor = {};
};

// Every undo of the plan has ended. For a retry, `retry_at` is when the body starts again.
struct Unwound {
  UnwindingId unwinding;
  std::optional<Time> retry_at;
};

// The try's body begins again after its delay.
struct TryRestarted {
  ActivationId activation;
  std::optional<Time> deadline = {};  // of this pass
};

// Nothing moves any more until an operator acts: an undo reached its limit, or an operator holds
// the whole run.
struct RunSuspended {
  ActivationId activation;  // whose attempts are exhausted; none: the task could not begin
  ScopeId scope;            // the scope of the undo block it stands in; none: the whole run
  std::string reason;
  std::string actor = {};    // of the whole run
  bool with_parent = false;  // its parent run is held, and it goes on when that one does
};

struct RunResumed {
  std::string reason;
  std::string actor;
};

// An operator has a step tried again now; a new series of retries begins.
struct StepRetried {
  ActivationId activation;  // none: the task that could not begin
  ScopeId scope;
  std::string reason;
  std::string actor;
};

// An operator gives up an activation; the task is entered again with another input. What the old
// one may have done stays armed.
struct StepReplaced {
  ActivationId activation;  // none: the task could not begin
  ScopeId scope;
  std::string reason;
  std::string actor;
};

// An operator says that a step is done and gives its output. Its effect has happened.
struct StepCompleted {
  ActivationId activation;
  Json output;
  std::string reason;
  std::string actor;
};

// The engine was restarted while the run was held: the open attempt is in doubt, and made again
// when the run goes on. It does not count as a retry.
struct AttemptParked {
  ActivationId activation;
};

// An operator takes a stop back before its plan was recorded: what was stopped goes forward again.
struct StopLifted {
  UnwindingId unwinding;
  std::string reason;
  std::string actor;
};

// A pivot has succeeded: nothing that was armed before it is undone any more.
struct PivotPassed {
  ActivationId activation;
};

// A cancel or a deadline came where it can not act. While a pivot is undecided it is kept, and acts
// if the pivot turns out not to have happened; behind a pivot it is only noted.
struct StopHeld {
  ActivationId activation;  // whose deadline; none: the run's, or a cancel
  Cause cause;
};

struct RunEnded {
  EndStatus status = EndStatus::completed;
  Json output;
  Json error;  // null when there was none
  std::string reason;
  std::string actor;
};

// The run has come to its end but for saga.finally, which runs now. Then it ends like this.
struct FinallyStarted {
  RunEnded end;
};

// The participant has taken the call and will call back, within the attempt's deadline.
struct CallbackAwaited {
  ActivationId activation;
};

// The task has become runnable, and waits for its lock before it begins. The waiting is an
// activation of its own; TaskEntered makes another.
struct LockWanted {
  ActivationId activation;
  ScopeId scope;
  TaskIndex task;
  std::string name;  // of the lock
  Json input;        // of the task, after input.from
  std::optional<Time> deadline = {};
};

// The run holds the lock now, and keeps it to its end. Every task that waited for it can begin.
struct LockTaken {
  ActivationId activation;  // whose request was granted
};

// The task waits no longer: its time is over, or the lock's home has refused it (then the home has
// no request of it any more).
struct LockGivenUp {
  ActivationId activation;
  bool refused = false;
  Json error;
};

// The lock's home knows that the run does not wait for it any more.
struct LockWithdrawn {
  ActivationId activation;
};

using RecordBody =
    std::variant<RunStarted, TaskSkipped, TaskEntered, AttemptStarted, AttemptResent, AttemptEnded,
                 TaskCompleted, ItemStarted, ScopeEnded, EventTaken, EventPublished, Stopping,
                 PlanRecorded, PlanAmended, UndoStarted, UndoEnded, Unwound, TryRestarted,
                 RunSuspended, RunResumed, RunEnded, StepRetried, StepReplaced, StepCompleted,
                 AttemptParked, StopLifted, PivotPassed, StopHeld, FinallyStarted, CallbackAwaited,
                 ChildStarted, ChildEnded, AttemptOngoing, ProbeStarted, ProbeEnded, LockWanted,
                 LockTaken, LockGivenUp, LockWithdrawn>;

struct Record {
  Time at;  // engine time of the input that made it
  RecordBody body;
};

// About how many bytes the values of a fact have in memory. What bounds a turn.
std::size_t value_bytes(RecordBody const& body) noexcept;

// "TaskEntered", for history and logs.
char const* name_of(RecordBody const& body) noexcept;
char const* to_string(EndStatus status) noexcept;
char const* to_string(CauseKind kind) noexcept;
char const* to_string(Next next) noexcept;

}  // namespace skald::runtime
