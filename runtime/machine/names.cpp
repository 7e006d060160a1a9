#include "runtime/machine/record.hpp"
#include "runtime/machine/state.hpp"

namespace skald::runtime {

char const* name_of(RecordBody const& body) noexcept {
  struct Name {
    char const* operator()(RunStarted const&) const { return "RunStarted"; }
    char const* operator()(TaskSkipped const&) const { return "TaskSkipped"; }
    char const* operator()(TaskEntered const&) const { return "TaskEntered"; }
    char const* operator()(AttemptStarted const&) const { return "AttemptStarted"; }
    char const* operator()(AttemptResent const&) const { return "AttemptResent"; }
    char const* operator()(AttemptEnded const&) const { return "AttemptEnded"; }
    char const* operator()(TaskCompleted const&) const { return "TaskCompleted"; }
    char const* operator()(ItemStarted const&) const { return "ItemStarted"; }
    char const* operator()(ScopeEnded const&) const { return "ScopeEnded"; }
    char const* operator()(EventTaken const&) const { return "EventTaken"; }
    char const* operator()(EventPublished const&) const { return "EventPublished"; }
    char const* operator()(Stopping const&) const { return "Stopping"; }
    char const* operator()(PlanRecorded const&) const { return "PlanRecorded"; }
    char const* operator()(PlanAmended const&) const { return "PlanAmended"; }
    char const* operator()(UndoStarted const&) const { return "UndoStarted"; }
    char const* operator()(UndoEnded const&) const { return "UndoEnded"; }
    char const* operator()(Unwound const&) const { return "Unwound"; }
    char const* operator()(TryRestarted const&) const { return "TryRestarted"; }
    char const* operator()(RunSuspended const&) const { return "RunSuspended"; }
    char const* operator()(RunResumed const&) const { return "RunResumed"; }
    char const* operator()(RunEnded const&) const { return "RunEnded"; }
    char const* operator()(StepRetried const&) const { return "StepRetried"; }
    char const* operator()(StepReplaced const&) const { return "StepReplaced"; }
    char const* operator()(StepCompleted const&) const { return "StepCompleted"; }
    char const* operator()(AttemptParked const&) const { return "AttemptParked"; }
    char const* operator()(CallbackAwaited const&) const { return "CallbackAwaited"; }
    char const* operator()(AttemptOngoing const&) const { return "AttemptOngoing"; }
    char const* operator()(ProbeStarted const&) const { return "ProbeStarted"; }
    char const* operator()(ProbeEnded const&) const { return "ProbeEnded"; }
    char const* operator()(StopLifted const&) const { return "StopLifted"; }
    char const* operator()(PivotPassed const&) const { return "PivotPassed"; }
    char const* operator()(StopHeld const&) const { return "StopHeld"; }
    char const* operator()(FinallyStarted const&) const { return "FinallyStarted"; }
    char const* operator()(ChildStarted const&) const { return "ChildStarted"; }
    char const* operator()(ChildEnded const&) const { return "ChildEnded"; }
    char const* operator()(LockWanted const&) const { return "LockWanted"; }
    char const* operator()(LockTaken const&) const { return "LockTaken"; }
    char const* operator()(LockGivenUp const&) const { return "LockGivenUp"; }
    char const* operator()(LockWithdrawn const&) const { return "LockWithdrawn"; }
  };
  return std::visit(Name{}, body);
}

char const* to_string(EndStatus status) noexcept {
  switch (status) {
    case EndStatus::completed: return "completed";
    case EndStatus::faulted: return "faulted";
    case EndStatus::compensated: return "compensated";
    case EndStatus::cancelled: return "cancelled";
    case EndStatus::killed: return "killed";
  }
  return "killed";
}

char const* to_string(CauseKind kind) noexcept {
  switch (kind) {
    case CauseKind::error: return "error";
    case CauseKind::cancel: return "cancel";
    case CauseKind::deadline: return "deadline";
    case CauseKind::lost_race: return "lost race";
    case CauseKind::parent: return "parent";
  }
  return "error";
}

char const* to_string(Next next) noexcept {
  switch (next) {
    case Next::end_run: return "end";
    case Next::retry: return "retry";
    case Next::handle: return "handle";
    case Next::win: return "win";
  }
  return "end";
}

char const* to_string(RunStatus status) noexcept {
  switch (status) {
    case RunStatus::pending: return "pending";
    case RunStatus::running: return "running";
    case RunStatus::compensating: return "compensating";
    case RunStatus::suspended: return "suspended";
    case RunStatus::ended: return "ended";
  }
  return "pending";
}

char const* to_string(Phase phase) noexcept {
  switch (phase) {
    case Phase::open: return "open";
    case Phase::delayed: return "delayed";
    case Phase::waiting: return "waiting";
    case Phase::locking: return "locking";
    case Phase::composite: return "composite";
    case Phase::settled: return "settled";
    case Phase::probing: return "probing";
  }
  return "settled";
}

char const* to_string(UndoStatus status) noexcept {
  switch (status) {
    case UndoStatus::pending: return "pending";
    case UndoStatus::running: return "running";
    case UndoStatus::done: return "done";
    case UndoStatus::skipped: return "skipped";
  }
  return "pending";
}

}  // namespace skald::runtime
