#pragma once

// Compares a workflow built in C++ with its YAML form: the same data, allowing the order of keys
// and the white space of expressions to differ, and the same graph once compiled.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "compiler/compiler.hpp"
#include "dsl/yaml/reader.hpp"
#include "skald/builder.hpp"

namespace skald::testing {

// White space outside of strings means nothing in an expression.
inline std::string squeezed_text(std::string_view expression) {
  std::string result;
  bool quoted = false;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    char const c = expression[i];
    if (c == '"' && (i == 0 || expression[i - 1] != '\\')) quoted = !quoted;
    if (quoted || c != ' ') result += c;
  }
  return result;
}

inline Json squeezed(Json const& json) {
  if (json.is_string() && json.as_string().starts_with("${")) {
    return squeezed_text(json.as_string());
  }
  if (json.is_array()) {
    Json result = Json::array();
    for (Json const& item : json.items()) result.push_back(squeezed(item));
    return result;
  }
  if (!json.is_object()) return json;
  Json result = Json::object();
  for (Json::Member const& member : json.members()) {
    result.set(member.key.as_string(), squeezed(member.value));
  }
  return result;
}

inline std::string digest_of(dsl::Document const& document) {
  compiler::Compilation const compiled = compiler::compile(document);
  EXPECT_NE(compiled.graph, nullptr) << dsl::render(compiled.diagnostics);
  return compiled.graph != nullptr ? graph::digest(*compiled.graph).hex() : std::string();
}

// `path` of the YAML form, from the root of the repository.
inline void expect_same(Workflow const& built, std::string const& path) {
  std::ifstream in(std::string(SKALD_SOURCE_DIR) + "/" + path);
  dsl::YamlResult const read = dsl::read_yaml({std::istreambuf_iterator<char>(in), {}}, path);
  ASSERT_TRUE(read.document.has_value()) << dsl::render(read.diagnostics);
  // The canonical text sorts keys: their order means nothing in a map.
  EXPECT_EQ(to_canonical(squeezed(dsl::to_json(built.document().root))),
            to_canonical(squeezed(dsl::to_json(read.document->root))));
  EXPECT_EQ(digest_of(built.document()), digest_of(*read.document));
  auto const exported = dsl::read_yaml(to_yaml(built), "exported");
  ASSERT_TRUE(exported.document.has_value()) << to_yaml(built);
  EXPECT_EQ(digest_of(*exported.document), digest_of(built.document())) << to_yaml(built);
}

}  // namespace skald::testing
