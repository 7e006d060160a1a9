// How large the facts of a turn are: what an expression or the outside gave, by reference as the
// records hold it.

#include <concepts>

#include "runtime/machine/record.hpp"

namespace skald::runtime {
namespace {

template <class Fact, class... Known>
concept OneOf = (std::same_as<Fact, Known> || ...);

// Facts of a few words and numbers. A new kind stands here or has a function below.
template <class Fact>
concept Small =
    OneOf<Fact, TaskSkipped, AttemptStarted, AttemptResent, ItemStarted, EventPublished,
          ChildStarted, PlanRecorded, PlanAmended, UndoStarted, UndoEnded, Unwound, TryRestarted,
          RunSuspended, RunResumed, StepRetried, StepReplaced, AttemptParked, StopLifted,
          PivotPassed, CallbackAwaited, AttemptOngoing, ProbeStarted, LockTaken, LockWithdrawn>;

std::size_t of(Json const& value) {
  return value.byte_size();
}
std::size_t of(std::optional<Json> const& value) {
  return value ? value->byte_size() : 0;
}

struct ValueBytes {
  std::size_t operator()(RunStarted const& fact) const { return of(fact.input) + of(fact.data); }
  std::size_t operator()(TaskEntered const& fact) const { return of(fact.input) + of(fact.detail); }
  std::size_t operator()(AttemptEnded const& fact) const { return of(fact.answer.output); }
  std::size_t operator()(TaskCompleted const& fact) const {
    return of(fact.output) + of(fact.context);
  }
  std::size_t operator()(ScopeEnded const& fact) const {
    return of(fact.output) + of(fact.context);
  }
  std::size_t operator()(EventTaken const& fact) const { return of(fact.event) + of(fact.learned); }
  std::size_t operator()(ChildEnded const& fact) const { return of(fact.output) + of(fact.error); }
  std::size_t operator()(StepCompleted const& fact) const { return of(fact.output); }
  std::size_t operator()(ProbeEnded const& fact) const { return of(fact.output); }
  std::size_t operator()(LockWanted const& fact) const { return of(fact.input); }
  std::size_t operator()(LockGivenUp const& fact) const { return of(fact.error); }
  std::size_t operator()(Stopping const& fact) const { return of(fact.cause.error); }
  std::size_t operator()(StopHeld const& fact) const { return of(fact.cause.error); }
  std::size_t operator()(RunEnded const& fact) const { return of(fact.output) + of(fact.error); }
  std::size_t operator()(FinallyStarted const& fact) const { return (*this)(fact.end); }
  std::size_t operator()(Small auto const&) const { return 0; }
};

}  // namespace

std::size_t value_bytes(RecordBody const& body) noexcept {
  return std::visit(ValueBytes{}, body);
}

}  // namespace skald::runtime
