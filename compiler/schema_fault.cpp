#include "compiler/schema_fault.hpp"

#include <algorithm>
#include <array>

#include "base/json_schema.hpp"

namespace skald::compiler {

namespace {

using dsl::Node;

bool refused(Json schema, std::string_view message) {
  auto const compiled = JsonSchema::compile(std::move(schema));
  return !compiled.ok() && compiled.error().message == message;
}

// Below these keys the names are the author's, and each value is a schema.
bool holds_names(std::string_view key) {
  constexpr std::array<std::string_view, 4> kKeys = {"properties", "patternProperties",
                                                     "definitions", "dependencies"};
  return std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end();
}

// Nothing below these is a schema.
bool holds_data(std::string_view key) {
  return key == "const" || key == "enum" || key == "default" || key == "examples";
}

Node const* refused_item(Node const& list, std::string_view message) {
  for (Node const& item : list.items) {
    if (item.is_map() && refused(dsl::to_json(item), message)) return &item;
  }
  return nullptr;
}

Node const* refused_value(Node const& map, std::string_view message) {
  for (auto const& [name, value] : map.entries) {
    if (value.is_map() && refused(dsl::to_json(value), message)) return &value;
  }
  return nullptr;
}

// A schema within this one.
Node const* refused_part(Node const& schema, std::string_view message) {
  for (auto const& [key, value] : schema.entries) {
    if (holds_data(key.text())) continue;
    Node const* found = nullptr;
    if (holds_names(key.text())) {
      found = refused_value(value, message);
    } else if (value.is_sequence()) {
      found = refused_item(value, message);
    } else if (value.is_map() && refused(dsl::to_json(value), message)) {
      found = &value;
    }
    if (found != nullptr) return found;
  }
  return nullptr;
}

}  // namespace

Node const& schema_fault(Node const& schema, std::string_view message) {
  Node const* at = &schema;
  while (Node const* part = refused_part(*at, message)) at = part;
  // The keyword without which it would not be refused so.
  Json const whole = dsl::to_json(*at);
  for (auto const& [key, value] : at->entries) {
    Json rest = whole;
    rest.erase(key.text());
    if (!refused(std::move(rest), message)) return value;
  }
  return *at;
}

}  // namespace skald::compiler
