// Tasks that take and give events.

#include <algorithm>

#include "compiler/lower.hpp"
#include "dsl/jq/jq.hpp"

namespace skald::compiler {

namespace {

using dsl::Code;
using dsl::Node;
using graph::Listen;
using graph::Template;
using Point = Site::Point;

// An attribute of one's own may have any name, and "typ" will hardly be meant as one.
void near_attribute(Lowering& to, Node const& key) {
  // Of the shorter ones, "time" or "data", many good names are near.
  static std::vector<std::string_view> const standard = {"source", "type", "datacontenttype",
                                                         "dataschema", "subject"};
  auto const name = key.text();
  if (name == "time") return;
  if (std::find(standard.begin(), standard.end(), name) != standard.end()) return;
  auto const near = dsl::nearest(name, standard);
  if (near.empty()) return;
  to.report.add(Code::near_a_standard_attribute, key.span,
                "'" + std::string(name) + "' is no attribute of CloudEvents, but nearly named '" +
                    std::string(near) + "'",
                "did you mean '" + std::string(near) + "'?");
}

// CloudEvents: lower-case letters and digits.
void check_attribute(Lowering& to, Node const& key) {
  auto const name = key.text();
  bool const good = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
  if (name == "data_base64") return;
  if (good) return near_attribute(to, key);
  to.report.add(Code::bad_name, key.span,
                "'" + std::string(name) + "' can not be an attribute of an event",
                "CloudEvents allows lower-case letters and digits");
}

// A text that is meant as a regular expression: it has what no type and no URI has.
bool is_pattern(std::string_view text) {
  return text.find_first_of("^$*[(|\\") != std::string_view::npos;
}

// A pattern fits when it matches the whole attribute, or is equal to it.
Template pattern(Lowering& to, Node const& key, Node const& value, Site const& site) {
  auto const text = to_text(value.scalar);
  auto const whole = to_text(Json("^(?:" + std::string(value.text()) + ")$"));
  auto const tried = jq::compile("test(" + whole + ")", {});
  if (tried && jq::evaluate_first(*tried.program, Json(""), {}).error) {
    to.report.add(Code::bad_value, value.span, "this is no regular expression that can be used",
                  "a text with one of ^ $ * [ ( | \\ in it is taken for one");
    return {};
  }
  auto const name = to_text(key.scalar);
  Template result;
  auto made = to.expressions.generated(
      ".[" + name + "] | type == \"string\" and (. == " + text + " or test(" + whole + "))", value,
      site);
  if (!made) return result;
  result.kind = Template::Kind::expression;
  result.expression = std::move(*made);
  return result;
}

graph::EventFilter filter(Lowering& to, Node const& node, Site const& site) {
  graph::EventFilter result;
  Node const& with = get(node, "with");
  for (auto const& [key, value] : with.entries) {
    check_attribute(to, key);
    bool const constant = value.is_string() && !value.text().starts_with("${");
    bool const regular = constant && key.text() != "data" && is_pattern(value.text());
    result.with.push_back({std::string(key.text()), regular ? pattern(to, key, value, site)
                                                            : to.expressions.value(value, site)});
  }
  if (with.is_map() && with.entries.empty()) {
    to.report.add(Code::bad_value, with.span, "an event filter needs at least one attribute");
  }
  for (auto const& [key, value] : get(node, "correlate").entries) {
    graph::EventFilter::Correlation each;
    each.name = key.text();
    if (auto from = to.expressions.bare(get(value, "from"), site)) each.from = std::move(*from);
    if (Node const* expect = value.get("expect")) {
      each.expect = to.expressions.value(*expect, site);
    }
    result.correlate.push_back(std::move(each));
  }
  return result;
}

// one, any or all with its filters.
void strategy(Lowering& to, Node const& node, Site const& site, Listen::Mode& mode,
              std::vector<graph::EventFilter>& filters) {
  if (Node const* one = node.get("one")) filters.push_back(filter(to, *one, site));
  for (auto const each : {Listen::Mode::any, Listen::Mode::all}) {
    Node const* list = node.get(each == Listen::Mode::any ? "any" : "all");
    if (list == nullptr) continue;
    mode = each;
    for (Node const& item : list->items) filters.push_back(filter(to, item, site));
    if (each == Listen::Mode::all && list->is_sequence() && list->items.empty()) {
      to.report.add(Code::bad_value, list->span, "'all' needs at least one event filter",
                    "an empty 'any' takes every event");
    }
  }
}

void until(Lowering& to, Node const& target, Site const& site, Listen& listen) {
  Node const* node = target.get("until");
  if (node == nullptr) return;
  if (listen.mode != Listen::Mode::any) {
    to.report.add(Code::ignored_key, node->span, "'until' has a meaning beside 'any' only",
                  "write 'any' with a list of filters, or leave 'until' out");
    return;
  }
  if (node->is_map()) {
    auto& until = listen.until_events.emplace(Listen::End{});
    strategy(to, *node, site, until.mode, until.filters);
  } else {
    listen.until = to.expressions.bare(*node, site);
  }
}

Listen::Foreach lower_foreach(Lowering& to, TaskInfo const& task, Node const& node) {
  Listen::Foreach result;
  result.item = loop_item(*task.body);
  result.at = loop_index(*task.body);
  if (!task.children.empty()) result.body = task.children[0];
  check_variable(to, node.get("item"));
  check_variable(to, node.get("at"));
  if (result.item == result.at) {
    to.report.add(Code::bad_name, node.span, "item and index of a loop have the same name");
  }
  Site site{task.index, Point::after, {result.item, result.at}, result.body};
  result.output_as = lower_mapping(to, node.get("output"), "as", site);
  result.output_schema = lower_schema(to, node.get("output"));
  site.point = Point::exported;
  result.export_as = lower_mapping(to, node.get("export"), "as", site);
  result.export_schema = lower_schema(to, node.get("export"));
  return result;
}

}  // namespace

void lower_strategy(Lowering& to, Node const& node, Site const& site, Listen& listen) {
  strategy(to, node, site, listen.mode, listen.filters);
  until(to, node, site, listen);
}

Listen lower_listen(Lowering& to, TaskInfo const& task) {
  Node const& header = get(*task.body, "listen");
  Node const& target = get(header, "to");
  Site const site{task.index, Point::inside, {}};
  Listen result;
  lower_strategy(to, target, site, result);
  auto const read = get(header, "read").text();
  if (read == "envelope") result.read = Listen::Read::envelope;
  if (read == "raw") result.read = Listen::Read::raw;
  Node const* each = task.body->get("foreach");
  if (each != nullptr && each->is_map()) result.foreach = lower_foreach(to, task, *each);
  return result;
}

graph::Emit lower_emit(Lowering& to, TaskInfo const& task) {
  Node const& written = get(get(*task.body, "emit"), "event");
  for (auto const& entry : written.entries) {
    if (entry.key.text() == "with") continue;
    to.report.add(Code::ignored_key, entry.key.span,
                  "'" + std::string(entry.key.text()) + "' has no meaning beside 'with'",
                  "attributes and data of the event stand below 'with'");
  }
  Node const& event = get(written, "with");
  for (auto const& entry : event.entries) check_attribute(to, entry.key);
  return graph::Emit{to.expressions.value(event, {task.index, Point::inside, {}})};
}

}  // namespace skald::compiler
