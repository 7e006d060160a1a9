// Folding an unwinding: stopping, the plan, its undos, and what comes behind.

#include <algorithm>

#include "runtime/machine/fold.hpp"

namespace skald::runtime {

void Fold::operator()(Stopping const& fact) {
  auto& unwinding = state_.unwindings[fact.unwinding];
  state_.next_unwinding = fact.unwinding.value + 1;
  unwinding.id = fact.unwinding;
  unwinding.scopes = fact.scopes;
  unwinding.handler = fact.handler;
  unwinding.cause = fact.cause;
  unwinding.next = fact.next;
  unwinding.retry_delay = fact.retry_delay;
  state_.active_unwindings.insert(fact.unwinding);
  if (fact.handler.valid()) {
    auto& handler = activation(fact.handler);
    unwinding.around = handler.scope;
    if (handler.attempt_deadline) {  // this pass is over
      state_.timers.erase({*handler.attempt_deadline, TimerKind::attempt, handler.id});
      handler.attempt_deadline.reset();
    }
    state_.ready_activations.erase(fact.handler);
  } else {
    state_.root_unwinding = fact.unwinding;
    state_.end.reset();  // of a child that had completed
    refresh_status();
    if (state_.deadline) state_.timers.erase({*state_.deadline, TimerKind::run, {}});
  }
  auto const tree = subtree(state_, fact.scopes);
  // A pivot that stops with the rest is not decided any more.
  bool const with_pivot = std::ranges::count(tree.activations, state_.open_pivot) > 0;
  if (with_pivot || !fact.handler.valid()) state_.kept_causes.clear();
  for (auto const id : tree.scopes) {
    if (probe_root(graph_, state_, id).valid()) continue;  // probes go on to their end
    auto& inside = scope(id);
    if (!inside.stopped_by.valid()) inside.stopped_by = fact.unwinding;
    state_.ready_scopes.erase(id);
  }
  for (auto const id : tree.activations) {
    if (probe_root(graph_, state_, activation(id).scope).valid()) continue;
    stop_activation(activation(id));
    if (is_open(activation(id))) unwinding.unsettled.push_back(id);
  }
  drop_suspensions_of_stopped();
  wake_unwindings();
}

void Fold::stop_activation(Activation& inside) {
  state_.ready_activations.erase(inside.id);
  if (inside.phase == Phase::locking) return stop_locking(inside);
  if (std::holds_alternative<graph::RunWorkflow>(task_of(inside).kind)) return stop_child(inside);
  bool const open_call =
      inside.phase == Phase::open && std::holds_alternative<graph::Call>(task_of(inside).kind);
  if (inside.deadline) state_.timers.erase({*inside.deadline, TimerKind::task, inside.id});
  // It settles by its answer or its deadline.
  if (open_call || inside.phase == Phase::probing) return;
  give_up_callback(inside);
  drop_timers(state_, inside);
  inside.next_at.reset();
  // An event on its way may have been seen, and who works on a call may come to its end.
  auto const armed = state_.armed.find(inside.id);
  bool const at_work = inside.phase == Phase::delayed && (inside.ongoing || !inside.outcome);
  bool const unknown = inside.phase == Phase::open || at_work;
  if (unknown && armed != state_.armed.end()) armed->second.outcome = saga::Outcome::in_doubt;
  bool const call = std::holds_alternative<graph::Call>(task_of(inside).kind);
  if (unknown && call) inside.outcome = saga::Outcome::in_doubt;
  if (inside.phase != Phase::composite) inside.phase = Phase::settled;
}

// Unwindings whose last open attempt has settled can be planned.
void Fold::wake_unwindings() {
  for (auto const id : state_.active_unwindings) {
    auto& unwinding = state_.unwindings.at(id);
    if (unwinding.planned) continue;
    // Nothing new begins there, so what has settled once needs no second look.
    while (!unwinding.unsettled.empty()) {
      auto const at = state_.activations.find(unwinding.unsettled.back());
      if (at != state_.activations.end() && is_open(at->second)) break;
      unwinding.unsettled.pop_back();
    }
    if (settled(state_, unwinding)) state_.ready_unwindings.insert(id);
  }
}

// A planned unwinding has something to decide, unless an undo of it is under way.
void Fold::wake(Unwinding const& unwinding) {
  if (!unwinding.planned) return;
  if (has_undo_work(graph_, unwinding)) {
    state_.ready_unwindings.insert(unwinding.id);
  } else {
    state_.ready_unwindings.erase(unwinding.id);
  }
}

void Fold::operator()(PlanRecorded const& fact) {
  auto& unwinding = state_.unwindings.at(fact.unwinding);
  auto const tree = subtree(state_, unwinding.scopes);
  auto const armed = armed_in(state_, tree);
  unwinding.planned = true;
  for (auto const id : fact.undos) {
    state_.armed.at(id).planned = fact.unwinding;
    unwinding.plan.push_back({.undoes = id});
  }
  set_gates(unwinding, fact);
  for (auto const id : armed) {
    if (!state_.armed.at(id).planned.valid()) state_.armed.erase(id);
  }
  if (unwinding.next == Next::retry) remember_doubts(tree, activation(unwinding.handler));
  bool const suspended = !state_.suspensions.empty();
  erase(state_, tree);
  if (suspended) refresh_suspensions();
  if (unwinding.handler.valid()) {
    auto& children = activation(unwinding.handler).children;
    for (auto const id : unwinding.scopes) std::erase(children, id);
  }
  wake(unwinding);
}

// A plan without gates is a chain: each undo waits for the one before.
void Fold::set_gates(Unwinding& unwinding, PlanRecorded const& fact) {
  bool const chain = fact.waits_for.empty();
  for (std::uint32_t i = 0; i < unwinding.plan.size(); ++i) {
    auto& undo = unwinding.plan[i];
    undo.waits_for = chain ? i : fact.waits_for[i];
    undo.opens = chain ? (i + 1 < unwinding.plan.size() ? i + 1 : 0) : fact.opens[i];
    unwinding.gates.resize(
        std::max<std::size_t>(unwinding.gates.size(), std::max(undo.opens, undo.waits_for)));
    if (undo.opens > 0) ++unwinding.gates[undo.opens - 1].left;
    if (undo.waits_for > 0) {
      unwinding.gates[undo.waits_for - 1].behind.push_back(i);
    } else {
      unwinding.startable.insert(i);
    }
  }
}

// What waited for this undo need not wait for it any longer. One that was skipped while it waited
// itself is passed when its turn comes.
void Fold::pass(Unwinding& unwinding, Undo& undo) {
  std::vector<Undo*> passing{&undo};
  while (!passing.empty()) {
    auto& one = *passing.back();
    passing.pop_back();
    if (one.passed) continue;
    one.passed = true;
    if (one.opens == 0) continue;
    auto& gate = unwinding.gates[one.opens - 1];
    if (--gate.left > 0) continue;
    for (auto const index : gate.behind) {
      auto& next = unwinding.plan[index];
      if (next.status == UndoStatus::pending) unwinding.startable.insert(index);
      if (next.status == UndoStatus::skipped) passing.push_back(&next);
    }
  }
}

void Fold::remember_doubts(Subtree const& tree, Activation& handler) {
  for (auto const id : tree.activations) {
    auto const& call = activation(id);
    auto const& task = task_of(call);
    bool const doubtful = std::holds_alternative<graph::Call>(task.kind) &&
                          !task.compensate.valid() && call.outcome == saga::Outcome::in_doubt;
    if (doubtful) handler.doubts.push_back({call.task, call.number, call.detail});
  }
}

void Fold::operator()(PlanAmended const& fact) {
  auto& unwinding = state_.unwindings.at(fact.unwinding);
  unwinding.startable.insert(static_cast<std::uint32_t>(unwinding.plan.size()));
  unwinding.plan.push_back({.undoes = fact.undoes});
  unwinding.over = false;
  state_.active_unwindings.insert(fact.unwinding);
  if (auto const root = state_.scopes.find(state_.root);
      root == state_.scopes.end() || root->second.finished) {
    state_.ready_scopes.erase(state_.root);  // the run does not end before this is over
  }
  if (state_.finally.valid() && scope(state_.finally).finished) {
    state_.ready_scopes.erase(state_.finally);
  }
  refresh_status();
  wake(unwinding);
}

void Fold::operator()(UndoStarted const& fact) {
  auto& unwinding = state_.unwindings.at(fact.unwinding);
  auto& undo = unwinding.plan[fact.index];
  auto& armed = state_.armed.at(undo.undoes);
  armed.sent = true;
  undo.status = UndoStatus::running;
  undo.undo = undo_value(armed);
  unwinding.startable.erase(fact.index);
  ++unwinding.running;
  wake(unwinding);
  if (!graph_.task(armed.task).compensate.valid()) {  // a child undoes itself
    state_.child_undos[undo.undoes] = {fact.unwinding, fact.index};
    return;
  }
  auto& block = open_scope(graph_, state_, graph_.task(armed.task).compensate, {}, armed.input);
  block.undo_of = fact.unwinding;
  block.undo_index = fact.index;
  undo.scope = block.id;
}

// Erases scopes that are given up, with the unwindings that go on inside of them: the retry of a
// try in an undo block or a probe. Nothing is armed there.
void Fold::forget(std::vector<ScopeId> const& scopes) {
  auto const tree = subtree(state_, scopes);
  auto const active = state_.active_unwindings;
  for (auto const id : active) {
    auto const handler = state_.unwindings.at(id).handler;
    auto const& live = tree.activations;
    if (std::find(live.begin(), live.end(), handler) == live.end()) continue;
    state_.unwindings.erase(id);
    state_.active_unwindings.erase(id);
    state_.ready_unwindings.erase(id);
  }
  erase(state_, tree);
}

void Fold::note_exception(Armed const& armed, UndoEnded const& fact) {
  auto const& task = graph_.task(armed.task);
  auto exception =
      Json::object({{"task", task.name}, {"path", task.path}, {"number", armed.number}});
  if (!fact.reason.empty()) exception.set("reason", fact.reason);
  if (!fact.actor.empty()) exception.set("actor", fact.actor);
  state_.exceptions.push_back(std::move(exception));
}

void Fold::operator()(UndoEnded const& fact) {
  auto& unwinding = state_.unwindings.at(fact.unwinding);
  auto& undo = unwinding.plan[fact.index];
  bool const began = undo.status == UndoStatus::running;
  bool const suspended = !state_.suspensions.empty();
  undo.status = fact.result == UndoResult::done ? UndoStatus::done : UndoStatus::skipped;
  if (fact.result == UndoResult::skipped) note_exception(state_.armed.at(undo.undoes), fact);
  if (began) {
    if (undo.scope.valid()) forget({undo.scope});
    --unwinding.running;
  }
  if (began && !undo.scope.valid()) state_.child_undos.erase(undo.undoes);
  bool const its_turn = began || unwinding.startable.erase(fact.index) > 0;
  undo.scope = {};
  undo.suspended = false;
  unwinding.suspended.erase(fact.index);
  ++unwinding.ended;
  if (its_turn) pass(unwinding, undo);
  if (suspended) refresh_suspensions();
  wake(unwinding);
}

void Fold::operator()(Unwound const& fact) {
  auto& unwinding = state_.unwindings.at(fact.unwinding);
  unwinding.over = true;
  state_.active_unwindings.erase(fact.unwinding);
  state_.ready_unwindings.erase(fact.unwinding);
  if (!unwinding.resolved) unwinding.retry_at = fact.retry_at;
  resolve(unwinding);
  wake_unwindings();
  wake_root();
}

// The run ends once its root is past its last task, or gone, and nothing is being undone.
void Fold::wake_root() {
  if (!state_.active_unwindings.empty()) return;
  if (state_.finally.valid()) {
    if (scope(state_.finally).finished) state_.ready_scopes.insert(state_.finally);
    return;
  }
  auto const root = state_.scopes.find(state_.root);
  if (root == state_.scopes.end() || (root->second.finished && !root->second.current.valid())) {
    state_.ready_scopes.insert(state_.root);
  }
}

// Takes what comes behind an unwinding, once. A handler that a wider one has stopped meanwhile has
// to wait: an operator may take that stop back.
void Fold::resolve(Unwinding& unwinding) {
  bool const follows = has_next(state_, unwinding);
  if (follows && stopped(state_, activation(unwinding.handler).scope)) return;
  unwinding.resolved = true;
  if (follows) follow(unwinding);
  // Nothing of it can come back: no effect was planned, so none can be found done later.
  if (unwinding.handler.valid() && unwinding.plan.empty()) state_.unwindings.erase(unwinding.id);
}

void Fold::follow(Unwinding const& unwinding) {
  auto& handler = activation(unwinding.handler);
  if (unwinding.next == Next::win) {
    state_.ready_activations.insert(handler.id);
  } else if (unwinding.next == Next::retry) {
    handler.phase = Phase::delayed;
    handler.next_at = unwinding.retry_at;
    set_timer(state_, {*unwinding.retry_at, TimerKind::delay, handler.id});
  } else {
    auto const& catch_ = std::get<graph::Try>(task_of(handler).kind).handler;
    handler.caught = unwinding.cause.error;
    if (!catch_.body.valid()) {
      handler.results = handler.input;
      state_.ready_activations.insert(handler.id);
      return;
    }
    auto& block = open_scope(graph_, state_, catch_.body, handler.id, handler.input);
    block.variables.set(catch_.as, unwinding.cause.error);
  }
}

void Fold::operator()(TryRestarted const& fact) {
  auto& handler = activation(fact.activation);
  drop_timers(state_, handler);
  handler.next_at.reset();
  handler.phase = Phase::composite;
  if (handler.deadline) set_timer(state_, {*handler.deadline, TimerKind::task, handler.id});
  if (fact.deadline) {
    handler.attempt_deadline = fact.deadline;
    set_timer(state_, {*fact.deadline, TimerKind::attempt, handler.id});
  }
  ++handler.restarts;
  open_scope(graph_, state_, std::get<graph::Try>(task_of(handler).kind).body, handler.id,
             handler.input);
}

}  // namespace skald::runtime
