// Events: what a listen takes, what an emit gives.

#include <algorithm>

#include "runtime/machine/decision.hpp"
#include "runtime/machine/tree.hpp"

namespace skald::runtime {

// The values that correlations expect are evaluated once, when the task begins.
void Decision::enter_listen(graph::Listen const& kind, TaskEntered entered, Place const& place) {
  Json expected = Json::array();
  for (auto const& filter : kind.filters) {
    Json values = Json::object();
    for (auto const& correlation : filter.correlate) {
      if (!correlation.expect) continue;
      auto value = expressions_.evaluate(*correlation.expect, place.input, place);
      if (!value) return fail(place.scope, *place.task, std::move(value.json));
      values.set(correlation.name, std::move(value.json));
    }
    expected.push_back(std::move(values));
  }
  entered.detail = std::move(expected);
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
  if (given.json.is_object()) {
    for (auto const& member : given.json.members()) event.set(member.key.as_string(), member.value);
  }
  entered.detail = std::move(event);
  add(std::move(entered));
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

// True when the listener took the event.
bool Decision::offer(Activation const& listener, graph::Listen const& kind, Json const& event) {
  auto const id = listener.id;
  for (std::size_t i = 0; i < kind.filters.size(); ++i) {
    bool const taken = std::any_of(
        listener.events.items().begin(), listener.events.items().end(),
        [i](Json const& item) { return item["filter"].as_number() == static_cast<double>(i); });
    if (taken || !event_fits(listener, i, event)) continue;
    add(EventTaken{id, static_cast<std::uint32_t>(i), event});
    listened(activation_of(state_, id), kind);
    return true;
  }
  return false;
}

bool Decision::event_fits(Activation const& listener, std::size_t filter_index, Json const& event) {
  auto const& kind = std::get<graph::Listen>(task_of(listener).kind);
  auto const& filter = kind.filters[filter_index];
  auto const place = place_of(listener);
  for (auto const& attribute : filter.with) {
    auto const& found = event[attribute.name];
    if (attribute.value.kind == graph::Template::Kind::constant) {
      if (found != attribute.value.constant) return false;
      continue;
    }
    auto const& data = attribute.name == "data" ? found : event;
    auto const value = expressions_.evaluate(attribute.value, data, place);
    if (!value) return false;
    bool const fits = value.json.is_boolean() ? value.json.as_boolean() : value.json == found;
    if (!fits) return false;
  }
  for (auto const& correlation : filter.correlate) {
    auto const value = expressions_.evaluate(correlation.from, event, place);
    if (!value) return false;
    auto const* expected = listener.detail[filter_index].find(correlation.name);
    if (expected != nullptr && value.json != *expected) return false;
  }
  return true;
}

// Ends the task when it has what it wants.
void Decision::listened(Activation const& listener, graph::Listen const& kind) {
  bool const all = kind.mode == graph::Listen::Mode::all;
  if (all && listener.events.size() < kind.filters.size()) return;
  Json output = Json::array();
  for (auto const& item : listener.events.items()) {
    auto const& event = item["event"];
    output.push_back(kind.read == graph::Listen::Read::data ? event["data"] : event);
  }
  complete(listener.id, std::move(output), task_of(listener).then);
}

}  // namespace skald::runtime
