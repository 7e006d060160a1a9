// Which activations a turn's facts are about. Most facts change one activation, or none; then the
// many others of the run need no look. Facts that stop, hold or mend may change any.

#include "runtime/machine/machine.hpp"

namespace skald::runtime {
namespace {

struct Touch {
  State const& state;
  std::set<ActivationId>& ids;
  bool& all;

  void one(ActivationId id) const { ids.insert(id); }
  void any() const { all = true; }
  void undo(UnwindingId id, std::uint32_t index) const {
    one(state.unwindings.at(id).plan[index].undoes);
  }

  // They make scopes, activations and unwindings ready, which Continue is about.
  void operator()(RunStarted const&) const {}
  void operator()(TaskSkipped const&) const {}
  void operator()(ScopeEnded const&) const {}
  void operator()(PlanAmended const&) const {}
  void operator()(Unwound const&) const {}
  void operator()(TryRestarted const&) const {}
  // What is planned has settled, or was stopped, by facts of its own.
  void operator()(PlanRecorded const&) const {}
  // The first request for a lock is always looked at.
  void operator()(LockWanted const&) const {}
  void operator()(LockTaken const&) const {}
  void operator()(LockGivenUp const&) const {}
  void operator()(LockWithdrawn const&) const {}

  void operator()(TaskEntered const& fact) const { one(fact.activation); }
  void operator()(AttemptStarted const& fact) const { one(fact.activation); }
  void operator()(AttemptResent const& fact) const { one(fact.activation); }
  // A late success gives up the probe that asked for it, with its calls.
  void operator()(AttemptEnded const& fact) const {
    if (fact.late) any();
    one(fact.activation);
  }
  void operator()(AttemptOngoing const& fact) const { one(fact.activation); }
  void operator()(ProbeStarted const& fact) const { one(fact.activation); }
  void operator()(AttemptParked const& fact) const { one(fact.activation); }
  void operator()(CallbackAwaited const& fact) const { one(fact.activation); }
  // What a composite erases with it had been stopped, or had ended, by a fact of its own.
  void operator()(TaskCompleted const& fact) const { one(fact.activation); }
  void operator()(ItemStarted const& fact) const { one(fact.activation); }
  void operator()(EventTaken const& fact) const { one(fact.activation); }
  void operator()(EventPublished const& fact) const { one(fact.activation); }
  void operator()(ChildStarted const& fact) const { one(fact.activation); }
  void operator()(ChildEnded const& fact) const { one(fact.activation); }
  // A child that undoes itself is told so.
  void operator()(UndoStarted const& fact) const { undo(fact.unwinding, fact.index); }
  // A block that is skipped may have attempts under way.
  void operator()(UndoEnded const& fact) const {
    if (fact.result == UndoResult::skipped) any();
    undo(fact.unwinding, fact.index);
  }

  void operator()(Stopping const&) const { any(); }
  void operator()(StopLifted const&) const { any(); }
  void operator()(StopHeld const&) const { any(); }
  void operator()(PivotPassed const&) const { any(); }
  void operator()(RunSuspended const&) const { any(); }
  void operator()(RunResumed const&) const { any(); }
  void operator()(RunEnded const&) const { any(); }
  void operator()(StepRetried const&) const { any(); }
  void operator()(StepReplaced const&) const { any(); }
  void operator()(StepCompleted const&) const { any(); }
  void operator()(FinallyStarted const&) const { any(); }
  void operator()(ProbeEnded const&) const { any(); }
};

}  // namespace

Touched touched(State const& state, std::vector<Record> const& records) {
  std::set<ActivationId> ids;
  bool all = false;
  for (auto const& record : records) std::visit(Touch{state, ids, all}, record.body);
  if (all) return std::nullopt;
  return ids;
}

}  // namespace skald::runtime
