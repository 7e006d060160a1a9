// The turn itself: inputs that concern the whole run, the agenda, and the public functions.

#include "base/assert.hpp"
#include "runtime/machine/decision.hpp"
#include "runtime/machine/errors.hpp"
#include "runtime/machine/tree.hpp"
#include "saga/plan.hpp"

namespace skald::runtime {

Decision::Decision(graph::StepGraph const& graph, State& state, Input const& input,
                   Limits const& limits, std::vector<Record> buffer)
    : graph_(graph),
      state_(state),
      input_(input),
      limits_(limits),
      expressions_(graph, state, input.now, limits),
      random_(input.random) {
  SKALD_ASSERT(buffer.empty(), "a turn begins without records");
  turn_.records = std::move(buffer);
}

Turn Decision::run() {
  std::visit(*this, input_.body);
  // What was refused must not look taken because a turn at its budget goes on: Continue does that.
  if (turn_.ignored.empty()) run_agenda();
  return std::move(turn_);
}

void Decision::add(RecordBody body) {
  turn_.records.push_back({input_.now, std::move(body)});
  auto const& record = turn_.records.back();
  bytes_ += value_bytes(record.body);
  evolve(graph_, state_, record);
}

bool Decision::over_budget() const {
  return turn_.records.size() >= limits_.turn_records || bytes_ >= limits_.turn_bytes;
}

// Every step makes a record that takes its subject off the agenda; the rest of the turn's work is
// found again by the next one.
void Decision::run_agenda() {
  while (!over_budget() && !state_.held) {
    auto const before = turn_.records.size();
    if (!state_.ready_unwindings.empty()) {
      step_unwinding(*state_.ready_unwindings.begin());
    } else if (!state_.ready_activations.empty()) {
      step_activation(*state_.ready_activations.begin());
    } else if (!state_.ready_scopes.empty()) {
      step_scope(*state_.ready_scopes.begin());
    } else {
      return;
    }
    SKALD_ASSERT(turn_.records.size() > before, "a step of the machine made no record");
  }
}

std::uint64_t Decision::next_random() {
  random_ += 0x9e3779b97f4a7c15ULL;
  auto mixed = random_;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebULL;
  return mixed ^ (mixed >> 31U);
}

void Decision::operator()(StartRun const& input) {
  if (state_.status != RunStatus::pending) return ignore("the run has already started");
  RunStarted started;
  started.run = input.run;
  started.graph = input.graph;
  started.workflow = graph_.id.text();
  started.start_key = input.start_key;
  started.body_digest = input.body_digest;
  started.input = input.input;
  started.data = input.input;
  started.parent = input.parent;
  Place place;
  place.raw_input = input.input;
  place.input = input.input;
  auto error = schema_error(graph_.input_schema, input.input, "input", "");
  // The state does not know the run yet, but $workflow has it already.
  State begun;
  begun.run = input.run;
  begun.input = input.input;
  begun.started = input_.now;
  Expressions const expressions(graph_, begun, input_.now, limits_);
  if (graph_.input_from && error.is_null()) {
    auto data = expressions.evaluate(*graph_.input_from, input.input, place);
    (data ? started.data : error) = std::move(data.json);
  }
  if (graph_.timeout && error.is_null()) {
    auto timeout = expressions.duration(*graph_.timeout, input.input, place);
    if (auto const* duration = std::get_if<Duration>(&timeout)) {
      started.deadline = input_.now + *duration;
    } else {
      error = std::get<Json>(std::move(timeout));
    }
  }
  add(std::move(started));
  if (!error.is_null()) stop_run({CauseKind::error, std::move(error), {}, {}});
}

void Decision::operator()(Continue const&) {
  if (state_.status == RunStatus::ended) ignore("the run has ended");
}

void Decision::operator()(CancelRun const& input) {
  if (state_.status == RunStatus::pending) return ignore("the run has not started");
  if (state_.end) return ignore("the run has ended");
  if (state_.ending) return ignore("the run has come to its end: only saga.finally still runs");
  if (state_.pivot.valid()) {
    return ignore("the run has passed its pivot '" + state_.pivot_name +
                  "': there is no way back, it goes on to its end");
  }
  if (state_.root_unwinding.valid()) return ignore("the run is already being unwound");
  stop_run({CauseKind::cancel, nullptr, input.reason, input.actor});
}

void Decision::operator()(KillRun const& input) {
  if (state_.status == RunStatus::pending) return ignore("the run has not started");
  if (state_.status == RunStatus::ended) return ignore("the run has ended");
  add(RunEnded{EndStatus::killed, nullptr, nullptr, input.reason, input.actor});
}

void Decision::end_run_completed() {
  auto const& root = scope_of(state_, state_.root);
  Json output = root.data;
  if (graph_.output_as) {
    Place place;
    place.scope = state_.root;
    place.raw_input = state_.input;
    place.input = state_.input;
    place.output = output;
    auto value = expressions_.evaluate(*graph_.output_as, output, place);
    if (!value) return fail_at_end(std::move(value.json));
    output = std::move(value.json);
  }
  auto error = schema_error(graph_.output_schema, output, "output", "");
  if (!error.is_null()) return fail_at_end(std::move(error));
  end_run({EndStatus::completed, std::move(output), nullptr, {}, {}});
}

// Every task has succeeded, and the workflow's output can not be made of it.
void Decision::fail_at_end(Json error) {
  if (!only_forward(graph_, state_)) {
    return stop_run({CauseKind::error, std::move(error), {}, {}});
  }
  suspend({}, state_.root, "the output of the workflow failed: " + detail_of(error));
}

// saga.finally comes before the end of a run, once, and not when a late success had opened it
// again.
void Decision::end_run(RunEnded end) {
  bool const first = graph_.saga.finally.valid() && !state_.end && !state_.ending;
  if (first) return add(FinallyStarted{std::move(end)});
  add(std::move(end));
}

Turn advance(graph::StepGraph const& graph, State& state, Input const& input, Limits const& limits,
             std::vector<Record> buffer) {
  return Decision(graph, state, input, limits, std::move(buffer)).run();
}

Turn decide(graph::StepGraph const& graph, State const& state, Input const& input,
            Limits const& limits) {
  State copy = state;
  return advance(graph, copy, input, limits);
}

std::optional<Time> next_deadline(State const& state) {
  if (state.timers.empty() || state.held) return std::nullopt;
  return state.timers.begin()->at;
}

bool would_not_start(graph::StepGraph const& graph, State const& state, ActivationId id) {
  auto const at = state.activations.find(id);
  if (at == state.activations.end() || at->second.phase != Phase::waiting) return false;
  auto const* run = std::get_if<graph::RunWorkflow>(&graph.task(at->second.task).kind);
  return run != nullptr && (run->await || run->cancel_on_abort);
}

std::vector<ActivationId> preview_plan(graph::StepGraph const& graph, State const& state) {
  if (!state.scopes.contains(state.root)) return {};
  std::vector<saga::Candidate> candidates;
  if (state.pivot.valid() || state.ending) return {};
  for (auto const id : armed_in(state, subtree(state, {state.root}))) {
    if (would_not_start(graph, state, id)) continue;
    auto const& armed = state.armed.at(id);
    candidates.push_back({id.value, armed.outcome.value_or(saga::Outcome::in_doubt),
                          &graph.task(armed.task).effect});
  }
  std::vector<ActivationId> result;
  for (auto const start : saga::plan(candidates).undos) result.push_back({start});
  return result;
}

}  // namespace skald::runtime
