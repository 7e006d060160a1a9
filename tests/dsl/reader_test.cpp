#include "dsl/yaml/reader.hpp"

#include <gtest/gtest.h>

#include <string>

namespace skald::dsl {
namespace {

Document document_of(std::string text) {
  YamlResult result = read_yaml(std::move(text), "a.yaml");
  EXPECT_TRUE(result.document.has_value()) << render(result.diagnostics);
  return result.document ? *std::move(result.document) : Document{};
}

std::string place(Span const& span) {
  return std::to_string(span.line) + ":" + std::to_string(span.column) + "+" +
         std::to_string(span.length);
}

Code first_code(std::string text, YamlLimits limits = {}) {
  YamlResult const result = read_yaml(std::move(text), "a.yaml", limits);
  EXPECT_FALSE(result.diagnostics.empty());
  EXPECT_FALSE(result.document.has_value());
  return result.diagnostics.empty() ? Code::yaml_syntax : result.diagnostics.front().code;
}

TEST(YamlReader, PlacesEveryNodeAndKey) {
  Document const document = document_of(
      "a: one\n"
      "ключ: \"zwö\"\n"
      "list:\n"
      "  - x: {y: 12}\n"
      "  - &n !!str 7\n"
      "none:\n"
      "text: |\n"
      "  body\n");
  Node const& root = document.root;
  EXPECT_EQ(place(root.span), "1:1+1");
  EXPECT_EQ(place(root.get("a")->span), "1:4+3");
  EXPECT_EQ(place(root.find("ключ")->key.span), "2:1+4");
  EXPECT_EQ(place(root.get("ключ")->span), "2:7+5");
  EXPECT_EQ(root.get("ключ")->style, Style::double_quoted);
  EXPECT_EQ(root.get("ключ")->offset, 17U);
  EXPECT_EQ(place(root.get("list")->span), "4:3+1");
  EXPECT_EQ(place(root.get("list")->items[0].get("x")->get("y")->span), "4:12+2");
  EXPECT_EQ(place(root.get("list")->items[1].span), "5:14+1");
  EXPECT_EQ(place(root.get("none")->span), "6:1+4");
  EXPECT_EQ(place(root.get("text")->span), "7:7+1");
  EXPECT_EQ(root.get("text")->style, Style::literal);
}

TEST(YamlReader, SkipsAByteOrderMark) {
  Document const document = document_of("\xef\xbb\xbfname: x\n");
  EXPECT_EQ(place(document.root.get("name")->span), "1:7+1");
}

TEST(YamlReader, ReadsWindowsLineEnds) {
  Document const document = document_of("a: 1\r\nb: |\r\n  x\r\n  y\r\nc: 'p\r\n  q'\r\n");
  EXPECT_EQ(to_text(to_json(document.root)), R"({"a":1,"b":"x\ny\n","c":"p q"})");
  EXPECT_EQ(place(document.root.get("c")->span), "5:4+2");
}

TEST(YamlReader, NamesTheEncodingOfATextThatIsNotUtf8) {
  YamlResult const result = read_yaml(std::string("\xff\xfe"
                                                  "a\0:\0",
                                                  6),
                                      "a.yaml");
  ASSERT_EQ(result.diagnostics.size(), 1U);
  EXPECT_EQ(result.diagnostics[0].code, Code::yaml_bad_utf8);
  EXPECT_NE(result.diagnostics[0].hint.find("UTF-16"), std::string::npos);
}

TEST(YamlReader, FindsEveryKindOfBadUtf8) {
  for (char const* bad : {"a: \x80", "a: \xc0\xaf", "a: \xed\xa0\x80", "a: \xf4\x90\x80\x80",
                          "a: \xe2\x82", "a: \xff"}) {
    YamlResult const result = read_yaml(bad, "a.yaml");
    ASSERT_EQ(result.diagnostics.size(), 1U);
    EXPECT_EQ(result.diagnostics[0].code, Code::yaml_bad_utf8);
    EXPECT_EQ(place(result.diagnostics[0].span), "1:4+1");
  }
}

TEST(YamlReader, KeepsItsLimits) {
  YamlLimits limits;
  limits.max_bytes = 10;
  EXPECT_EQ(first_code("a: 12345678", limits), Code::yaml_over_limit);
  limits = {};
  limits.max_nodes = 5;
  EXPECT_EQ(first_code("[1, 2, 3, 4, 5]", limits), Code::yaml_over_limit);
  limits = {};
  limits.max_depth = 4;
  EXPECT_EQ(first_code("[[[[[]]]]]", limits), Code::yaml_over_limit);
  EXPECT_TRUE(read_yaml("[[[[]]]]", "a.yaml", limits).document.has_value());
  EXPECT_EQ(first_code("a: &a [[[]]]\nb: [[*a]]", limits), Code::yaml_over_limit);
}

TEST(YamlReader, RefusesAnchorsThatCopyAnchors) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "&a" + std::to_string(i) + " [";
  for (int i = 0; i < 1'000; ++i) text += "1,";
  text += "1" + std::string(100, ']');
  EXPECT_EQ(first_code(text), Code::yaml_over_limit);
}

// The parser would hold all of it in memory before the first node is counted.
TEST(YamlReader, RefusesBracketsThatHoldTooMuch) {
  auto const list = [](std::string const& item, int count) {
    std::string text = "a: [";
    for (int i = 0; i < count; ++i) text += item;
    return text + "1]";
  };
  EXPECT_EQ(first_code(list("1,", 50'000)), Code::yaml_over_limit);
  EXPECT_EQ(first_code(list("[],", 21'000)), Code::yaml_over_limit);
  EXPECT_EQ(first_code(list("1,\n  ", 50'000)), Code::yaml_over_limit);
  EXPECT_TRUE(read_yaml(list("1,", 39'000), "a.yaml").document.has_value());
  // Each list on its own, and commas that separate nothing.
  std::string const many = "- [1, 2, 3]\n";
  std::string lists;
  for (int i = 0; i < 10'000; ++i) lists += many;
  YamlLimits large;
  large.max_nodes = 50'000;
  EXPECT_TRUE(read_yaml(lists, "a.yaml", large).document.has_value());
  std::string const commas(50'000, ',');
  for (std::string const& text :
       {"a: '[" + commas + "'", "a: \"[\\\"" + commas + "\"", "a: |\n  [" + commas + "\nb: 1",
        "a: >-\n\n  [" + commas + "\n\n  {" + commas + "\nb: 1", "a: b # [" + commas,
        "a: x[" + commas, "- |\n [" + commas + "\n- 1"}) {
    EXPECT_TRUE(read_yaml(text, "a.yaml").document.has_value()) << text.substr(0, 20);
  }
}

TEST(YamlReader, RefusesDeepTextsWhateverTheLimit) {
  YamlLimits limits;
  limits.max_depth = 1'000'000;
  EXPECT_EQ(first_code(std::string(5000, '['), limits), Code::yaml_over_limit);
}

TEST(YamlReader, ReadsPairsOfSurrogatesAsJsonWritesThem) {
  Document const document =
      document_of(R"({"a": "x\ud83d\ude00y\uD83D\uDE80", 'b': '\ud83d\ude00', "c": 1})");
  EXPECT_EQ(document.root.get("a")->text(), "x\U0001F600y\U0001F680");
  EXPECT_EQ(document.root.get("b")->text(), "\\ud83d\\ude00");
  EXPECT_EQ(first_code(R"({"a": "\ud83d"})"), Code::yaml_syntax);
}

TEST(YamlReader, AnEscapeCutOffByTheEndIsNoPair) {
  EXPECT_EQ(first_code("a: \"\\u"), Code::yaml_syntax);
  EXPECT_EQ(first_code("a: \"\\ud83d\\u"), Code::yaml_syntax);
}

TEST(YamlReader, KeepsAtMostAHundredFindings) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "a: 1\n";
  YamlResult const result = read_yaml(text, "a.yaml");
  EXPECT_EQ(result.diagnostics.size(), 100U);
}

TEST(YamlReader, AliasesKeepTheSpanOfTheirText) {
  Document const document = document_of("a: &x [one]\nb: *x\n");
  EXPECT_EQ(place(document.root.get("b")->items[0].span), "1:8+3");
}

}  // namespace
}  // namespace skald::dsl
