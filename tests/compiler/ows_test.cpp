// The examples of the specification and the workflows of its conformance kit: each compiles, or is
// refused as something that is not supported yet; docs/ows-examples.md says which (--update writes
// it). Skipped without SKALD_CONFORMANCE_DIR.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "tests/compiler/compile.hpp"
#include "tests/support/golden.hpp"

namespace skald::testing {
namespace {

namespace fs = std::filesystem;

struct Counts {
  int compiled = 0;
  int refused = 0;
};

std::string read_file(fs::path const& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Of the build, or of the environment.
fs::path conformance() {
  char const* given = std::getenv("SKALD_CONFORMANCE_DIR");
  return given != nullptr ? given : SKALD_CONFORMANCE_DIR;
}

std::vector<fs::path> files(char const* folder, char const* ending) {
  std::vector<fs::path> found;
  std::error_code missing;
  for (auto const& entry : fs::directory_iterator(conformance() / "ows" / folder, missing)) {
    if (entry.path().extension() == ending) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

void try_one(std::string const& name, std::string const& text, Counts& counts) {
  auto const compiled = compile_yaml(text);
  if (compiled.compilation.graph) {
    ++counts.compiled;
    auto const again = graph::from_json(graph::to_json(*compiled.compilation.graph));
    ASSERT_TRUE(again.ok()) << name << ": " << again.error().message;
    EXPECT_EQ(graph::digest(*again), graph::digest(*compiled.compilation.graph)) << name;
    return;
  }
  ++counts.refused;
  for (auto const& each : compiled.diagnostics()) {
    bool const allowed = each.code == dsl::Code::not_supported ||
                         dsl::severity_of(each.code) != dsl::Severity::error;
    EXPECT_TRUE(allowed) << name << "\n" << dsl::render({each});
  }
}

// What the examples' documents hold of what they call.
Result<Json> read_example(compiler::Resource const& resource) {
  if (resource.uri == "https://petstore.swagger.io/v2/swagger.json") {
    return parse_json(R"({ "swagger": "2.0", "host": "petstore.swagger.io", "basePath": "/v2",
      "paths": { "/pet/findByStatus": { "get": { "operationId": "findPetsByStatus", "parameters": [
        { "name": "status", "in": "query", "required": true, "type": "array",
          "collectionFormat": "multi", "items": { "type": "string" } } ] } } } })");
  }
  return parse_json(R"({ "openapi": "3.0.3", "servers": [ { "url": "http://myorg.io" } ],
    "paths": { "/log": { "post": { "operationId": "logreading" } },
               "/report": { "post": { "operationId": "produceReport" } } } })");
}

// One line of the table in docs/ows-examples.md.
std::string line_of(std::string const& name, Compiled const& compiled) {
  std::string line = "| `" + name + "` | ";
  if (compiled.compilation.graph) return line + "runs | |\n";
  line += "refused |";
  std::set<std::string> said;
  for (auto const& each : compiled.diagnostics()) {
    if (each.code != dsl::Code::not_supported || !said.insert(each.message).second) continue;
    line += (said.size() > 1 ? "<br>" : "") + (" line " + std::to_string(each.span.line)) + ": " +
            each.message + (each.hint.empty() ? "" : "; " + each.hint);
  }
  return line + " |\n";
}

TEST(OpenWorkflow, TheListOfExamplesInTheDocumentsIsTrue) {
  auto const examples = files("examples", ".yaml");
  if (examples.empty()) GTEST_SKIP() << "set SKALD_CONFORMANCE_DIR to run the official examples";
  compiler::Options options;
  options.documents = read_example;
  std::string table;
  std::size_t running = 0;
  for (auto const& path : examples) {
    auto const compiled = compile_yaml(read_file(path), options);
    table += line_of(path.filename().string(), compiled);
    if (compiled.compilation.graph) ++running;
  }
  std::string text =
      "# The examples of the Open Workflow Specification\n\n"
      "What skald makes of each of the " +
      std::to_string(examples.size()) +
      " examples of the specification (1.0.3): " + std::to_string(running) +
      " run, the others are\nrefused by `skald check`, before anything runs, with the reasons "
      "below. A test generates this\npage and compares it; two others run the examples against "
      "stand-ins and on a virtual clock. \"Runs\"\nalso has examples that end in an error of their "
      "own, such as `.data` of an array of events.\n\n| example | | why, and what to do instead "
      "|\n|---|---|---|\n" +
      table;
  auto const page = fs::path(SKALD_SOURCE_DIR) / "docs/ows-examples.md";
  if (golden_detail::updating()) std::ofstream(page, std::ios::binary) << text;
  EXPECT_EQ(read_file(page), text) << "write it anew: compiler_test --update";
}

void print(char const* what, Counts const& counts) {
  std::printf("%s: %d compile, %d are refused as not supported yet\n", what, counts.compiled,
              counts.refused);
}

TEST(OpenWorkflow, ExamplesCompileOrAreNotSupportedYet) {
  auto const examples = files("examples", ".yaml");
  if (examples.empty()) GTEST_SKIP() << "set SKALD_CONFORMANCE_DIR to run the official examples";
  Counts counts;
  for (auto const& path : examples) try_one(path.filename(), read_file(path), counts);
  print("examples", counts);
  EXPECT_GE(counts.compiled, 30);
}

// The kit's workflows stand in its features between triple quotes, indented by four.
std::vector<std::string> workflows_of(std::string const& feature) {
  std::vector<std::string> found;
  std::string const begin = "a workflow with definition:";
  for (auto at = feature.find(begin); at != std::string::npos; at = feature.find(begin, at)) {
    at = feature.find("\"\"\"yaml\n", at) + 8;
    auto const end = feature.find("    \"\"\"", at);
    std::string text;
    for (auto line = at; line < end;) {
      auto const next = std::min(feature.find('\n', line), end);
      auto const part = feature.substr(line, next - line);
      text += part.substr(std::min<std::size_t>(4, part.size())) + "\n";
      line = next + 1;
    }
    found.push_back(std::move(text));
  }
  return found;
}

TEST(OpenWorkflow, WorkflowsOfTheConformanceKitCompileOrAreNotSupportedYet) {
  auto const features = files("ctk", ".feature");
  if (features.empty()) GTEST_SKIP() << "set SKALD_CONFORMANCE_DIR to run the conformance kit";
  Counts counts;
  for (auto const& path : features) {
    for (auto const& text : workflows_of(read_file(path))) try_one(path.filename(), text, counts);
  }
  print("conformance kit", counts);
  EXPECT_GE(counts.compiled, 19);
}

}  // namespace
}  // namespace skald::testing
