// Unwinding: once everything in its scopes has settled, the plan is recorded, and then carried out
// one undo after the other.

#include <algorithm>

#include "base/assert.hpp"
#include "runtime/machine/decision.hpp"
#include "runtime/machine/tree.hpp"
#include "saga/plan.hpp"

namespace skald::runtime {

// Before the plan is made, what is in doubt is asked for. False: there is nothing to ask.
bool Decision::ask_probes(Unwinding const& unwinding) {
  std::vector<ActivationId> doubtful;
  for (auto const id : subtree(state_, unwinding.scopes).activations) {
    auto const& activation = activation_of(state_, id);
    bool const call = std::holds_alternative<graph::Call>(task_of(activation).kind);
    if (call && wants_probe(activation)) doubtful.push_back(id);
  }
  for (auto const id : doubtful) add(ProbeStarted{id});
  return !doubtful.empty();
}

void Decision::step_unwinding(UnwindingId id) {
  auto const& unwinding = state_.unwindings.at(id);
  if (!unwinding.planned && ask_probes(unwinding)) return;
  if (!unwinding.planned) {
    std::vector<saga::Candidate> candidates;
    for (auto const armed_id : armed_in(state_, subtree(state_, unwinding.scopes))) {
      auto const& armed = state_.armed.at(armed_id);
      SKALD_ASSERT(armed.outcome.has_value(), "an effect is planned before it has settled");
      candidates.push_back(
          {armed_id.value, *armed.outcome, &graph_.task(armed.task).effect, &armed.lanes});
    }
    auto made = saga::plan(candidates);
    PlanRecorded plan{id, {}, std::move(made.waits_for), std::move(made.opens)};
    for (auto const start : made.undos) plan.undos.push_back({start});
    add(std::move(plan));
    return;
  }
  if (!unwinding.startable.empty()) return add(UndoStarted{id, *unwinding.startable.begin()});
  bool const retries = unwinding.next == Next::retry && has_next(state_, unwinding);
  auto const handler = unwinding.handler;
  auto const delay = unwinding.retry_delay;
  Unwound unwound{id, std::nullopt};
  if (retries) unwound.retry_at = input_.now + delay;
  add(unwound);
  if (retries && delay.us == 0 && !stopped(state_, activation_of(state_, handler).scope)) {
    add(TryRestarted{handler, pass_deadline(task_of(activation_of(state_, handler)))});
  }
}

// The whole run has been unwound: it ends. `faulted` means that nothing had to be undone.
// A run that a late success had opened again ends as it did before.
void Decision::end_run_unwound() {
  if (state_.end) {
    return end_run({*state_.end, state_.output, state_.error, state_.reason, {}});
  }
  SKALD_ASSERT(state_.root_unwinding.valid(), "a run ends unwound but was never stopped");
  auto const& cause = state_.unwindings.at(state_.root_unwinding).cause;
  bool const undone = std::any_of(state_.unwindings.begin(), state_.unwindings.end(),
                                  [](auto const& entry) { return !entry.second.plan.empty(); });
  auto status = undone ? EndStatus::compensated : EndStatus::faulted;
  if (cause.kind == CauseKind::cancel) status = EndStatus::cancelled;
  // A child that had completed has had its saga.finally then.
  if (cause.kind == CauseKind::parent) {
    return add(RunEnded{EndStatus::compensated, nullptr, cause.error, cause.reason, cause.actor});
  }
  end_run({status, nullptr, cause.error, cause.reason, cause.actor});
}

}  // namespace skald::runtime
