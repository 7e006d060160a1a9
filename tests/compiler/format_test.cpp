// Formatting changes nothing that counts: the digest stays, and twice is once. Over every workflow
// that the tests have, and the specification's examples when they are given.

#include "dsl/format/format.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/compiler/compile.hpp"

namespace skald::testing {
namespace {

namespace fs = std::filesystem;

std::string first_section(fs::path const& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (auto const end = text.find("\n----\n"); end != std::string::npos) text.resize(end + 1);
  return text;
}

int format_all(fs::path const& folder) {
  int count = 0;
  std::error_code missing;
  for (auto const& entry : fs::recursive_directory_iterator(folder, missing)) {
    if (entry.path().extension() != ".yaml") continue;
    auto const text = first_section(entry.path());
    auto const before = compile_yaml(text);
    if (!before.yaml.document) continue;
    ++count;
    auto const once = dsl::format_yaml(text);
    EXPECT_TRUE(once.ok()) << entry.path() << ": " << once.error().message;
    if (!once) continue;
    EXPECT_EQ(dsl::format_yaml(*once).value_or("refused"), *once) << entry.path();
    auto const after = compile_yaml(*once);
    EXPECT_EQ(after.compilation.graph == nullptr, before.compilation.graph == nullptr);
    if (!before.compilation.graph || !after.compilation.graph) continue;
    EXPECT_EQ(graph::digest(*after.compilation.graph), graph::digest(*before.compilation.graph))
        << entry.path();
  }
  return count;
}

TEST(Format, KeepsTheDigestOfEveryWorkflowOfTheTestsAndExamples) {
  auto const root = fs::path(SKALD_SOURCE_DIR);
  EXPECT_GT(format_all(root / "tests/golden"), 60);
  EXPECT_GT(format_all(root / "examples"), 2);
}

TEST(Format, KeepsTheDigestOfTheExamplesOfTheSpecification) {
  char const* given = std::getenv("SKALD_CONFORMANCE_DIR");
  auto const folder = fs::path(given != nullptr ? given : SKALD_CONFORMANCE_DIR) / "ows/examples";
  if (!fs::exists(folder)) GTEST_SKIP() << "set SKALD_CONFORMANCE_DIR to run the official examples";
  EXPECT_EQ(format_all(folder), 68);
}

}  // namespace
}  // namespace skald::testing
