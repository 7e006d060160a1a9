// The whole state as JSON, field by field: what law 1 compares.

#include "base/json.hpp"
#include "runtime/machine/state.hpp"

namespace skald::runtime {
namespace {

template <class Tag, class Integer>
Json put(base::StrongInt<Tag, Integer> id) {
  return id.valid() ? Json(static_cast<std::int64_t>(id.value)) : Json();
}
Json put(Time time) {
  return Json(time.us);
}
Json put(std::optional<Time> const& time) {
  return time ? Json(time->us) : Json();
}
Json put(std::optional<saga::Outcome> const& outcome) {
  return outcome ? Json(saga::to_string(*outcome)) : Json();
}

template <class Range>
Json list(Range const& ids) {
  Json array = Json::array();
  for (auto const id : ids) array.push_back(put(id));
  return array;
}

template <class Range>
Json numbers(Range const& range) {
  Json array = Json::array();
  for (auto const number : range) array.push_back(number);
  return array;
}

Json put(Frozen const& frozen) {
  return Json::object(
      {{"context", frozen.context}, {"variables", frozen.variables}, {"outputs", frozen.outputs}});
}

Json put(Scope const& scope) {
  return Json::object({{"id", put(scope.id)},
                       {"list", put(scope.list)},
                       {"parent", put(scope.parent)},
                       {"owner", put(scope.owner)},
                       {"undo_of", put(scope.undo_of)},
                       {"undo_index", scope.undo_index},
                       {"item", scope.item},
                       {"position", scope.position},
                       {"current", put(scope.current)},
                       {"data", scope.data},
                       {"variables", scope.variables},
                       {"outputs", scope.outputs},
                       {"armed", list(scope.armed)},
                       {"stopped_by", put(scope.stopped_by)},
                       {"finished", scope.finished},
                       {"ending", scope.ending}});
}

Json put(saga::Answer const& answer) {
  return Json::object({{"kind", static_cast<int>(answer.kind)},
                       {"status", answer.status},
                       {"output", answer.output},
                       {"message", answer.message},
                       {"retry_after", answer.retry_after ? Json(answer.retry_after->us) : Json()},
                       {"invalid", answer.invalid},
                       {"unoffered", answer.unoffered}});
}

Json put(Activation const& activation) {
  Json json = Json::object({{"id", put(activation.id)},
                            {"task", put(activation.task)},
                            {"scope", put(activation.scope)},
                            {"number", activation.number},
                            {"phase", to_string(activation.phase)},
                            {"started", put(activation.started)},
                            {"input", activation.input},
                            {"detail", activation.detail},
                            {"deadline", put(activation.deadline)},
                            {"lock", activation.lock}});
  json.set("attempt", activation.attempt);
  json.set("retries", activation.retries);
  json.set("beyond", activation.beyond);
  json.set("attempt_deadline", put(activation.attempt_deadline));
  json.set("next_at", put(activation.next_at));
  json.set("first_attempt", put(activation.first_attempt));
  json.set("last", put(activation.last));
  json.set("outcome", put(activation.outcome));
  json.set("ongoing", activation.ongoing);
  json.set("probed", activation.probed);
  json.set("children", list(activation.children));
  json.set("next_item", activation.next_item);
  json.set("results", activation.results);
  json.set("armed", list(activation.armed));
  json.set("restarts", activation.restarts);
  json.set("first_try", put(activation.first_try));
  json.set("caught", activation.caught);
  json.set("winner", activation.winner ? Json(*activation.winner) : Json());
  json.set("ending", activation.ending);
  Json filters = Json::array();
  for (auto const filter : activation.filters_taken) filters.push_back(filter);
  json.set("filters_taken", std::move(filters));
  json.set("learned", activation.learned);
  Json queue = Json::array();
  for (auto const& event : activation.queue) queue.push_back(event);
  json.set("queue", std::move(queue));
  Json child = Json::array({activation.child_workflow, activation.child_graph});
  if (activation.child_stops) child.push_back("stops");
  json.set("child", std::move(child));
  Json doubts = Json::array();
  for (auto const& doubt : activation.doubts) {
    doubts.push_back(Json::array({put(doubt.task), doubt.number, doubt.arguments}));
  }
  json.set("doubts", std::move(doubts));
  return json;
}

Json put(std::vector<saga::Lane> const& lanes) {
  Json array = Json::array();
  for (auto const& lane : lanes) array.push_back(Json::array({lane.composite, lane.branch}));
  return array;
}

Json put(Armed const& armed) {
  return Json::object({{"id", put(armed.id)},
                       {"task", put(armed.task)},
                       {"number", armed.number},
                       {"input", armed.input},
                       {"arguments", armed.arguments},
                       {"output", armed.output},
                       {"error", armed.error},
                       {"outcome", put(armed.outcome)},
                       {"frozen", put(armed.frozen)},
                       {"lanes", put(armed.lanes)},
                       {"planned", put(armed.planned)},
                       {"sent", armed.sent},
                       {"child", armed.child}});
}

Json put(Unwinding const& unwinding) {
  Json plan = Json::array();
  for (auto const& undo : unwinding.plan) {
    plan.push_back(Json::object({{"undoes", put(undo.undoes)},
                                 {"status", to_string(undo.status)},
                                 {"scope", put(undo.scope)},
                                 {"attempts", undo.attempts},
                                 {"suspended", undo.suspended},
                                 {"passed", undo.passed},
                                 {"waits_for", undo.waits_for},
                                 {"opens", undo.opens},
                                 {"undo", undo.undo}}));
  }
  Json gates = Json::array();
  for (auto const& gate : unwinding.gates) {
    gates.push_back(Json::array({gate.left, numbers(gate.behind)}));
  }
  return Json::object({{"id", put(unwinding.id)},
                       {"scopes", list(unwinding.scopes)},
                       {"handler", put(unwinding.handler)},
                       {"around", put(unwinding.around)},
                       {"cause", to_string(unwinding.cause.kind)},
                       {"error", unwinding.cause.error},
                       {"reason", unwinding.cause.reason},
                       {"actor", unwinding.cause.actor},
                       {"next", to_string(unwinding.next)},
                       {"retry_delay", Json(unwinding.retry_delay.us)},
                       {"planned", unwinding.planned},
                       {"over", unwinding.over},
                       {"resolved", unwinding.resolved},
                       {"retry_at", put(unwinding.retry_at)},
                       {"plan", plan},
                       {"unsettled", list(unwinding.unsettled)},
                       {"gates", gates},
                       {"startable", numbers(unwinding.startable)},
                       {"suspended", numbers(unwinding.suspended)},
                       {"running", unwinding.running},
                       {"ended", unwinding.ended}});
}

template <class Map>
Json values(Map const& map) {
  Json array = Json::array();
  for (auto const& [key, value] : map) array.push_back(put(value));
  return array;
}

void put_agenda(State const& state, Json& json) {
  Json timers = Json::array();
  for (auto const& timer : state.timers) {
    timers.push_back(
        Json::array({put(timer.at), static_cast<int>(timer.kind), put(timer.activation)}));
  }
  json.set("timers", std::move(timers));
  json.set("ready_scopes", list(state.ready_scopes));
  json.set("ready_activations", list(state.ready_activations));
  json.set("ready_unwindings", list(state.ready_unwindings));
  Json suspensions = Json::array();
  for (auto const& it : state.suspensions) {
    suspensions.push_back(Json::array({put(it.activation), put(it.scope), it.reason}));
  }
  json.set("suspensions", std::move(suspensions));
  json.set("exceptions", state.exceptions);
  json.set("held", state.held ? Json(state.held_reason) : Json());
  if (!state.held_actor.empty()) json.set("held_actor", state.held_actor);
  if (state.held_with_parent) json.set("held_with_parent", true);
}

// What decides whether there is a way back, and what follows the last task.
void put_direction(State const& state, Json& json) {
  json.set("open_pivot", put(state.open_pivot));
  json.set("pivot", Json::array({put(state.pivot), state.pivot_name}));
  Json held = Json::array();
  for (auto const& it : state.kept_causes) {
    held.push_back(Json::array({put(it.activation), to_string(it.cause.kind), it.cause.error,
                                it.cause.reason, it.cause.actor}));
  }
  json.set("kept_causes", std::move(held));
  json.set("finally", put(state.finally));
  if (!state.ending) return;
  auto const& end = *state.ending;
  json.set("ending",
           Json::array({to_string(end.status), end.output, end.error, end.reason, end.actor}));
}

void put_family(State const& state, Json& json) {
  if (auto const& parent = state.parent) {
    json.set("parent", Json::array({parent->run, put(parent->activation), parent->attempt,
                                    parent->one_way, parent->keeps}));
  }
  Json owed = Json::array();
  for (auto const& [id, start] : state.owed) {
    owed.push_back(Json::array({put(id), put(start.task), start.input}));
  }
  json.set("owed", std::move(owed));
  Json undos = Json::array();
  for (auto const& [id, place] : state.child_undos) {
    undos.push_back(Json::array({put(id), put(place.unwinding), place.index}));
  }
  json.set("child_undos", std::move(undos));
}

void put_locks(State const& state, Json& json) {
  Json held = Json::object();
  for (auto const& [name, since] : state.locks) held.set(name, put(since));
  json.set("locks", std::move(held));
  Json requests = Json::array();
  for (auto const& each : state.lock_requests) {
    requests.push_back(Json::array({put(each.activation), each.name, each.withdrawn}));
  }
  json.set("lock_requests", std::move(requests));
}

}  // namespace

Json to_json(State const& state) {
  Json json = Json::object({{"run", state.run},
                            {"graph", state.graph},
                            {"workflow", state.workflow},
                            {"start_key", state.start_key},
                            {"body_digest", state.body_digest},
                            {"input", state.input},
                            {"started", put(state.started)},
                            {"status", to_string(state.status)},
                            {"end", state.end ? Json(to_string(*state.end)) : Json()},
                            {"ended", put(state.ended)},
                            {"output", state.output},
                            {"error", state.error},
                            {"reason", state.reason},
                            {"context", state.context},
                            {"deadline", put(state.deadline)},
                            {"records", Json(state.records)}});
  json.set("next", Json::array({state.next_activation, state.next_scope, state.next_unwinding}));
  json.set("root", put(state.root));
  json.set("scopes", values(state.scopes));
  json.set("activations", values(state.activations));
  json.set("armed", values(state.armed));
  json.set("unwindings", values(state.unwindings));
  json.set("active_unwindings", list(state.active_unwindings));
  json.set("root_unwinding", put(state.root_unwinding));
  put_direction(state, json);
  Json entries = Json::array();
  for (auto const& [task, count] : state.entries)
    entries.push_back(Json::array({put(task), count}));
  json.set("entries", std::move(entries));
  Json taken = Json::array();
  for (auto const& id : state.events_taken) taken.push_back(id);
  json.set("events_taken", std::move(taken));
  put_family(state, json);
  put_locks(state, json);
  put_agenda(state, json);
  return json;
}

}  // namespace skald::runtime
