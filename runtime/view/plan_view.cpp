#include "runtime/view/plan_view.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "runtime/machine/machine.hpp"
#include "runtime/machine/tree.hpp"
#include "runtime/view/foresight.hpp"
#include "runtime/view/model.hpp"
#include "runtime/view/run_view.hpp"

namespace skald::view {
namespace {

using namespace runtime;
using graph::StepGraph;

// A plan this long is shown without the calls that would be made: finding them takes its time.
constexpr std::size_t kForeseen = 500;

Json names_of(StepGraph const& graph, graph::ListIndex list) {
  Json names = Json::array();
  for (auto const task : graph.list(list).tasks) names.push_back(graph.task(task).name);
  return names;
}

Json undo_json(StepGraph const& graph, State const& state, Armed const& armed, unsigned order) {
  auto const& task = graph.task(armed.task);
  auto const outcome = armed.outcome.value_or(saga::Outcome::in_doubt);
  Json json = Json::object({{"order", order},
                            {"task", task.name},
                            {"path", task.path},
                            {"number", armed.number},
                            {"key", effect_key(graph, state, armed.task, armed.number)},
                            {"outcome", armed.outcome ? saga::to_string(outcome) : "open"},
                            {"by", names_of(graph, task.compensate)},
                            {"input", armed.input}});
  if (!armed.arguments.is_null()) json.set("arguments", armed.arguments);
  json.set("output", armed.output);
  return json;
}

// The run that an armed effect has started and that undoes itself; empty when there is none.
std::string child_of(StepGraph const& graph, State const& state, Armed const& armed) {
  auto const& task = graph.task(armed.task);
  if (!std::holds_alternative<graph::RunWorkflow>(task.kind) || task.compensate.valid()) return {};
  if (!armed.child.empty()) return armed.child;
  auto const at = state.activations.find(armed.id);
  if (at == state.activations.end() || at->second.child_graph.empty()) return {};
  return child_run(state.run, armed.id, at->second.attempt);
}

void add_child(Json& undo, std::string const& child, ChildPlan const& plan_of) {
  if (child.empty()) return;
  undo.set("child", child);
  auto plan = plan_of ? plan_of(child) : Json();
  if (plan.is_object()) undo.set("undos", plan["undos"]);
}

// What a cancel would undo now.
Json foreseen_undos(StepGraph const& graph, State const& state, Time now,
                    ChildPlan const& children) {
  auto const ids = preview_plan(graph, state);
  UndoCalls calls;
  if (ids.size() <= kForeseen) calls = foreseen_calls(graph, state, now);
  Json undos = Json::array();
  for (auto const id : ids) {
    auto const& armed = state.armed.at(id);
    auto json = undo_json(graph, state, armed, static_cast<unsigned>(undos.size() + 1));
    json.set("status", "planned");
    if (ids.size() <= kForeseen) add_child(json, child_of(graph, state, armed), children);
    auto const found = calls.find(std::string(json["key"].as_string()));
    if (found != calls.end()) json.set("calls", found->second);
    undos.push_back(std::move(json));
  }
  return undos;
}

char const* status_text(Undo const& undo) {
  return undo.suspended ? "suspended" : runtime::to_string(undo.status);
}

// The calls that the undos of a plan have made, from their steps; by their place in the plan.
std::map<std::uint32_t, Json> made_calls(StepGraph const& graph, RunModel const& model,
                                         UnwindingId unwinding) {
  std::map<std::uint32_t, Json> calls;
  for (auto const& [order, step] : model.steps) {
    if (step.undo_of != unwinding || step.attempts.empty()) continue;
    auto const& task = graph.task(step.task);
    auto& made = calls.try_emplace(step.undo_index, Json::array()).first->second;
    made.push_back(Json::object({{"task", task.name},
                                 {"call", call_text(std::get<graph::Call>(task.kind), step.detail)},
                                 {"state", to_string(step.result)},
                                 {"attempts", Json(std::uint64_t{step.attempts.size()})}}));
  }
  return calls;
}

// The undos of the run's own plan; of those that have not begun also what they would call.
Json planned_undos(StepGraph const& graph, RunModel const& model, Unwinding const& unwinding,
                   Time now, ChildPlan const& children) {
  auto const& state = model.state;
  UndoCalls calls;
  bool const few = unwinding.plan.size() <= kForeseen;
  bool const open = state.status != RunStatus::ended && few;
  if (open) calls = foreseen_calls(graph, state, now);
  auto all_made = made_calls(graph, model, unwinding.id);
  Json undos = Json::array();
  for (std::uint32_t i = 0; i < unwinding.plan.size(); ++i) {
    auto const& undo = unwinding.plan[i];
    auto const& armed = state.armed.at(undo.undoes);
    auto json = undo_json(graph, state, armed, i + 1);
    if (few) add_child(json, child_of(graph, state, armed), children);
    json.set("status", status_text(undo));
    json.set("attempts", undo.attempts);
    auto const at_hand = all_made.find(i);
    Json made = at_hand == all_made.end() ? Json::array() : at_hand->second;
    auto const foreseen = calls.find(std::string(json["key"].as_string()));
    bool const begun = undo.status != UndoStatus::pending;
    if (!begun && foreseen != calls.end()) made = foreseen->second;
    if (made.size() > 0) json.set("calls", std::move(made));
    undos.push_back(std::move(json));
  }
  return undos;
}

// Who skipped an undo, and why.
void add_words(Json& undos, RunModel const& model, UnwindingId id) {
  for (auto const& made : model.unwindings) {
    if (made.id != id) continue;
    for (std::size_t i = 0; i < made.plan.size() && i < undos.size(); ++i) {
      auto undo = undos.take(i);
      if (!made.plan[i].reason.empty()) undo.set("reason", made.plan[i].reason);
      if (!made.plan[i].actor.empty()) undo.set("actor", made.plan[i].actor);
      undos.set(i, std::move(undo));
    }
  }
}

}  // namespace

Json plan_view(RunFold const& fold, StepGraph const& graph, Time now, ChildPlan const& children) {
  auto const& model = model_of(fold);
  auto const& state = model.state;
  auto const root = state.unwindings.find(state.root_unwinding);
  bool const planned = root != state.unwindings.end() && root->second.planned;
  Json undos = Json::array();
  std::string phase = "none";
  if (planned) {
    undos = planned_undos(graph, model, root->second, now, children);
    add_words(undos, model, root->first);
    phase = state.status == RunStatus::ended ? "done" : "undoing";
  } else if (state.status != RunStatus::ended) {
    undos = foreseen_undos(graph, state, now, children);
    phase = root != state.unwindings.end() ? "stopping" : "before";
  } else if (state.scopes.contains(state.root)) {
    undos = foreseen_undos(graph, state, now, children);
    phase = "kept";
  }
  Json json = Json::object({{"id", state.run},
                            {"status", run_status(state)},
                            {"phase", phase},
                            {"undos", std::move(undos)}});
  Json unwindings = Json::array();
  for (auto const& one : model.unwindings) unwindings.push_back(unwinding_json(one, model, graph));
  json.set("unwinding", std::move(unwindings));
  return json;
}

}  // namespace skald::view
