// Folding what waits for an operator, and what follows from it for the run.

#include <utility>

#include "runtime/machine/fold.hpp"

namespace skald::runtime {

void Fold::operator()(RunSuspended const& fact) {
  if (!fact.scope.valid()) {
    state_.held = true;
    state_.held_reason = fact.reason;
    state_.held_actor = fact.actor;
    state_.held_with_parent = fact.with_parent;
    return refresh_status();
  }
  state_.ready_scopes.erase(fact.scope);
  Suspension waiting{{}, fact.scope, fact.reason};
  if (fact.activation.valid() && halt(fact.activation)) waiting.activation = fact.activation;
  state_.suspensions.push_back(std::move(waiting));
  refresh_suspensions();
}

// What waits for an operator stands still with everything in it. True when it can go on where it
// is; else it is given up, and its scope enters the task again.
bool Fold::halt(ActivationId id) {
  auto& waiting = activation(id);
  auto const& kind = task_of(waiting).kind;
  drop_timers(state_, waiting);
  waiting.deadline.reset();
  waiting.next_at.reset();
  state_.ready_activations.erase(id);
  for (auto const child : waiting.children) state_.ready_scopes.erase(child);
  bool const composite = std::holds_alternative<graph::For>(kind) ||
                         std::holds_alternative<graph::Fork>(kind) ||
                         std::holds_alternative<graph::Try>(kind);
  // A pivot of which nobody knows what it has done holds back what would stop it.
  bool const undecided = id == state_.open_pivot && waiting.outcome == saga::Outcome::in_doubt;
  bool const child_done = std::holds_alternative<graph::RunWorkflow>(kind) &&
                          (waiting.outcome == saga::Outcome::succeeded || undecided);
  bool const begun = waiting.lock.empty();
  bool const stays =
      begun && (child_done || std::holds_alternative<graph::Call>(kind) ||
                std::holds_alternative<graph::Emit>(kind) ||
                std::holds_alternative<graph::Listen>(kind) ||  // with the events it took
                children_finished(state_, waiting) || (composite && waiting.children.empty()));
  if (stays) {
    waiting.phase = Phase::settled;
    return true;
  }
  give_up(waiting);
  return false;
}

// Its scope enters the task again.
void Fold::give_up(Activation& waiting) {
  auto const id = waiting.id;
  auto& around = scope(waiting.scope);
  if (auto const at = state_.armed.find(id); at != state_.armed.end()) {
    if (at->second.outcome) {
      around.armed.push_back(id);  // a child that was killed
    } else {
      state_.armed.erase(at);  // it never began
    }
  }
  around.current = {};
  forget(waiting.children);
  state_.activations.erase(id);
}

// Nobody holds the run any more.
void Fold::let_go() {
  state_.held = false;
  state_.held_reason.clear();
  state_.held_actor.clear();
  state_.held_with_parent = false;
}

void Fold::operator()(RunResumed const&) {
  let_go();
  for (auto const& waiting : std::exchange(state_.suspensions, {})) {
    if (!waiting.activation.valid()) {
      state_.ready_scopes.insert(waiting.scope);
    } else {
      resume(activation(waiting.activation));
    }
  }
  refresh_suspensions();
}

void Fold::resume(Activation& waiting) {
  bool const call = std::holds_alternative<graph::Call>(task_of(waiting).kind);
  if (call && waiting.outcome != saga::Outcome::succeeded) {
    return await_attempt_now(waiting);
  }
  bool const run = std::holds_alternative<graph::RunWorkflow>(task_of(waiting).kind);
  if (run && waiting.outcome != saga::Outcome::succeeded) {
    state_.ready_scopes.insert(waiting.scope);
    return give_up(waiting);
  }
  if (std::holds_alternative<graph::Listen>(task_of(waiting).kind)) {
    listen_again(waiting);
  } else if (std::holds_alternative<graph::Emit>(task_of(waiting).kind) &&
             waiting.outcome != saga::Outcome::succeeded) {
    waiting.phase = Phase::open;
  } else {
    waiting.phase = Phase::composite;
    if (waiting.children.empty()) state_.ready_activations.insert(waiting.id);
  }
  for (auto const child : waiting.children) state_.ready_scopes.insert(child);
}

// What waited for an operator in a scope that has been stopped need not be decided any more.
void Fold::drop_suspensions_of_stopped() {
  auto const dropped = std::erase_if(state_.suspensions, [this](Suspension const& waiting) {
    return stopped(state_, waiting.scope);
  });
  if (dropped > 0) refresh_suspensions();
}

// Which undos wait for an operator follows from what is suspended.
void Fold::refresh_suspensions() {
  for (auto const id : state_.active_unwindings) {
    auto& unwinding = state_.unwindings.at(id);
    for (auto const index : std::exchange(unwinding.suspended, {})) {
      unwinding.plan[index].suspended = false;
    }
  }
  for (auto const& waiting : state_.suspensions) {
    auto const root = undo_root(state_, waiting.scope);
    if (!root.valid()) continue;
    auto const& block = scope(root);
    auto& unwinding = state_.unwindings.at(block.undo_of);
    auto& undo = unwinding.plan[block.undo_index];
    undo.suspended = true;
    unwinding.suspended.insert(block.undo_index);
    if (graph_.saga.exhausted == graph::SagaPolicy::Exhausted::proceed) pass(unwinding, undo);
  }
  for (auto const id : state_.active_unwindings) wake(state_.unwindings.at(id));
  refresh_status();
}

void Fold::refresh_status() {
  if (state_.held || !state_.suspensions.empty()) {
    state_.status = RunStatus::suspended;
  } else if (state_.root_unwinding.valid() || state_.end) {
    state_.status = RunStatus::compensating;
  } else {
    state_.status = RunStatus::running;
  }
}

}  // namespace skald::runtime
