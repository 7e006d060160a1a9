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

char const* status_text(Undo const& undo) {
  return undo.suspended ? "suspended" : runtime::to_string(undo.status);
}

// The calls that undos have made, from their steps; by unwinding and place in its plan.
using MadeCalls = std::map<std::pair<UnwindingId, std::uint32_t>, Json>;

MadeCalls made_calls(StepGraph const& graph, RunModel const& model) {
  MadeCalls calls;
  for (auto const& [order, step] : model.steps) {
    if (!step.undo_of.valid() || step.attempts.empty()) continue;
    auto const& task = graph.task(step.task);
    auto& made = calls.try_emplace({step.undo_of, step.undo_index}, Json::array()).first->second;
    made.push_back(Json::object({{"task", task.name},
                                 {"call", call_text(std::get<graph::Call>(task.kind), step.detail)},
                                 {"state", to_string(step.result)},
                                 {"attempts", Json(std::uint64_t{step.attempts.size()})}}));
  }
  return calls;
}

// What the undos of one run are told with.
struct Telling {
  StepGraph const& graph;
  RunModel const& model;
  ChildPlan const& children;
  MadeCalls made = {};
  UndoCalls foreseen = {};
};

// What a cancel would undo now.
Json armed_undos(Telling const& telling, std::vector<ActivationId> const& ids) {
  auto const& state = telling.model.state;
  bool const few = ids.size() <= kForeseen;
  Json undos = Json::array();
  for (auto const id : ids) {
    auto const& armed = state.armed.at(id);
    auto json = undo_json(telling.graph, state, armed, static_cast<unsigned>(undos.size() + 1));
    json.set("status", "planned");
    if (few) add_child(json, child_of(telling.graph, state, armed), telling.children);
    auto const found = telling.foreseen.find(std::string(json["key"].as_string()));
    if (found != telling.foreseen.end()) json.set("calls", found->second);
    undos.push_back(std::move(json));
  }
  return undos;
}

// The undos of a recorded plan; of those that have not begun also what they would call.
Json planned_undos(Telling const& telling, Unwinding const& unwinding) {
  auto const& state = telling.model.state;
  bool const few = unwinding.plan.size() <= kForeseen;
  Json undos = Json::array();
  for (std::uint32_t i = 0; i < unwinding.plan.size(); ++i) {
    auto const& undo = unwinding.plan[i];
    auto const& armed = state.armed.at(undo.undoes);
    auto json = undo_json(telling.graph, state, armed, i + 1);
    if (few) add_child(json, child_of(telling.graph, state, armed), telling.children);
    json.set("status", status_text(undo));
    json.set("attempts", undo.attempts);
    auto const at_hand = telling.made.find({unwinding.id, i});
    Json made = at_hand == telling.made.end() ? Json::array() : at_hand->second;
    auto const foreseen = telling.foreseen.find(std::string(json["key"].as_string()));
    bool const begun = undo.status != UndoStatus::pending;
    if (!begun && foreseen != telling.foreseen.end()) made = foreseen->second;
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

// The unwindings so far; of inner scopes, those that go on and, when the run has ended, all others,
// with what they undo.
Json unwindings_json(Telling const& telling) {
  auto const& state = telling.model.state;
  bool const ended = state.status == RunStatus::ended;
  Json list = Json::array();
  for (auto const& made : telling.model.unwindings) {
    auto json = unwinding_json(made, telling.model, telling.graph);
    auto const at = state.unwindings.find(made.id);
    bool const inner = made.id != state.root_unwinding && at != state.unwindings.end();
    if (inner && (ended || !made.ended) && !at->second.plan.empty()) {
      auto undos = planned_undos(telling, at->second);
      add_words(undos, telling.model, made.id);
      json.set("undos", std::move(undos));
    }
    list.push_back(std::move(json));
  }
  return list;
}

// What is shown, as the header says.
char const* phase_text(State const& state, bool planned) {
  bool const open = state.status != RunStatus::ended;
  if (planned) return open ? "undoing" : "done";
  if (open) return state.root_unwinding.valid() ? "stopping" : "before";
  return state.scopes.contains(state.root) ? "kept" : "none";
}

}  // namespace

Json plan_view(RunFold const& fold, StepGraph const& graph, Time now, ChildPlan const& children) {
  auto const& model = model_of(fold);
  auto const& state = model.state;
  auto const root = state.unwindings.find(state.root_unwinding);
  bool const planned = root != state.unwindings.end() && root->second.planned;
  bool const open = state.status != RunStatus::ended;
  bool const kept = !open && !planned && state.scopes.contains(state.root);
  auto const armed = planned ? std::vector<ActivationId>() : preview_plan(graph, state);
  auto undone = armed.size();
  for (auto const id : state.active_unwindings) undone += state.unwindings.at(id).plan.size();
  Telling telling{graph, model, children, made_calls(graph, model)};
  if ((open || kept) && undone <= kForeseen) telling.foreseen = foreseen_calls(graph, state, now);
  Json undos = planned ? planned_undos(telling, root->second) : Json::array();
  if (planned) add_words(undos, model, root->first);
  if (!planned && (open || kept)) undos = armed_undos(telling, armed);
  return Json::object({{"id", state.run},
                       {"status", run_status(state)},
                       {"phase", phase_text(state, planned)},
                       {"undos", std::move(undos)},
                       {"unwinding", unwindings_json(telling)}});
}

}  // namespace skald::view
