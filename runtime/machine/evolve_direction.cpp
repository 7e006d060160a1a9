// Folding what decides about the way back: a pivot that has succeeded, causes that wait for one,
// and the last things before the end.

#include <algorithm>

#include "runtime/machine/fold.hpp"

namespace skald::runtime {

// What is being undone already goes on; all else that was armed is forgotten, and with it the
// deadlines that would lead back.
void Fold::operator()(PivotPassed const& fact) {
  auto const& passed = activation(fact.activation);
  state_.pivot = fact.activation;
  state_.pivot_name = task_of(passed).name;
  state_.open_pivot = {};
  state_.kept_causes.clear();
  std::erase_if(state_.armed, [](auto const& entry) { return !entry.second.planned.valid(); });
  for (auto& [id, around] : state_.scopes) around.armed.clear();
  for (auto& [id, live] : state_.activations) {
    live.armed.clear();
    bool const undoing = undo_root(state_, live.scope).valid();  // of a late success; it goes on
    if (!live.deadline || undoing) continue;
    state_.timers.erase({*live.deadline, TimerKind::task, id});
    live.deadline.reset();
  }
  if (state_.deadline) state_.timers.erase({*state_.deadline, TimerKind::run, {}});
}

void Fold::operator()(StopHeld const& fact) {
  if (state_.open_pivot.valid()) state_.kept_causes.push_back(fact);
  if (!fact.activation.valid()) {
    if (state_.deadline) state_.timers.erase({*state_.deadline, TimerKind::run, {}});
    return;
  }
  auto& late = activation(fact.activation);
  if (late.deadline && *late.deadline <= at_) {
    state_.timers.erase({*late.deadline, TimerKind::task, late.id});
    late.deadline.reset();
  }
  if (late.attempt_deadline && *late.attempt_deadline <= at_) {
    state_.timers.erase({*late.attempt_deadline, TimerKind::attempt, late.id});
    late.attempt_deadline.reset();
  }
}

void Fold::operator()(FinallyStarted const& fact) {
  auto const& end = fact.end;
  state_.ending = end;
  state_.ready_scopes.erase(state_.root);
  if (state_.deadline) state_.timers.erase({*state_.deadline, TimerKind::run, {}});
  Json data = Json::object(
      {{"status", to_string(end.status)}, {"output", end.output}, {"error", end.error}});
  state_.finally = open_scope(graph_, state_, graph_.saga.finally, {}, std::move(data)).id;
}

}  // namespace skald::runtime
