#include "dsl/format/format.hpp"

#include <gtest/gtest.h>

#include "tests/support/golden.hpp"

namespace skald::dsl {
namespace {

using skald::testing::GoldenCase;
using skald::testing::GoldenOutput;

GoldenOutput format(GoldenCase const& file) {
  auto const formatted = format_yaml(file.input);
  if (!formatted) return {formatted.error().message + "\n", true};
  EXPECT_EQ(format_yaml(*formatted).value_or(""), *formatted) << "twice is not once";
  return {*formatted, false};
}

[[maybe_unused]] bool const format_golden = skald::testing::golden("Format", "format", format);

TEST(Format, TakesTheLineEndsOfWindowsAndAByteOrderMark) {
  EXPECT_EQ(format_yaml("\xef\xbb\xbf"
                        "a:   1\r\n\r\n\r\nb: 2")
                .value_or(""),
            "a: 1\n\nb: 2\n");
}

TEST(Format, KeepsDirectivesAndTheBeginOfTheDocument) {
  EXPECT_EQ(format_yaml("%YAML 1.2\n---\na:  1\n").value_or(""), "%YAML 1.2\n---\na: 1\n");
  EXPECT_EQ(format_yaml("# first\n---\na:  1\n...\n").value_or(""), "---\n# first\na: 1\n");
}

TEST(Format, WritesJsonAsYaml) {
  auto const json = R"({"document": {"dsl": "1.0.3", "name": "a"}, "do": [{"one": {"set": {}}}]})";
  EXPECT_EQ(format_yaml(json).value_or(""),
            "document: { dsl: '1.0.3', name: 'a' }\ndo: [{ one: { set: {} } }]\n");
}

}  // namespace
}  // namespace skald::dsl
