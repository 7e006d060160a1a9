#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "dsl/scalar_map.hpp"
#include "dsl/yaml/reader.hpp"

namespace skald::dsl {
namespace {

// Every string must be found again in its source, byte by byte.
void expect_mapped(Node const& node, std::string const& text) {
  if (node.is_string()) {
    EXPECT_TRUE(map_scalar(text, node.offset, node.style, node.text()).has_value())
        << "line " << node.span.line << ": " << node.text();
  }
  for (Node const& item : node.items) expect_mapped(item, text);
  for (Node::Entry const& entry : node.entries) {
    expect_mapped(entry.key, text);
    expect_mapped(entry.value, text);
  }
}

TEST(YamlConformance, ReadsTheOfficialExamples) {
  std::filesystem::path const folder =
      std::filesystem::path(SKALD_CONFORMANCE_DIR) / "ows/examples";
  if (!std::filesystem::is_directory(folder)) GTEST_SKIP() << "SKALD_CONFORMANCE_DIR is not set";
  std::size_t files = 0;
  for (auto const& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(entry.path(), std::ios::binary);
    std::string const text{std::istreambuf_iterator<char>(in), {}};
    YamlResult const result = read_yaml(text, entry.path().filename());
    EXPECT_TRUE(result.diagnostics.empty()) << render(result.diagnostics);
    if (result.document) expect_mapped(result.document->root, text);
    ++files;
  }
  EXPECT_GT(files, 60U);
}

}  // namespace
}  // namespace skald::dsl
