// Child runs: started by a `run` task, stopped and undone with their parent.

#include <algorithm>

#include "runtime/machine/decision.hpp"
#include "runtime/machine/errors.hpp"
#include "runtime/machine/tree.hpp"
#include "saga/retry.hpp"

namespace skald::runtime {
namespace {

// The child's error as its parent sees it: about the parent's task, with the child beside it.
Json error_of_child(ChildEnded const& ended, std::string const& child, std::string const& path) {
  Json error = ended.error;
  if (!error.is_object()) {
    error = make_error("runtime", 500, "Run " + std::string(to_string(ended.status)),
                       "the child run " + child + " was " + to_string(ended.status), "");
  }
  Json run = Json::object({{"run", child}});
  if (auto const* instance = error.find("instance")) run.set("instance", *instance);
  error.set("instance", path);
  error.set("child", std::move(run));
  return error;
}

}  // namespace

std::string child_run(std::string_view run, ActivationId activation, std::uint32_t attempt) {
  auto id = std::string(run) + ":" + std::to_string(activation.value);
  return attempt > 1 ? id + "." + std::to_string(attempt) : id;
}

std::string_view root_run(std::string_view run) {
  return run.substr(0, run.find(':'));
}

void Decision::enter_run(graph::RunWorkflow const& kind, TaskEntered entered, Place const& place) {
  auto const depth = static_cast<std::uint32_t>(std::ranges::count(state_.run, ':'));
  if (depth >= limits_.child_depth) {
    return fail(
        place.scope, *place.task,
        make_error("runtime", 500, "Run Too Deep",
                   "runs that start runs are nested " + std::to_string(depth) + " deep, the limit",
                   place.task->path));
  }
  auto input = expressions_.evaluate(kind.input, place.input, place);
  if (!input) return fail(place.scope, *place.task, std::move(input.json));
  entered.detail = Json::object({{"workflow", kind.workflow()}, {"input", std::move(input.json)}});
  if (set_deadline(entered, place)) add(std::move(entered));
}

void Decision::operator()(ChildResolved const& input) {
  ChildStarted const fact{input.activation, 1, input.workflow, input.graph};
  if (state_.owed.contains(input.activation)) return add(fact);
  auto const found = state_.activations.find(input.activation);
  bool const waits = found != state_.activations.end() && found->second.phase == Phase::waiting &&
                     std::holds_alternative<graph::RunWorkflow>(task_of(found->second).kind);
  if (!waits) return ignore("no run of that activation waits for its workflow");
  auto const& task = task_of(found->second);
  auto const scope = found->second.scope;
  if (auto error = pivot_error(input, found->second); !error.is_null()) {
    return fail(scope, task, std::move(error));
  }
  auto output = found->second.input;
  add(fact);
  if (!std::get<graph::RunWorkflow>(task.kind).await) {
    complete(input.activation, std::move(output), task.then);
  }
}

// Behind a pivot there is no way back, and its parent may need one: it runs such a child as a pivot
// of its own, or says how to undo it, or does not wait for it.
Json Decision::pivot_error(ChildResolved const& input, Activation const& run) const {
  auto const& task = task_of(run);
  bool const forward = !undo_root(state_, run.scope).valid() && !in_finally(state_, run.scope);
  bool const needs_way_back = forward && std::get<graph::RunWorkflow>(task.kind).await &&
                              !task.pivot && !task.compensate.valid();
  if (!input.pivot || !needs_way_back) return nullptr;
  return make_error("configuration", 400, "Child With A Pivot",
                    input.workflow + " has a pivot and can not be undone: mark '" + task.name +
                        "' with 'pivot: true', or give it a 'compensate'",
                    task.path);
}

void Decision::operator()(ChildReported const& input) {
  auto const found = state_.activations.find(input.activation);
  bool const open = found != state_.activations.end() && found->second.phase == Phase::open &&
                    found->second.attempt == input.attempt &&
                    std::holds_alternative<graph::RunWorkflow>(task_of(found->second).kind);
  if (!open) {
    if (!child_unwound(input)) ignore("nobody waits for the end of that child");
    return;
  }
  auto const& activation = found->second;
  auto const& task = task_of(activation);
  bool const stops = stopped(state_, activation.scope);
  bool const success = input.status == EndStatus::completed;
  ChildEnded ended{input.activation, input.status, input.output, input.error, input.undoable, {}};
  bool const in_vain = activation.child_stops && input.status == EndStatus::cancelled;
  if (in_vain && !stops) {  // the stop that it was told of has been taken back
    ended.retry_at = input_.now;
    return add(std::move(ended));
  }
  if (!success && !stops) return child_failed(activation, std::move(ended));
  auto output = ended.output;
  add(std::move(ended));
  if (!stops) complete(input.activation, std::move(output), task.then);
}

// Going forward the child's error is the task's. An undo can not be refused: another child is
// started, by the rules of attempts.
void Decision::child_failed(Activation const& activation, ChildEnded ended) {
  auto const& task = task_of(activation);
  auto const id = activation.id;
  auto const scope = activation.scope;
  auto const child = child_run(state_.run, id, activation.attempt);
  auto error = error_of_child(ended, child, task.path);
  if (!undo_root(state_, scope).valid() && !in_finally(state_, scope)) {
    bool const unknown = task.pivot && ended.status == EndStatus::killed;
    add(std::move(ended));
    if (unknown) {
      return suspend(id, scope,
                     "the pivot '" + task.name + "' was killed as run " + child +
                         ": what it has done is not known");
    }
    if (act_on_kept_causes()) return;
    return fail(scope, task, std::move(error));
  }
  bool const inside_try = would_handle(scope, error);
  auto const& policy =
      task.retry ? *task.retry : (graph_.saga.retry ? *graph_.saga.retry : saga::patient_policy());
  if (!inside_try || task.retry) ended.retry_at = retry_time(activation, policy, {});
  bool const again = ended.retry_at.has_value();
  add(std::move(ended));
  if (again) return;
  if (inside_try) return fail(scope, task, std::move(error));
  std::string const what = in_finally(state_, scope) ? "'" : "undo '";
  suspend(id, scope,
          what + task.name + "' reached the limit of its retries: " + child + " has not completed");
}

void Decision::restart_child(Activation const& activation) {
  add(ChildStarted{activation.id, activation.attempt + 1, activation.child_workflow,
                   activation.child_graph});
}

// True when the child was being unwound for its parent: that undo has ended.
bool Decision::child_unwound(ChildReported const& input) {
  if (input.status == EndStatus::completed) return false;  // it goes on keeping what it did
  if (state_.end == EndStatus::killed) return false;       // nothing more is undone here
  auto const found = state_.child_undos.find(input.activation);
  if (found == state_.child_undos.end()) return false;
  bool const killed = input.status == EndStatus::killed;
  auto const [unwinding, index] = found->second;
  UndoEnded ended{unwinding, index, killed ? UndoResult::skipped : UndoResult::done};
  if (killed) ended.reason = "the child run was killed before it was undone";
  if (killed) ended.actor = "kill of the child run";
  add(std::move(ended));
  return true;
}

void Decision::operator()(UnwindRun const& input) {
  if (state_.end != EndStatus::completed) return ignore("the run has not completed");
  if (!state_.scopes.contains(state_.root)) return ignore("the run keeps nothing to be undone");
  stop_run({CauseKind::parent, nullptr, input.reason, {}});
}

}  // namespace skald::runtime
