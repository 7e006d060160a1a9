#include "runtime/machine/event_match.hpp"

#include <algorithm>

namespace skald::runtime {
namespace {

// A part of an event against what is wanted of it: a constant is equal, an expression is true, or
// gives what was found. Expressions see `data`.
bool part_fits(Expressions const& expressions, graph::Template const& wanted, Json const* found,
               Json const& data, Place const& place) {
  using Kind = graph::Template::Kind;
  switch (wanted.kind) {
    case Kind::constant: return found != nullptr && *found == wanted.constant;
    case Kind::expression: {
      auto const value = expressions.evaluate(wanted.expression, data, place);
      if (!value) return false;
      if (value.json.is_boolean()) return value.json.as_boolean();
      return found != nullptr && value.json == *found;
    }
    case Kind::object:
      return found != nullptr && found->is_object() && found->size() == wanted.members.size() &&
             std::all_of(wanted.members.begin(), wanted.members.end(), [&](auto const& member) {
               return part_fits(expressions, member.value, found->find(member.key), data, place);
             });
    case Kind::array: {
      if (found == nullptr || !found->is_array() || found->size() != wanted.items.size()) {
        return false;
      }
      for (std::size_t i = 0; i < wanted.items.size(); ++i) {
        if (!part_fits(expressions, wanted.items[i], &(*found)[i], data, place)) return false;
      }
      return true;
    }
  }
  return false;
}

bool attributes_fit(Expressions const& expressions, graph::EventFilter const& filter,
                    Json const& event, Place const& place) {
  return std::all_of(filter.with.begin(), filter.with.end(), [&](auto const& attribute) {
    auto const* found = event.find(attribute.name);
    bool const data = attribute.name == "data";
    static Json const kNothing;
    auto const& seen = data ? (found != nullptr ? *found : kNothing) : event;
    return part_fits(expressions, attribute.value, found, seen, place);
  });
}

// What a correlation without an `expect` of its own has to be: what an earlier event fixed, or
// what another filter expects under the same name; nullptr when this event fixes it.
Json const* known_value(EventDemand const& demand, std::string const& name) {
  if (auto const* learned = demand.learned.find(name)) return learned;
  if (!demand.expected.is_array()) return nullptr;
  for (auto const& values : demand.expected.items()) {
    if (auto const* value = values.find(name)) return value;
  }
  return nullptr;
}

}  // namespace

Value expected_values(Expressions const& expressions,
                      std::vector<graph::EventFilter> const& filters, Json const& data,
                      Place const& place) {
  Json expected = Json::array();
  for (auto const& filter : filters) {
    Json values = Json::object();
    for (auto const& correlation : filter.correlate) {
      if (!correlation.expect) continue;
      auto value = expressions.evaluate(*correlation.expect, data, place);
      if (!value) return value;
      values.set(correlation.name, std::move(value.json));
    }
    expected.push_back(std::move(values));
  }
  return {std::move(expected)};
}

EventMatch match_event(Expressions const& expressions, EventDemand const& demand, std::size_t index,
                       std::size_t first, Json const& event, Place const& place) {
  auto const& filter = demand.filters[index];
  if (!attributes_fit(expressions, filter, event, place)) return {};
  EventMatch match;
  auto const& expected = demand.expected[first + index];
  for (auto const& correlation : filter.correlate) {
    auto value = expressions.evaluate(correlation.from, event, place);
    if (!value) return {};
    auto const* wanted = expected.find(correlation.name);
    if (wanted == nullptr) wanted = known_value(demand, correlation.name);
    if (wanted != nullptr && value.json != *wanted) return {};
    if (wanted != nullptr) continue;
    if (value.json.is_null()) return {};  // an event without the value belongs to nothing
    match.learned.set(correlation.name, std::move(value.json));
  }
  match.fits = true;
  return match;
}

Json read_event(graph::Listen::Read read, Json const& event) {
  if (read == graph::Listen::Read::envelope) return event;
  auto const* binary = event.find("data_base64");
  return read == graph::Listen::Read::raw && binary != nullptr ? *binary : event["data"];
}

std::uint32_t first_until_filter(std::vector<graph::EventFilter> const& filters) {
  return static_cast<std::uint32_t>(std::max<std::size_t>(filters.size(), 1));
}

bool satisfied(graph::Listen::Mode mode, std::size_t filters, std::uint32_t first,
               std::set<std::uint32_t> const& taken) {
  auto const begin = taken.lower_bound(first);
  auto const end =
      taken.lower_bound(first + std::max<std::uint32_t>(static_cast<std::uint32_t>(filters), 1));
  auto const count = static_cast<std::size_t>(std::distance(begin, end));
  return mode == graph::Listen::Mode::all ? count >= filters : count > 0;
}

bool has_enough(graph::Listen const& listen, std::set<std::uint32_t> const& taken) {
  if (listen.until) return false;
  if (!listen.until_events) return satisfied(listen.mode, listen.filters.size(), 0, taken);
  auto const& end = *listen.until_events;
  return satisfied(end.mode, end.filters.size(), first_until_filter(listen.filters), taken);
}

}  // namespace skald::runtime
