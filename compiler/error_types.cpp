// The types of errors that a catch names: a URI that no error has catches nothing.

#include <algorithm>
#include <array>
#include <set>

#include "compiler/lower.hpp"

namespace skald::compiler {

namespace {

using dsl::Code;
using dsl::Node;

constexpr std::string_view kStandard = "https://open-workflow-specification.org/spec/1.0.0/errors/";
constexpr std::array<std::string_view, 8> kNames = {"configuration",  "validation",    "expression",
                                                    "authentication", "authorization", "timeout",
                                                    "communication",  "runtime"};

void take_type(Node const* error, std::set<std::string_view>& types) {
  Node const* type = error == nullptr || !error->is_map() ? nullptr : error->get("type");
  if (type != nullptr && type->is_string()) types.insert(type->text());
}

// Those that the workflow itself raises.
std::set<std::string_view> own_types(Outline const& outline) {
  std::set<std::string_view> types;
  Node const* use = outline.document->root.get("use");
  Node const* errors = use == nullptr ? nullptr : use->get("errors");
  if (errors != nullptr) {
    for (auto const& entry : errors->entries) take_type(&entry.value, types);
  }
  for (auto const& task : outline.tasks) {
    if (task.kind == Kind::raise) take_type(get(*task.body, "raise").get("error"), types);
  }
  return types;
}

std::string way_out(std::string_view type) {
  auto const name = type.substr(type.rfind('/') + 1);
  auto const near = dsl::nearest(name, {kNames.begin(), kNames.end()});
  if (!near.empty()) return "write " + std::string(kStandard) + std::string(near);
  std::string list;
  for (auto const each : kNames) list += (list.empty() ? "" : ", ") + std::string(each);
  return "the standard ones are " + std::string(kStandard) + "NAME, with the names " + list;
}

}  // namespace

void check_error_types(Outline const& outline, Report& report) {
  auto const own = own_types(outline);
  for (auto const& task : outline.tasks) {
    if (task.kind != Kind::try_ || task.body == nullptr) continue;
    Node const& with = get(get(get(*task.body, "catch"), "errors"), "with");
    Node const* type = with.is_map() ? with.get("type") : nullptr;
    if (type == nullptr || !type->is_string() || type->text().starts_with("${")) continue;
    bool const is_uri = type->text().find(':') != std::string_view::npos;
    if (is_uri || own.contains(type->text())) continue;
    report.add(Code::unknown_error_type, type->span,
               "no error has the type '" + std::string(type->text()) + "': types are URIs",
               way_out(type->text()));
  }
}

}  // namespace skald::compiler
