// The examples of the specification and the workflows of its conformance kit: each compiles, or is
// refused as something that is not supported yet. Skipped without SKALD_CONFORMANCE_DIR.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/compiler/compile.hpp"

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
