// Folding child runs: what is armed for them, how they stop, and what a child keeps for its parent.

#include <algorithm>

#include "runtime/machine/errors.hpp"
#include "runtime/machine/fold.hpp"

namespace skald::runtime {
namespace {

saga::Outcome outcome_of(EndStatus status) {
  switch (status) {
    case EndStatus::completed: return saga::Outcome::succeeded;
    case EndStatus::killed: return saga::Outcome::in_doubt;
    case EndStatus::faulted:
    case EndStatus::compensated:
    case EndStatus::cancelled: break;
  }
  return saga::Outcome::refused;  // it has undone itself
}

}  // namespace

// A child that is waited for can be undone as a whole, with a `compensate` block or without. In an
// undo block and in saga.finally nothing is armed.
void Fold::arm_child(Activation const& entered) {
  auto const& kind = std::get<graph::RunWorkflow>(task_of(entered).kind);
  bool const block = task_of(entered).compensate.valid();
  bool const forward =
      !undo_root(state_, entered.scope).valid() && !in_finally(state_, entered.scope);
  if (!forward || (!kind.await && !block)) return;
  auto& armed = state_.armed[entered.id];
  armed.id = entered.id;
  armed.task = entered.task;
  armed.number = entered.number;
  armed.input = entered.input;
  armed.arguments = entered.detail["input"];
  armed.frozen = freeze(state_, entered.scope);
  armed.lanes = lanes_of(graph_, state_, entered.scope);
}

void Fold::operator()(ChildStarted const& fact) {
  bool const owed = state_.owed.erase(fact.activation) > 0;
  if (owed && !state_.activations.contains(fact.activation)) return;
  auto& run = activation(fact.activation);
  if (run.next_at) state_.timers.erase({*run.next_at, TimerKind::delay, run.id});
  run.next_at.reset();
  run.child_stops = false;
  if (!run.first_attempt) run.first_attempt = at_;
  bool const one_way = !std::get<graph::RunWorkflow>(task_of(run).kind).await;
  run.phase = one_way ? Phase::settled : Phase::open;
  if (one_way) run.outcome = saga::Outcome::succeeded;
  if (one_way) run.last.output = run.input;
  run.attempt = fact.attempt;
  run.child_workflow = fact.workflow;
  run.child_graph = fact.graph;
  if (auto const armed = state_.armed.find(run.id); armed != state_.armed.end() && one_way) {
    armed->second.outcome = saga::Outcome::succeeded;
  }
}

void Fold::operator()(ChildEnded const& fact) {
  auto& run = activation(fact.activation);
  auto const& task = task_of(run);
  run.phase = Phase::settled;
  run.last.output = fact.output;
  run.outcome = outcome_of(fact.status);
  auto const armed = state_.armed.find(run.id);
  bool const undoes_itself = fact.status == EndStatus::completed && fact.undoable;
  if (fact.retry_at) {
    // What can be undone is decided by the next one.
  } else if (armed != state_.armed.end() && !task.compensate.valid() && !undoes_itself) {
    state_.armed.erase(armed);  // nothing is left that could be undone
  } else if (armed != state_.armed.end()) {
    armed->second.outcome = run.outcome;
    armed->second.output = fact.output;
    armed->second.error = fact.error;
    armed->second.frozen = freeze(state_, run.scope);
    armed->second.child = child_run(state_.run, run.id, run.attempt);
  }
  if (auto const root = undo_root(state_, run.scope); root.valid()) {
    auto& block = scope(root);
    ++state_.unwindings.at(block.undo_of).plan[block.undo_index].attempts;
  }
  if (fact.retry_at) {
    run.phase = Phase::delayed;
    run.next_at = fact.retry_at;
    ++run.retries;
    set_timer(state_, {*fact.retry_at, TimerKind::delay, run.id});
  }
  wake_unwindings();
}

// A child that runs settles by its end. One whose workflow nobody knows was not started; a start
// that nobody waits for is still owed, unless it says otherwise.
void Fold::stop_child(Activation& inside) {
  auto const& kind = std::get<graph::RunWorkflow>(task_of(inside).kind);
  if (inside.deadline) state_.timers.erase({*inside.deadline, TimerKind::task, inside.id});
  if (inside.phase == Phase::open) return;
  bool const owed = inside.phase == Phase::waiting && !kind.await && !kind.cancel_on_abort;
  if (owed) state_.owed[inside.id] = {inside.task, inside.detail["input"]};
  drop_timers(state_, inside);
  inside.next_at.reset();
  if (inside.phase == Phase::settled) return;
  inside.phase = Phase::settled;
  if (inside.outcome == saga::Outcome::succeeded) return;  // its output could not be made
  if (auto const armed = state_.armed.find(inside.id); armed != state_.armed.end()) {
    armed->second.outcome = owed ? saga::Outcome::succeeded : saga::Outcome::not_sent;
  }
}

// An operator took the stop back. A child that has stopped is started anew, and so is one that was
// told to stop, when it has.
void Fold::set_child_forward(Activation& run) {
  state_.owed.erase(run.id);
  run.child_stops = run.phase == Phase::open;
  if (run.phase != Phase::settled) return;
  auto const armed = state_.armed.find(run.id);
  if (!run.outcome) {
    run.phase = Phase::waiting;
    if (armed != state_.armed.end()) armed->second.outcome.reset();
  } else if (run.outcome == saga::Outcome::succeeded) {
    run.phase = Phase::composite;
    state_.ready_activations.insert(run.id);
  } else {
    auto& around = scope(run.scope);
    bool const killed = run.outcome == saga::Outcome::in_doubt;
    if (armed != state_.armed.end() && killed) {
      around.armed.push_back(run.id);  // what it has done is undone when the run unwinds
    } else if (armed != state_.armed.end()) {
      state_.armed.erase(armed);
    }
    around.current = {};
    state_.activations.erase(run.id);
  }
}

// A child that completed keeps its root with what it armed. Of all others only what was planned to
// be undone can still get a late answer.
void Fold::keep_for_parent(RunEnded const& fact) {
  std::vector<ActivationId> kept;
  auto const root = state_.scopes.find(state_.root);
  bool const keeps = fact.status == EndStatus::completed && state_.parent && state_.parent->keeps;
  if (keeps && root != state_.scopes.end()) kept = root->second.armed;
  std::ranges::sort(kept);
  std::erase_if(state_.armed, [&kept](auto const& entry) {
    bool const is_kept = std::ranges::binary_search(kept, entry.first);
    return !entry.second.planned.valid() && !is_kept;
  });
  std::erase_if(state_.scopes,
                [&](auto const& entry) { return entry.first != state_.root || kept.empty(); });
}

}  // namespace skald::runtime
