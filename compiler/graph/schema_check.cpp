#include "compiler/graph/schema_check.hpp"

#include <algorithm>
#include <map>

namespace skald::graph {

namespace {

constexpr int kDeepest = 200;
constexpr std::size_t kMostSchemas = 10'000;  // applied to one value

class SchemaCheck {
 public:
  explicit SchemaCheck(Json const& root) : root_(root) {}

  std::string run() {
    walk(root_, 0);
    return problem_;
  }

 private:
  static constexpr std::size_t kOpen = 0;

  // Everything in the document: a schema may stand anywhere, as the target of a reference.
  void walk(Json const& value, int depth) {
    if (depth > kDeepest) problem_ = "it is nested too deeply";
    if (!problem_.empty()) return;
    if (value.is_array()) {
      for (Json const& item : value.items()) walk(item, depth + 1);
      return;
    }
    if (!value.is_object()) return;
    in_place(value, 0);
    for (auto const& member : value.members()) walk(member.value, depth + 1);
  }

  // Follows the keywords whose schemas are applied to the same value, and counts them. Coming back
  // to one that is open would never end; a schema that is used twice counts twice.
  std::size_t in_place(Json const& schema, int depth) {
    if (!schema.is_object() || !problem_.empty()) return 0;
    if (depth > kDeepest) return fail("its references are nested too deeply");
    auto const [known, is_new] = costs_.emplace(&schema, kOpen);
    if (!is_new) {
      return known->second == kOpen ? fail("a reference leads back to itself") : known->second;
    }
    std::size_t cost = 1;
    for (auto const* key : {"allOf", "anyOf", "oneOf"}) {
      if (!schema[key].is_array()) continue;
      for (Json const& each : schema[key].items()) cost += in_place(each, depth + 1);
    }
    for (auto const* key : {"not", "if", "then", "else"}) cost += in_place(schema[key], depth + 1);
    for (auto const* key : {"dependencies", "dependentSchemas"}) {
      if (!schema[key].is_object()) continue;
      for (auto const& member : schema[key].members()) cost += in_place(member.value, depth + 1);
    }
    if (schema["$ref"].is_string()) cost += reference(schema["$ref"].as_string(), depth);
    if (cost > kMostSchemas) return fail("its references multiply");
    costs_[&schema] = cost;
    return cost;
  }

  std::size_t reference(std::string_view text, int depth) {
    if (!text.starts_with('#')) return fail("it refers to another document");
    Json const* target = find(text.substr(1));
    return target == nullptr ? 0 : in_place(*target, depth + 1);
  }

  std::size_t fail(char const* problem) {
    problem_ = problem;
    return 0;
  }

  // The value at a JSON pointer, or nullptr.
  Json const* find(std::string_view pointer) const {
    Json const* at = &root_;
    while (!pointer.empty() && at != nullptr) {
      if (pointer[0] != '/') return nullptr;
      auto const end = std::min(pointer.find('/', 1), pointer.size());
      std::string const step = unescaped(pointer.substr(1, end - 1));
      pointer.remove_prefix(end);
      if (!at->is_array()) {
        at = at->find(step);
        continue;
      }
      std::size_t index = 0;
      for (char const c : step) {
        if (c < '0' || c > '9' || index > 1'000'000) return nullptr;
        index = index * 10 + static_cast<std::size_t>(c - '0');
      }
      at = index < at->size() ? &(*at)[index] : nullptr;
    }
    return at;
  }

  static std::string unescaped(std::string_view step) {
    std::string out;
    for (std::size_t i = 0; i < step.size(); ++i) {
      bool const escape = step[i] == '~' && i + 1 < step.size();
      out += escape ? (step[++i] == '1' ? '/' : '~') : step[i];
    }
    return out;
  }

  Json const& root_;
  std::map<Json const*, std::size_t> costs_;  // of schemas seen; kOpen while they are followed
  std::string problem_;
};

}  // namespace

std::string unsafe_schema(Json const& schema) {
  return SchemaCheck(schema).run();
}

}  // namespace skald::graph
