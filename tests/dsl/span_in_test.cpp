#include <gtest/gtest.h>

#include <string>

#include "dsl/document.hpp"
#include "dsl/yaml/reader.hpp"

namespace skald::dsl {
namespace {

// Looks for `needle` in the decoded text of the value of "k" and gives what the span covers in
// the source, with its place.
std::string covered(std::string const& yaml, std::string const& needle) {
  YamlResult const result = read_yaml(yaml, "a.yaml");
  EXPECT_TRUE(result.document.has_value()) << render(result.diagnostics);
  if (!result.document) return {};
  Node const& node = *result.document->root.get("k");
  std::size_t const at = node.text().find(needle);
  EXPECT_NE(at, std::string::npos) << node.text();
  Span const span = span_in(node, at, at + needle.size());
  std::string_view const line = span.source->line(span.line);
  // The tests use ASCII before the place, so that columns are bytes.
  return std::to_string(span.line) + ":" + std::to_string(span.column) + " " +
         std::string(line.substr(span.column - 1, span.length));
}

TEST(SpanIn, LooksThroughPlainScalars) {
  EXPECT_EQ(covered("k: ${ .a + .bad }", ".bad"), "1:12 .bad");
  EXPECT_EQ(covered("k: ${ .a\n    + .bad }", ".bad"), "2:7 .bad");
  EXPECT_EQ(covered("k: a\n\n\n   b c", "c"), "4:6 c");
  EXPECT_EQ(covered("k: &x !!str ${ .bad }", ".bad"), "1:16 .bad");
}

TEST(SpanIn, LooksThroughQuotes) {
  EXPECT_EQ(covered("k: '${ ''it'' + .bad }'", ".bad"), "1:17 .bad");
  EXPECT_EQ(covered("k: '${ .a\n  + .bad }'", ".bad"), "2:5 .bad");
  EXPECT_EQ(covered("k: \"${ \\\"x\\\" + .bad }\"", ".bad"), "1:16 .bad");
  EXPECT_EQ(covered("k: \"\\u00e9 \\x41 \\U0001F680 .bad\"", ".bad"), "1:28 .bad");
  EXPECT_EQ(covered("k: \"a \\\n   .b\\x61d\"", ".bad"), "2:4 .b\\x61d");
  EXPECT_EQ(covered("k: \"a  \n\n   .bad\"", ".bad"), "3:4 .bad");
}

TEST(SpanIn, LooksThroughBlockScalars) {
  EXPECT_EQ(covered("k: |\n  ${ .a\n    | .bad }\n", ".bad"), "3:7 .bad");
  EXPECT_EQ(covered("k: |-\n\n    a\n\n      .bad", ".bad"), "5:7 .bad");
  EXPECT_EQ(covered("k: >\n  one\n  two\n\n  .bad\n", ".bad"), "5:3 .bad");
  EXPECT_EQ(covered("k: >-\n  one\n    kept\n  .bad\n", ".bad"), "4:3 .bad");
  EXPECT_EQ(covered("k: | # comment\r\n  a\r\n  .bad\r\n", ".bad"), "3:3 .bad");
}

TEST(SpanIn, MarksTheEndForAPlaceBehindTheText) {
  YamlResult const result = read_yaml("k: '${ .a '", "a.yaml");
  Span const span = span_in(*result.document->root.get("k"), 6, 7);
  EXPECT_EQ(span.column, 11U);
  EXPECT_EQ(span.length, 1U);
}

TEST(SpanIn, CutsALongPieceAtTheEndOfItsLine) {
  EXPECT_EQ(covered("k: |\n  .a |\n  .b\n", ".a |\n.b"), "2:3 .a |");
}

TEST(SpanIn, FallsBackToTheNode) {
  YamlResult const result = read_yaml("k: |2\n   .a\n", "a.yaml");
  Node const& node = *result.document->root.get("k");
  EXPECT_EQ(span_in(node, 1, 2).line, node.span.line);
  Node built;
  built.scalar = "text";
  EXPECT_EQ(span_in(built, 0, 1).line, 0U);
}

}  // namespace
}  // namespace skald::dsl
