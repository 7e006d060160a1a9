// Folding what an operator did to a step, or to a stop.

#include <algorithm>

#include "runtime/machine/fold.hpp"

namespace skald::runtime {

// True when something was suspended there.
bool Fold::lift_suspension(ActivationId id, ScopeId where) {
  auto const count = std::erase_if(state_.suspensions, [&](Suspension const& waiting) {
    return waiting.activation == id && (id.valid() || waiting.scope == where);
  });
  if (count > 0) refresh_suspensions();
  return count > 0;
}

// The next attempt is due at once, the first of a new series.
void Fold::await_attempt_now(Activation& call) {
  drop_timers(state_, call);
  call.attempt_deadline.reset();
  call.phase = Phase::delayed;
  call.retries = 0;
  call.first_attempt.reset();
  call.next_at = at_;
  set_timer(state_, {at_, TimerKind::delay, call.id});
}

void Fold::operator()(StepRetried const& fact) {
  bool const suspended = lift_suspension(fact.activation, fact.scope);
  if (!fact.activation.valid()) {
    state_.ready_scopes.insert(fact.scope);
    return;
  }
  auto& step = activation(fact.activation);
  if (suspended) {
    resume(step);
  } else {
    auto const deadline = step.deadline;
    await_attempt_now(step);
    if (deadline) set_timer(state_, {*deadline, TimerKind::task, step.id});
  }
}

void Fold::operator()(StepReplaced const& fact) {
  lift_suspension(fact.activation, fact.scope);
  auto& around = scope(fact.scope);
  state_.ready_scopes.insert(fact.scope);
  if (!fact.activation.valid()) return;
  auto& old = activation(fact.activation);
  give_up_callback(old);
  if (auto const at = state_.armed.find(old.id); at != state_.armed.end()) {
    // An open attempt may still arrive, and who knows what it does; so may what was begun and is
    // not asked for any more.
    if (old.phase == Phase::open || old.ongoing || !at->second.outcome) {
      at->second.outcome = saga::combine(at->second.outcome.value_or(saga::Outcome::in_doubt),
                                         saga::Outcome::in_doubt);
    }
    around.armed.push_back(old.id);
  }
  around.current = {};
  drop_probe(old);
  erase(state_, {{}, {old.id}});
}

void Fold::operator()(StepCompleted const& fact) {
  auto& step = activation(fact.activation);
  drop_timers(state_, step);
  drop_probe(step);
  step.attempt_deadline.reset();
  step.next_at.reset();
  step.last = {};
  step.last.kind = saga::Answer::Kind::returned;
  step.last.output = fact.output;
  step.outcome = saga::Outcome::succeeded;
  step.phase = Phase::settled;
  update_armed(step);
  bool const child = std::holds_alternative<graph::RunWorkflow>(task_of(step).kind) &&
                     !task_of(step).compensate.valid();
  if (child) state_.armed.erase(step.id);  // none was started, so none can be undone
  lift_suspension(step.id, step.scope);
  wake_unwindings();
}

void Fold::operator()(AttemptParked const& fact) {
  auto& call = activation(fact.activation);
  call.outcome =
      saga::combine(call.outcome.value_or(saga::Outcome::in_doubt), saga::Outcome::in_doubt);
  if (auto const armed = state_.armed.find(fact.activation); armed != state_.armed.end()) {
    armed->second.outcome = call.outcome;
  }
  drop_timers(state_, call);
  call.attempt_deadline.reset();
  call.phase = Phase::delayed;
  call.next_at = at_;
  set_timer(state_, {at_, TimerKind::delay, call.id});
}

void Fold::operator()(StopLifted const& fact) {
  auto const scopes = state_.unwindings.at(fact.unwinding).scopes;
  state_.unwindings.erase(fact.unwinding);
  state_.active_unwindings.erase(fact.unwinding);
  state_.ready_unwindings.erase(fact.unwinding);
  if (state_.root_unwinding == fact.unwinding) {
    state_.root_unwinding = {};
    bool const passed = state_.deadline && *state_.deadline <= at_;
    if (passed) state_.deadline.reset();
    if (state_.deadline) set_timer(state_, {*state_.deadline, TimerKind::run, {}});
  }
  auto const tree = subtree(state_, scopes);
  for (auto const id : tree.scopes) {
    auto& inside = scope(id);
    if (inside.stopped_by == fact.unwinding) inside.stopped_by = {};
  }
  for (auto const id : tree.activations) {
    auto const found = state_.activations.find(id);
    if (found != state_.activations.end() && !stopped(state_, found->second.scope)) {
      set_forward(found->second);
    }
  }
  resolve_lifted();
  for (auto const id : tree.scopes) {
    auto const& inside = scope(id);
    bool const last = id == state_.root && inside.finished;
    bool const ready = !inside.stopped_by.valid() && !inside.current.valid() && !last;
    if (ready) state_.ready_scopes.insert(id);
  }
  wake_unwindings();
  wake_root();
  refresh_status();
}

// What the stop kept from going on behind an unwinding of its own.
void Fold::resolve_lifted() {
  std::vector<UnwindingId> waiting;
  for (auto const& [id, one] : state_.unwindings) {
    if (one.over && has_next(state_, one)) waiting.push_back(id);
  }
  for (auto const id : waiting) resolve(state_.unwindings.at(id));
}

bool Fold::handles_active_unwinding(ActivationId id) const {
  return std::any_of(
      state_.active_unwindings.begin(), state_.active_unwindings.end(),
      [&](UnwindingId active) { return state_.unwindings.at(active).handler == id; });
}

// What it tried is undone, and its next step waits for the stop to be taken back.
bool Fold::has_unwound(ActivationId id) const {
  return std::ranges::any_of(state_.unwindings, [&](auto const& entry) {
    auto const& one = entry.second;
    return one.handler == id && one.over && has_next(state_, one);
  });
}

// A loop with room for an item, a fork that has its winner, or a composite whose parts have ended.
bool Fold::has_more_to_do(Activation const& composite) const {
  if (composite.children.empty() || composite.winner) return true;
  auto const* loop = std::get_if<graph::For>(&graph_.task(composite.task).kind);
  return loop != nullptr && composite.next_item < composite.detail.size() && !composite.ending &&
         composite.children.size() < loop->concurrency;
}

// The limit of this pass of a try counts again, unless it has passed meanwhile.
void Fold::resume_pass(Activation& attempt) {
  if (!attempt.attempt_deadline) return;
  if (*attempt.attempt_deadline <= at_) return attempt.attempt_deadline.reset();
  set_timer(state_, {*attempt.attempt_deadline, TimerKind::attempt, attempt.id});
}

// What was stopped goes on where it was. A deadline that has passed does not act again: the
// operator has seen it; of a wait it is the end.
void Fold::set_forward(Activation& step) {
  struct Forward {
    Fold& fold;
    Activation& step;

    void operator()(graph::Call const&) const {
      // A composite one had succeeded, and its output was wrong.
      bool const still = step.phase == Phase::settled || step.phase == Phase::composite;
      if (still) fold.resume(step);
    }
    void operator()(graph::Emit const&) const {
      if (step.phase == Phase::settled) step.phase = Phase::open;
      if (step.phase == Phase::composite) fold.state_.ready_activations.insert(step.id);
    }
    void operator()(graph::Wait const&) const { step.phase = Phase::waiting; }
    void operator()(graph::Listen const&) const { fold.listen_again(step); }
    // Those that failed at once are entered again.
    void operator()(graph::Set const&) const { again(); }
    void operator()(graph::Switch const&) const { again(); }
    void operator()(graph::Raise const&) const { again(); }
    void operator()(graph::Do const&) const {}
    void operator()(graph::Try const&) const {
      if (fold.has_unwound(step.id)) return;
      if (step.phase == Phase::settled) return fold.await_attempt_now(step);
      fold.resume_pass(step);
      composite();
    }
    void operator()(graph::For const&) const { composite(); }
    void operator()(graph::Fork const&) const { composite(); }
    void operator()(graph::RunWorkflow const&) const { fold.set_child_forward(step); }

    void composite() const {
      bool const ready = fold.has_more_to_do(step) && !fold.handles_active_unwinding(step.id);
      if (ready) fold.state_.ready_activations.insert(step.id);
    }
    void again() const {
      fold.scope(step.scope).current = {};
      fold.state_.activations.erase(step.id);
    }
  };
  auto const id = step.id;
  if (!step.lock.empty()) {  // it asks for its lock anew
    scope(step.scope).current = {};
    state_.activations.erase(id);
    return;
  }
  bool const waits = std::holds_alternative<graph::Wait>(task_of(step).kind);
  if (step.deadline && *step.deadline <= at_ && !waits) step.deadline.reset();
  if (waits && step.deadline && *step.deadline <= at_) {
    step.deadline = Time{static_cast<std::int64_t>(step.detail["until"].as_number())};
  }
  std::visit(Forward{*this, step}, task_of(step).kind);
  auto const found = state_.activations.find(id);
  if (found != state_.activations.end() && found->second.deadline) {
    set_timer(state_, {*found->second.deadline, TimerKind::task, id});
  }
}

}  // namespace skald::runtime
