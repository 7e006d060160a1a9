// What an operator does to a run: suspend and resume it, retry or complete a step, skip an undo.
// Each is a fact with who and why. What does not fit is refused with the reason.

#include "runtime/machine/decision.hpp"
#include "runtime/machine/tree.hpp"

namespace skald::runtime {
namespace {

std::string waits_for_lock(Activation const& step) {
  return "the step has not begun: it waits for lock '" + step.lock + "'";
}

}  // namespace

void Decision::operator()(SuspendRun const& input) {
  if (state_.status == RunStatus::pending) return ignore("the run has not started");
  if (state_.status == RunStatus::ended) return ignore("the run has ended");
  if (state_.held) return ignore("the run is already suspended");
  add(RunSuspended{{}, {}, input.reason, input.actor, input.with_parent});
}

void Decision::operator()(ResumeRun const& input) {
  if (state_.status == RunStatus::pending) return ignore("the run has not started");
  if (state_.status == RunStatus::ended) return ignore("the run has ended");
  if (input.forward) return resume_forward(input);
  if (!state_.held && state_.suspensions.empty()) return ignore("the run is not suspended");
  add(RunResumed{input.reason, input.actor});
  fire_due();
  ask_again();
}

// Takes a stop back; of one inside of another the other. Once the plan is recorded it is carried
// out: participants may already have been told to undo. A lost race stays lost.
void Decision::resume_forward(ResumeRun const& input) {
  UnwindingId lifted;
  bool planned = false;
  for (auto const id : state_.active_unwindings) {
    auto const& unwinding = state_.unwindings.at(id);
    if (state_.root_unwinding.valid() && id != state_.root_unwinding) continue;
    planned = planned || unwinding.planned;
    if (unwinding.planned) continue;
    bool const inside = unwinding.around.valid() && stopped(state_, unwinding.around);
    if (!inside && unwinding.next != Next::win) lifted = id;
  }
  if (!lifted.valid() && planned) {
    return ignore("its plan is recorded: what was done is being undone, and can not go forward");
  }
  if (!lifted.valid() && !state_.held && state_.suspensions.empty()) {
    return ignore("the run is going forward already");
  }
  if (lifted.valid()) add(StopLifted{lifted, input.reason, input.actor});
  if (state_.held || !state_.suspensions.empty()) add(RunResumed{input.reason, input.actor});
  fire_due();
  ask_again();
}

bool Decision::is_suspended(ActivationId activation, ScopeId scope) const {
  for (auto const& waiting : state_.suspensions) {
    if (waiting.activation == activation && (activation.valid() || waiting.scope == scope)) {
      return true;
    }
  }
  return false;
}

void Decision::operator()(RetryStep const& input) {
  if (state_.status == RunStatus::ended) return ignore("the run has ended");
  if (state_.held) return ignore("the run is suspended as a whole: resume it first");
  bool const suspended = is_suspended(input.activation, input.scope);
  auto const found = state_.activations.find(input.activation);
  bool const live = found != state_.activations.end();
  if (!live && !suspended) return ignore("the step is not under way");
  if (live && stopped(state_, found->second.scope)) {
    return ignore("its scope is being stopped; `resume --forward` takes that back");
  }
  if (live && found->second.phase == Phase::locking) return ignore(waits_for_lock(found->second));
  if (input.input) return retry_with_input(input);
  StepRetried fact{input.activation, input.scope, input.reason, input.actor};
  if (!live) return add(std::move(fact));
  auto const& step = found->second;
  if (step.phase == Phase::open) {
    return ignore("attempt " + std::to_string(step.attempt) + " is under way");
  }
  if (step.phase != Phase::delayed && !suspended) {
    return ignore("the step does not wait for another attempt");
  }
  fact.scope = step.scope;
  add(std::move(fact));
  if (step.phase == Phase::delayed) fire_delay(step);
}

void Decision::retry_with_input(RetryStep const& input) {
  auto const found = state_.activations.find(input.activation);
  bool const live = found != state_.activations.end();
  if (live && !std::holds_alternative<graph::Call>(task_of(found->second).kind)) {
    return ignore("only a call can be retried with another input");
  }
  if (live && found->second.outcome == saga::Outcome::succeeded) {
    return ignore("the step has succeeded already");
  }
  if (live && input.activation == state_.open_pivot && pivot_undecided(state_)) {
    return ignore("the pivot may have happened with the input it had: complete it with evidence");
  }
  auto const scope = live ? found->second.scope : input.scope;
  auto const& around = scope_of(state_, scope);
  if (around.position >= graph_.list(around.list).tasks.size()) {
    return ignore("the run stands behind its last step");
  }
  auto const& task = graph_.task(graph_.list(around.list).tasks[around.position]);
  add(StepReplaced{input.activation, scope, input.reason, input.actor});
  Place place;
  place.scope = scope;
  place.task = &task;
  place.raw_input = scope_of(state_, scope).data;
  place.input = *input.input;
  begin(task, place);
}

void Decision::operator()(CompleteStep const& input) {
  if (state_.status == RunStatus::ended) return ignore("the run has ended");
  auto const found = state_.activations.find(input.activation);
  if (found == state_.activations.end()) return ignore("the step is not under way");
  auto const& step = found->second;
  auto const& task = task_of(step);
  if (!step.lock.empty()) return ignore(waits_for_lock(step));
  bool const call = std::holds_alternative<graph::Call>(task.kind);
  if (task.pivot && stopped(state_, step.scope)) {
    return ignore(
        "its scope is being stopped, and behind a pivot nothing goes back: `resume "
        "--forward` takes the stop back");
  }
  bool const listens = std::holds_alternative<graph::Listen>(task.kind);
  bool const waits = step.phase == Phase::waiting || (listens && is_suspended(step.id, step.scope));
  bool const killed_pivot = std::holds_alternative<graph::RunWorkflow>(task.kind) &&
                            is_suspended(step.id, step.scope) && pivot_undecided(state_) &&
                            step.id == state_.open_pivot;
  if (!call && !waits && !killed_pivot) {
    return ignore(
        "only a call, a wait, a listen, a run that waits for its workflow, or a pivot whose run "
        "was killed can be completed");
  }
  if (step.outcome == saga::Outcome::succeeded) return ignore("the step has succeeded already");
  if (listens) {
    if (!input.output.is_array()) {
      return ignore("a listen gives the list of what it took: give an array, such as [" +
                    to_text(input.output) + "]");
    }
    if (!step.children.empty()) {
      return ignore("the tasks for an event it took are under way: complete those, or wait");
    }
  }
  bool const goes_on = !stopped(state_, step.scope);
  add(StepCompleted{input.activation, input.output, input.reason, input.actor});
  if (goes_on) complete(input.activation, input.output, task.then);
}

void Decision::operator()(SkipUndo const& input) {
  if (state_.status == RunStatus::ended) return ignore("the run has ended");
  auto const found = state_.unwindings.find(input.unwinding);
  if (found == state_.unwindings.end() || input.index >= found->second.plan.size()) {
    return ignore("no such undo is planned");
  }
  auto const& undo = found->second.plan[input.index];
  if (undo.status == UndoStatus::done) return ignore("the undo is already done");
  if (undo.status == UndoStatus::skipped) return ignore("the undo is already skipped");
  if (state_.child_undos.contains(undo.undoes)) {
    // It would go on undoing, and the exception be untrue. Its own undos can all be skipped.
    auto const& child = state_.armed.at(undo.undoes).child;
    return ignore("it is being undone in " + child + "; skip it there: skald skip " + child +
                  " STEP");
  }
  add(UndoEnded{input.unwinding, input.index, UndoResult::skipped, input.reason, input.actor});
}

}  // namespace skald::runtime
