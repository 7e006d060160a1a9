// Events: what a listen takes, what an emit gives.

#include "runtime/machine/decision.hpp"
#include "runtime/machine/errors.hpp"
#include "runtime/machine/event_match.hpp"
#include "runtime/machine/tree.hpp"

namespace skald::runtime {

// The values that correlations expect are evaluated once, when the task begins.
void Decision::enter_listen(graph::Listen const& kind, TaskEntered entered, Place const& place) {
  auto expected = expected_values(expressions_, kind.filters, place.input, place);
  if (expected && kind.until_events) {
    // Those of `until` stand behind those of the strategy.
    auto more = expected_values(expressions_, kind.until_events->filters, place.input, place);
    if (!more) return fail(place.scope, *place.task, std::move(more.json));
    for (auto const& values : more.json.items()) expected.json.push_back(values);
  }
  if (!expected) return fail(place.scope, *place.task, std::move(expected.json));
  entered.detail = std::move(expected.json);
  if (set_deadline(entered, place)) add(std::move(entered));
}

void Decision::enter_emit(graph::Emit const& kind, TaskEntered entered, Place const& place) {
  auto given = expressions_.evaluate(kind.event, place.input, place);
  if (!given) return fail(place.scope, *place.task, std::move(given.json));
  Json event = Json::object();
  event.set("specversion", "1.0");
  event.set("id", effect_key(graph_, state_, entered.task, entered.number));
  event.set("source", "skald:" + graph_.id.ns + "/" + graph_.id.name);
  event.set("type", "skald.event");
  event.set("time", to_iso8601(input_.now));
  for (auto const& [key, value] : given.json.members()) {
    auto const name = key.as_string();
    bool const text = value.is_string() || value.is_number() || value.is_boolean();
    if (name != "data" && value.is_null()) continue;  // as if it were not there
    if (name != "data" && !text) {
      return fail(place.scope, *place.task,
                  make_error("expression", 400, "Expression Error",
                             "the attribute '" + std::string(name) +
                                 "' of an event must be a text, not " + to_text(value),
                             place.task->path));
    }
    bool const as_text = !value.is_string() &&
                         (name == "id" || name == "source" || name == "type" || name == "subject");
    event.set(name, as_text ? Json(to_text(value)) : value);
  }
  entered.detail = std::move(event);
  if (set_deadline(entered, place)) add(std::move(entered));
}

void Decision::operator()(EventAccepted const& input) {
  auto const found = state_.activations.find(input.activation);
  bool const open = found != state_.activations.end() && found->second.phase == Phase::open &&
                    std::holds_alternative<graph::Emit>(task_of(found->second).kind);
  if (!open) return ignore("no event of that activation is being published");
  add(EventPublished{input.activation});
}

void Decision::operator()(EventArrived const& input) {
  if (state_.events_taken.contains(event_identity(input.event))) {
    return ignore("the run has already taken this event");
  }
  for (auto const& [id, listener] : state_.activations) {
    if (listener.phase != Phase::waiting || stopped(state_, listener.scope)) continue;
    auto const* kind = std::get_if<graph::Listen>(&task_of(listener).kind);
    if (kind != nullptr && offer(listener, *kind, input.event)) return;
  }
  ignore("nothing in the run listens for this event");
}

// True when the listener took the event. What would end it is asked first: such an event is no
// part of the output.
bool Decision::offer(Activation const& listener, graph::Listen const& kind, Json const& event) {
  if (has_enough(kind, listener.filters_taken)) return false;
  auto const first = first_until_filter(kind.filters);
  if (kind.until_events) {
    auto const& end = *kind.until_events;
    EventDemand const demand{end.filters, listener.detail, listener.learned};
    if (take(listener, demand, end.mode, first, event)) return true;
  }
  EventDemand const demand{kind.filters, listener.detail, listener.learned};
  return take(listener, demand, kind.mode, 0, event);
}

bool Decision::take(Activation const& listener, EventDemand const& demand, graph::Listen::Mode mode,
                    std::uint32_t first, Json const& event) {
  auto const id = listener.id;
  auto const& kind = std::get<graph::Listen>(task_of(listener).kind);
  auto const place = place_of(listener);
  bool const every = mode == graph::Listen::Mode::any && demand.filters.empty();
  if (every) {
    add(EventTaken{id, first, event, {}});
    listened(activation_of(state_, id), kind, false);
    return true;
  }
  for (std::uint32_t i = 0; i < demand.filters.size(); ++i) {
    bool const has_one = listener.filters_taken.contains(first + i);
    if (has_one && mode == graph::Listen::Mode::all) continue;
    auto match =
        match_event(expressions_, demand, i, first == 0 ? 0 : kind.filters.size(), event, place);
    if (!match.fits) continue;
    add(EventTaken{id, first + i, event, std::move(match.learned)});
    listened(activation_of(state_, id), kind, false);
    return true;
  }
  return false;
}

// After an event, or after what was done with one: ends the task when it has what it wants. With a
// foreach the end of an item decides; what still waits for its turn is given back.
void Decision::listened(Activation const& listener, graph::Listen const& kind, bool item_ended) {
  auto const& task = task_of(listener);
  bool over = listener.ending;
  if (kind.until && !over) {
    if (kind.foreach && !item_ended) return;
    auto const until = expressions_.test(*kind.until, listener.results, place_of(listener));
    if (!until) return fail(listener.scope, task, until.json);
    over = until.json.as_boolean();
  } else if (!over) {
    over = listener.queue.empty() && listener.children.empty() &&
           has_enough(kind, listener.filters_taken);
  }
  if (over) complete(listener.id, listener.results, task.then);
}

// The tasks of one event are done: its output, and what it exports.
void Decision::end_event(Scope const& item, Activation const& listener) {
  auto const& task = task_of(listener);
  auto const& kind = std::get<graph::Listen>(task.kind);
  auto const& foreach = *kind.foreach;
  auto const id = listener.id;
  bool const has_tasks = !graph_.list(foreach.body).tasks.empty();
  auto place = place_of(listener);
  place.scope = item.id;
  ScopeEnded fact{item.id, item.variables[foreach.item], std::nullopt};
  auto const& raw = has_tasks ? item.data : fact.output;
  place.raw_output = place.output = raw;
  Json error;
  if (foreach.output_as) {
    auto output = expressions_.evaluate(*foreach.output_as, raw, place);
    (output ? fact.output : error) = std::move(output.json);
  }
  if (error.is_null())
    error = schema_error(foreach.output_schema, fact.output, "output", task.path);
  if (error.is_null() && foreach.export_as) {
    place.output = fact.output;
    auto context = expressions_.evaluate(*foreach.export_as, fact.output, place);
    if (context) {
      error = schema_error(foreach.export_schema, context.json, "export", task.path);
      fact.context = std::move(context.json);
    } else {
      error = std::move(context.json);
    }
  }
  if (!error.is_null()) return fail(listener.scope, task, std::move(error));
  add(std::move(fact));
  listened(activation_of(state_, id), kind, true);
}

}  // namespace skald::runtime
