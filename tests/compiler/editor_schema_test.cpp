// The schema for editors: it is the one in schema/, knows every keyword, and takes what the
// compiler takes.

#include "compiler/editor/editor_schema.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "base/json_schema.hpp"
#include "tests/compiler/compile.hpp"
#include "tests/support/golden.hpp"

namespace skald::testing {
namespace {

namespace fs = std::filesystem;

std::string read_all(fs::path const& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(EditorSchema, IsTheOneInTheRepository) {
  auto const path = fs::path(SKALD_SOURCE_DIR) / "schema/workflow-1.0.3+saga.json";
  auto const text = to_pretty_text(compiler::editor_schema()) + "\n";
  if (golden_detail::updating()) std::ofstream(path, std::ios::binary) << text;
  EXPECT_EQ(read_all(path), text) << "write it anew: skald schema -o json > " << path
                                  << ", or run this test with --update";
}

void expect_texts(compiler::Table const& table, std::set<compiler::Table const*>& seen) {
  if (!seen.insert(&table).second) return;
  for (auto const& key : table.keys) {
    EXPECT_FALSE(compiler::describe_key(table, key.name).empty())
        << "'" << key.name << "' of '" << table.what
        << "' has no text in compiler/editor/descriptions_*.cpp";
    if (key.table != nullptr && key.need != compiler::Need::later) expect_texts(*key.table, seen);
  }
}

TEST(EditorSchema, HasATextForEveryKeyword) {
  std::set<compiler::Table const*> seen;
  expect_texts(compiler::workflow_table(), seen);
  expect_texts(compiler::task_table(), seen);
  for (auto const& call : compiler::standard_calls()) {
    if (call.need != compiler::Need::later) expect_texts(call.with, seen);
  }
  for (auto const& kind : compiler::task_kinds()) expect_texts(kind.table, seen);
}

// How many workflows of a folder the compiler takes; the schema must take each of them.
int check_folder(JsonSchema const& schema, fs::path const& folder, bool refused_too) {
  int count = 0;
  std::error_code missing;
  for (auto const& entry : fs::recursive_directory_iterator(folder, missing)) {
    if (entry.path().extension() != ".yaml") continue;
    auto text = read_all(entry.path());
    if (auto const end = text.find("\n----\n"); end != std::string::npos) text.resize(end + 1);
    auto const compiled = compile_yaml(text);
    if (!compiled.yaml.document || (!compiled.compilation.graph && !refused_too)) continue;
    ++count;
    EXPECT_EQ(schema.check(dsl::to_json(compiled.yaml.document->root)), "") << entry.path();
  }
  return count;
}

JsonSchema compiled_schema() {
  auto schema = JsonSchema::compile(compiler::editor_schema());
  EXPECT_TRUE(schema.ok()) << schema.error().message;
  return std::move(schema).value_or(JsonSchema());
}

TEST(EditorSchema, TakesWhatTheCompilerTakes) {
  auto const schema = compiled_schema();
  auto const root = fs::path(SKALD_SOURCE_DIR);
  EXPECT_GT(check_folder(schema, root / "tests/golden", false), 15);
  EXPECT_GT(check_folder(schema, root / "examples", false), 2);
}

TEST(EditorSchema, TakesTheExamplesOfTheSpecification) {
  char const* given = std::getenv("SKALD_CONFORMANCE_DIR");
  auto const folder = fs::path(given != nullptr ? given : SKALD_CONFORMANCE_DIR) / "ows/examples";
  if (!fs::exists(folder)) GTEST_SKIP() << "set SKALD_CONFORMANCE_DIR to check the examples";
  EXPECT_EQ(check_folder(compiled_schema(), folder, true), 68);
}

std::string refusal(std::string const& tasks) {
  auto const text =
      "document: { dsl: '1.0.3', namespace: a, name: b, version: '1.0.0' }\ndo: " + tasks;
  auto const read = dsl::read_yaml(text, "text");
  return compiled_schema().check(dsl::to_json(read.document->root));
}

TEST(EditorSchema, RefusesWhatTheCompilerRefuses) {
  EXPECT_EQ(refusal("[ { a: { set: { x: 1 } } } ]"), "");
  EXPECT_NE(refusal("[ { a: { sett: { x: 1 } } } ]"), "");
  EXPECT_NE(refusal("[ { a: { set: { x: 1 }, call: http } } ]"), "");
  EXPECT_NE(refusal("[ { a: { call: http, with: { method: get } } } ]"), "");
  EXPECT_NE(refusal("[ { a: { for: { in: .x } } } ]"), "");
  EXPECT_NE(refusal("[ { a: { set: {} }, b: { set: {} } } ]"), "");
}

}  // namespace
}  // namespace skald::testing
