// The model of a run as JSON.

#include "runtime/view/run_view.hpp"

#include "runtime/machine/find_step.hpp"
#include "runtime/machine/machine.hpp"
#include "runtime/machine/tree.hpp"
#include "runtime/view/model.hpp"

namespace skald::view {
namespace {

using runtime::State;

void set_time(Json& object, std::string_view name, std::optional<Time> time) {
  if (time) object.set(name, to_iso8601(*time));
}

void set_text(Json& object, std::string_view name, std::string_view text) {
  if (!text.empty()) object.set(name, text);
}

void set_value(Json& object, std::string_view name, Json const& value) {
  if (!value.is_null()) object.set(name, value);
}

void set_id(Json& object, std::string_view name, ActivationId id) {
  if (id.valid()) object.set(name, Json(id.value));
}

Json attempt_json(AttemptModel const& attempt) {
  Json json = Json::object({{"attempt", attempt.number}});
  json.set("started", to_iso8601(attempt.started));
  set_time(json, "ended", attempt.ended);
  if (attempt.outcome) json.set("outcome", saga::to_string(*attempt.outcome));
  if (attempt.status != 0) json.set("status", attempt.status);
  set_text(json, "message", attempt.message);
  set_time(json, "retryAt", attempt.retry_at);
  if (attempt.late) json.set("late", true);
  if (attempt.ongoing) json.set("ongoing", true);
  return json;
}

char const* direction_text(StepModel const& step) {
  if (step.undo_of.valid()) return "undo";
  return step.probe ? "probe" : "forward";
}

char const* state_text(StepModel const& step) {
  switch (step.undo) {
    case UndoState::undoing: return "undoing";
    case UndoState::undone: return "undone";
    default: return to_string(step.result);
  }
}

std::string call_summary(graph::Task const& task, StepModel const& step) {
  if (auto const* run = std::get_if<graph::RunWorkflow>(&task.kind)) {
    if (step.child.empty()) return "run " + run->workflow();
    return "run " + step.child_workflow + " as " + step.child;
  }
  auto const* call = std::get_if<graph::Call>(&task.kind);
  return call == nullptr ? std::string() : call_text(*call, step.detail);
}

void add_progress(Json& json, StepModel const& step) {
  if (!step.attempts.empty()) {
    Json attempts = Json::array();
    for (auto const& attempt : step.attempts) attempts.push_back(attempt_json(attempt));
    json.set("attempts", std::move(attempts));
  }
  if (!step.waiting_for.empty()) {
    json.set("waitingFor", step.waiting_for);
    json.set("since", to_iso8601(step.waiting_since));
    set_time(json, "until", step.until);
  }
}

Json evidence_json(Evidence const& evidence) {
  Json json = Json::object();
  set_text(json, "reason", evidence.reason);
  set_text(json, "actor", evidence.actor);
  return json;
}

Json child_json(StepModel const& step) {
  Json json = Json::object({{"run", step.child}, {"workflow", step.child_workflow}});
  if (step.child_status) json.set("status", runtime::to_string(*step.child_status));
  return json;
}

Json step_json(StepModel const& step, graph::StepGraph const& graph) {
  auto const& task = graph.task(step.task);
  Json json = Json::object();
  set_id(json, "activation", step.activation);
  json.set("task", task.name);
  json.set("path", task.path);
  json.set("kind", graph::kind_name(task));
  json.set("number", step.number);
  set_id(json, "parent", step.parent);
  if (step.item) json.set("item", *step.item);
  json.set("direction", direction_text(step));
  if (task.pivot) json.set("pivot", true);
  if (step.finally) json.set("finally", true);
  if (step.undo_of.valid()) {
    json.set("unwinding", step.undo_of.value);
    json.set("undo", step.undo_index);
  }
  json.set("state", state_text(step));
  json.set("result", to_string(step.result));
  if (auto const outcome = outcome_of(step)) json.set("outcome", saga::to_string(*outcome));
  set_text(json, "key", step.key);
  json.set("started", to_iso8601(step.started));
  set_time(json, "ended", step.ended);
  set_text(json, "call", call_summary(task, step));
  set_text(json, "lock", step.lock);
  add_progress(json, step);
  if (step.probed) json.set("probe", saga::to_string(*step.probed));
  if (step.evidence) {
    json.set("evidence", evidence_json(*step.evidence));
  }
  if (!step.child.empty()) json.set("child", child_json(step));
  set_value(json, "error", step.error);
  set_value(json, "input", step.input);
  set_value(json, "output", step.output);
  return json;
}

char const* undo_text(UndoModel const& undo) {
  return undo.suspended ? "suspended" : runtime::to_string(undo.status);
}

// The activation's task in the graph, or nullptr.
graph::Task const* task_of(RunModel const& model, graph::StepGraph const& graph, ActivationId id) {
  auto const* step = model.step(id);
  return step == nullptr ? nullptr : &graph.task(step->task);
}

// The task that is undone; of a step that is left out of the view, too.
graph::Task const* undone_task(UndoModel const& undo, RunModel const& model,
                               graph::StepGraph const& graph) {
  return undo.task.valid() ? &graph.task(undo.task) : task_of(model, graph, undo.undoes);
}

Json undo_json(UndoModel const& undo, RunModel const& model, graph::StepGraph const& graph) {
  Json json = Json::object();
  if (auto const* task = undone_task(undo, model, graph)) {
    json.set("task", task->name);
    json.set("path", task->path);
  }
  if (auto const* step = model.step(undo.undoes)) {
    auto const* task = undone_task(undo, model, graph);
    set_text(json, "child", task != nullptr && task->compensate.valid() ? "" : step->child);
    json.set("number", step->number);
    if (step->item) json.set("item", *step->item);
    set_text(json, "undoes", step->key);
  } else if (undo.task.valid()) {
    json.set("number", undo.number);
    set_text(json, "undoes", runtime::effect_key(graph, model.state, undo.task, undo.number));
  }
  json.set("activation", undo.undoes.value);
  json.set("status", undo_text(undo));
  json.set("attempts", undo.attempts);
  if (undo.amended) json.set("amended", true);
  if (undo.waits_for > 0) json.set("waitsFor", undo.waits_for);
  if (undo.opens > 0) json.set("opens", undo.opens);
  set_time(json, "started", undo.started);
  set_time(json, "ended", undo.ended);
  set_text(json, "reason", undo.reason);
  set_text(json, "actor", undo.actor);
  return json;
}

Json locks_json(State const& state) {
  Json list = Json::array();
  for (auto const& [name, since] : state.locks) {
    list.push_back(Json::object({{"name", name}, {"since", to_iso8601(since)}}));
  }
  return list;
}

}  // namespace

std::optional<saga::Outcome> outcome_of(StepModel const& step) {
  auto outcome = step.effect;
  for (auto const& attempt : step.attempts) {
    if (!attempt.outcome) continue;
    outcome = outcome ? saga::combine(*outcome, *attempt.outcome) : *attempt.outcome;
  }
  if (step.probed && *step.probed != saga::Outcome::in_doubt) return step.probed;
  if (step.evidence) return saga::Outcome::succeeded;
  return outcome;
}

bool is_overtaken(UnwindingModel const& unwinding, runtime::State const& state) {
  if (unwinding.ended) return false;
  auto const handler = state.activations.find(unwinding.handler);
  return handler != state.activations.end() && runtime::stopped(state, handler->second.scope);
}

Json unwinding_json(UnwindingModel const& unwinding, RunModel const& model,
                    graph::StepGraph const& graph) {
  Json json = Json::object({{"unwinding", unwinding.id.value}});
  json.set("cause", runtime::to_string(unwinding.cause.kind));
  set_value(json, "error", unwinding.cause.error);
  set_text(json, "reason", unwinding.cause.reason);
  set_text(json, "actor", unwinding.cause.actor);
  if (auto const* task = task_of(model, graph, unwinding.handler)) json.set("handler", task->path);
  bool const overtaken = is_overtaken(unwinding, model.state);
  json.set("next", runtime::to_string(overtaken ? runtime::Next::end_run : unwinding.next));
  json.set("started", to_iso8601(unwinding.started));
  set_time(json, "ended", unwinding.ended);
  json.set("status", unwinding.ended ? "done" : unwinding.planned ? "undoing" : "stopping");
  Json plan = Json::array();
  for (auto const& undo : unwinding.plan) plan.push_back(undo_json(undo, model, graph));
  json.set("plan", std::move(plan));
  return json;
}

namespace {

Json undone_json(RunModel const& model, graph::StepGraph const& graph) {
  Json list = Json::array();
  for (auto const& unwinding : model.unwindings) {
    for (auto const& undo : unwinding.plan) {
      auto const* task = undone_task(undo, model, graph);
      list.push_back(Json::object({{"task", task == nullptr ? "" : task->name},
                                   {"status", undo_text(undo)},
                                   {"attempts", undo.attempts}}));
    }
  }
  return list;
}

// Stops that act when the pivot that is open turns out not to have happened.
Json kept_stops_json(State const& state, graph::StepGraph const& graph) {
  Json list = Json::array();
  for (auto const& kept : state.kept_causes) {
    Json one = Json::object({{"cause", runtime::to_string(kept.cause.kind)}});
    set_value(one, "error", kept.cause.error);
    set_text(one, "reason", kept.cause.reason);
    set_text(one, "actor", kept.cause.actor);
    auto const late = state.activations.find(kept.activation);
    if (late != state.activations.end()) one.set("path", graph.task(late->second.task).path);
    list.push_back(std::move(one));
  }
  return list;
}

Json suspended_json(State const& state, graph::StepGraph const& graph) {
  Json list = Json::array();
  for (auto const& stuck : runtime::stuck_steps(graph, state)) {
    Json one = Json::object({{"step", stuck.step}, {"begun", stuck.begun}});
    one.set("takesInput", stuck.takes_input);
    one.set("canComplete", stuck.can_complete);
    set_text(one, "undo", stuck.undo);
    set_text(one, "reason", stuck.reason);
    list.push_back(std::move(one));
  }
  return list;
}

// Nothing moves before something happens outside: no call is out, no event is on its way.
bool only_waits(State const& state) {
  using runtime::Phase;
  bool waits = false;
  for (auto const& [id, activation] : state.activations) {
    if (activation.phase == Phase::open) return false;
    waits = waits || activation.phase == Phase::waiting || activation.phase == Phase::delayed ||
            activation.phase == Phase::locking;
  }
  return waits;
}

}  // namespace

char const* run_status(State const& state) {
  using runtime::RunStatus;
  if (state.status == RunStatus::ended) {
    return state.end ? runtime::to_string(*state.end) : "completed";
  }
  if (state.status == RunStatus::running && only_waits(state)) return "waiting";
  return runtime::to_string(state.status);
}

Json run_summary(State const& state) {
  Json json = Json::object({{"id", state.run}, {"workflow", state.workflow}});
  set_text(json, "digest", state.graph);
  if (state.parent) json.set("parent", state.parent->run);
  json.set("status", run_status(state));
  json.set("input", state.input);
  json.set("output", state.output);
  json.set("error", state.error);
  set_text(json, "reason", state.reason);
  for (auto const& suspension : state.suspensions) json.set("reason", suspension.reason);
  set_value(json, "exceptions", state.exceptions);
  if (state.held) {
    json.set("held", true);
    if (state.held_with_parent && state.parent) json.set("heldWith", state.parent->run);
    set_text(json, "reason", state.held_reason);
  }
  if (state.records > 0) json.set("started", to_iso8601(state.started));
  if (state.status == runtime::RunStatus::ended) json.set("ended", to_iso8601(state.ended));
  set_time(json, "deadline", state.deadline);
  json.set("records", state.records);
  return json;
}

Json RunFold::view() const {
  auto const& model = model_of(*this);
  auto const& graph = *graph_;
  Json json = run_summary(model.state);
  if (!model.state.suspensions.empty()) json.set("suspended", suspended_json(model.state, graph));
  auto kept_stops = kept_stops_json(model.state, graph);
  if (kept_stops.size() > 0) json.set("keptStops", std::move(kept_stops));
  Json steps = Json::array();
  for (auto const& [order, step] : model.steps) steps.push_back(step_json(step, graph));
  json.set("steps", std::move(steps));
  if (auto const omitted = model.begun - model.steps.size(); omitted > 0) {
    json.set("omitted", omitted);
  }
  Json unwinding = Json::array();
  for (auto const& one : model.unwindings) unwinding.push_back(unwinding_json(one, model, graph));
  json.set("unwinding", std::move(unwinding));
  json.set("undone", undone_json(model, graph));
  if (!model.state.locks.empty()) json.set("locks", locks_json(model.state));
  return json;
}

Json run_view(std::span<runtime::Record const> records, graph::StepGraph const& graph) {
  RunFold fold(graph);
  for (auto const& record : records) fold.add(record);
  return fold.view();
}

}  // namespace skald::view
