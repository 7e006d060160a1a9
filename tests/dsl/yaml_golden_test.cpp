#include <gtest/gtest.h>

#include "dsl/yaml/reader.hpp"
#include "tests/support/golden.hpp"

namespace skald::dsl {
namespace {

using skald::testing::GoldenCase;
using skald::testing::GoldenOutput;

// tests/golden/yaml: the diagnostics as a terminal shows them, or the value as JSON.
GoldenOutput read(GoldenCase const& file) {
  YamlResult const result = read_yaml(file.input, "input.yaml");
  std::string text = render(result.diagnostics);
  if (result.document) text += to_pretty_text(to_json(result.document->root));
  return {text, !result.document.has_value()};
}

bool const yaml_golden = skald::testing::golden("YamlGolden", "yaml", read);

TEST(YamlGolden, HasFiles) {
  EXPECT_TRUE(yaml_golden);
}

}  // namespace
}  // namespace skald::dsl
