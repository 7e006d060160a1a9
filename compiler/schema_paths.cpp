#include "compiler/schema_paths.hpp"

#include <algorithm>
#include <array>

namespace skald::compiler {

namespace {

using dsl::Node;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

class PathReader {
 public:
  PathReader(std::string_view program, std::size_t at) : program_(program), at_(at) {}

  std::vector<PathStep> steps() {
    std::vector<PathStep> path;
    while (true) {
      if (peek() == '?') ++at_;
      if (peek() == '.' && is_letter(peek(1))) {
        ++at_;
        path.push_back(name());
      } else if (peek() == '[' && peek(1) == '"') {
        auto const end = program_.find('"', at_ + 2);
        bool const plain = end != std::string_view::npos && peek_at(end + 1) == ']';
        auto const inner = plain ? program_.substr(at_ + 2, end - at_ - 2) : std::string_view{};
        if (!plain || inner.find('\\') != std::string_view::npos) return path;
        path.push_back({std::string(inner), {at_ + 2, end}});
        at_ = end + 2;
      } else {
        return path;
      }
    }
  }

  // Behind a path: "| {id, total}", names alone. Empty for anything else.
  std::vector<PathStep> picked() {
    skip();
    if (peek() != '|' || peek(1) == '=') return {};
    ++at_;
    skip();
    if (peek() != '{') return {};
    ++at_;
    std::vector<PathStep> names;
    while (true) {
      skip();
      if (!is_letter(peek())) return {};
      names.push_back(name());
      skip();
      if (peek() == '}') return names;
      if (peek() != ',') return {};
      ++at_;
    }
  }

 private:
  char peek(std::size_t ahead = 0) const { return peek_at(at_ + ahead); }
  char peek_at(std::size_t at) const { return at < program_.size() ? program_[at] : '\0'; }
  void skip() {
    while (peek() == ' ' || peek() == '\n' || peek() == '\t' || peek() == '\r') ++at_;
  }
  PathStep name() {
    std::size_t const begin = at_;
    while (is_letter(peek()) || (peek() >= '0' && peek() <= '9')) ++at_;
    return {std::string(program_.substr(begin, at_ - begin)), {begin, at_}};
  }

  std::string_view program_;
  std::size_t at_;
};

// An object whose properties are all known.
Node const* known_properties(Node const& schema) {
  static constexpr std::array<std::string_view, 10> kOpen{"allOf",
                                                          "anyOf",
                                                          "oneOf",
                                                          "$ref",
                                                          "if",
                                                          "not",
                                                          "dependencies",
                                                          "patternProperties",
                                                          "dependentSchemas",
                                                          "$dynamicRef"};
  if (!schema.is_map()) return nullptr;
  bool const open = std::any_of(kOpen.begin(), kOpen.end(),
                                [&](std::string_view key) { return schema.find(key) != nullptr; });
  Node const* more = schema.get("additionalProperties");
  bool const closed = more == nullptr || (more->is_scalar() && more->scalar == Json(false));
  Node const* properties = schema.get("properties");
  bool const usable = !open && closed && properties != nullptr && properties->is_map();
  return usable ? properties : nullptr;
}

}  // namespace

std::vector<std::vector<PathStep>> paths_behind(std::string_view program, std::size_t at) {
  PathReader reader(program, at);
  auto const path = reader.steps();
  auto const picked = reader.picked();
  std::vector<std::vector<PathStep>> paths;
  for (PathStep const& each : picked) {
    paths.push_back(path);
    paths.back().push_back(each);
  }
  if (paths.empty() && !path.empty()) paths.push_back(path);
  return paths;
}

std::vector<std::vector<PathStep>> leading_paths(std::string_view program) {
  auto const first = program.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || program[first] != '.') return {};
  bool const member = first + 1 < program.size() && is_letter(program[first + 1]);
  return paths_behind(program, member ? first : first + 1);
}

std::vector<MissingProperty> missing_properties(Node const& schema,
                                                std::vector<PathStep> const& path) {
  Node const* at = &schema;
  for (PathStep const& step : path) {
    Node const* properties = at == nullptr ? nullptr : known_properties(*at);
    if (properties == nullptr) return {};
    at = properties->get(step.name);
    if (at == nullptr) return {{step, properties}};
  }
  return {};
}

}  // namespace skald::compiler
