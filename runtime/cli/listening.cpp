#include "runtime/cli/listening.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "dsl/diagnostic.hpp"

namespace skald::cli {
namespace {

using graph::EventFilter;
using graph::Template;

// The filters of the listens that wait now.
std::vector<EventFilter const*> filters_of(Json const& view, graph::StepGraph const& graph) {
  std::vector<EventFilter const*> out;
  if (!view["steps"].is_array()) return out;
  for (auto const& step : view["steps"].items()) {
    bool const waits = step["kind"] == Json("listen") && step["result"] == Json("waiting");
    if (!waits || !step["path"].is_string()) continue;
    auto const* task = graph.find(step["path"].as_string());
    auto const* listen = task == nullptr ? nullptr : std::get_if<graph::Listen>(&task->kind);
    if (listen == nullptr) continue;
    for (auto const& filter : listen->filters) out.push_back(&filter);
    if (!listen->until_events) continue;
    for (auto const& filter : listen->until_events->filters) out.push_back(&filter);
  }
  return out;
}

// Empty: of any type, or of a pattern.
std::string_view type_of(EventFilter const& filter) {
  for (auto const& attribute : filter.with) {
    auto const& value = attribute.value;
    bool const text = value.kind == Template::Kind::constant && value.constant.is_string();
    if (attribute.name == "type" && text) return value.constant.as_string();
  }
  return {};
}

std::vector<std::string_view> types_of(std::vector<EventFilter const*> const& filters) {
  std::vector<std::string_view> out;
  for (auto const* filter : filters) {
    auto const type = type_of(*filter);
    bool const known = std::find(out.begin(), out.end(), type) != out.end();
    if (!type.empty() && !known) out.push_back(type);
  }
  return out;
}

std::string joined(std::vector<std::string_view> const& types) {
  std::string out;
  for (auto const type : types) out += (out.empty() ? "" : " or ") + std::string(type);
  return out;
}

// An expression on the event; what reads more than that can not be told here.
std::optional<Json> on_event(graph::Expression const& expression, Json const& event) {
  auto const& program = expression.code();
  if (!program.variables().empty()) return std::nullopt;
  auto result = jq::evaluate_first(program, event, {});
  if (result.error) return std::nullopt;
  return std::move(result.value);
}

// The text of an expression as it stands in "${ ... }".
std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\r\n";
  auto const begin = std::min(text.find_first_not_of(kSpaces), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(kSpaces) + 1);
}

// What of the event does not fit the filter; empty when that can not be seen from outside.
std::string misfit(EventFilter const& filter, Json const& event) {
  for (auto const& attribute : filter.with) {
    auto const& value = attribute.value;
    auto const& found = event[attribute.name];
    if (value.kind == Template::Kind::constant && found != value.constant) {
      return fmt::format("'{}' must be {} and is {}", attribute.name, to_text(value.constant),
                         to_text(found));
    }
  }
  for (auto const& each : filter.correlate) {
    auto const found = on_event(each.from, event);
    if (!found) continue;
    auto const what = fmt::format("correlate '{}' ({}) gives {}", each.name,
                                  trimmed(each.from.code().text()), to_text(*found));
    auto const* wanted = each.expect ? &*each.expect : nullptr;
    if (wanted == nullptr) continue;
    if (wanted->kind == Template::Kind::expression) {
      return fmt::format("{}, and {} is expected", what, trimmed(wanted->expression.code().text()));
    }
    if (wanted->kind == Template::Kind::constant && wanted->constant != *found) {
      return fmt::format("{}, and {} is expected", what, to_text(wanted->constant));
    }
  }
  return {};
}

}  // namespace

std::string why_not_taken(Json const& view, graph::StepGraph const& graph, Json const& event) {
  auto const filters = filters_of(view, graph);
  if (filters.empty()) return "listens for no event now";
  auto const type = event["type"].is_string() ? event["type"].as_string() : std::string_view();
  for (auto const* filter : filters) {
    auto const wanted = type_of(*filter);
    if (!wanted.empty() && wanted != type) continue;
    auto const what = misfit(*filter, event);
    if (!what.empty()) {
      return fmt::format("listens for {}, but {}", wanted.empty() ? "it" : wanted, what);
    }
    return fmt::format("listens for {}, but this one does not fit ('with', 'correlate')",
                       wanted.empty() ? "such events" : wanted);
  }
  auto const types = types_of(filters);
  auto const near = dsl::nearest(type, types);
  auto text = "listens for " + joined(types) + " now";
  if (!near.empty()) text += fmt::format(" (did you mean '{}'?)", near);
  return text;
}

}  // namespace skald::cli
