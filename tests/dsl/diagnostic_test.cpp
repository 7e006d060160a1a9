#include "dsl/diagnostic.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace skald::dsl {
namespace {

Span span_of(Source const& source, std::uint32_t line, std::uint32_t column, std::uint32_t length) {
  return Span{&source, line, column, length};
}

std::string rendered(Span span, bool colour = false) {
  return render({Diagnostic{Code::yaml_syntax, "something", span, "a hint", {}}}, colour);
}

TEST(Diagnostics, EveryCodeIsUnique) {
  std::set<std::string_view> codes;
  std::size_t count = 0;
#define SKALD_DIAGNOSTIC(code, severity, name, title) \
  codes.insert(code);                                 \
  ++count;
#include "dsl/diagnostics.def"
#undef SKALD_DIAGNOSTIC
  EXPECT_EQ(codes.size(), count);
  EXPECT_EQ(code_text(Code::yaml_duplicate_key), "E102");
  EXPECT_EQ(severity_of(Code::yaml_duplicate_key), Severity::error);
}

TEST(Diagnostics, ShowTheLineWithCarets) {
  Source const source{"a.yaml", "one\ntwo three\n"};
  EXPECT_EQ(rendered(span_of(source, 2, 5, 5)),
            "a.yaml:2:5: error[E101]: something; a hint\n"
            "    2 | two three\n"
            "      |     ^~~~~\n");
}

TEST(Diagnostics, DrawTabsAndWideCharactersInTheirCells) {
  Source const source{"a.yaml", "\té日本x\n"};
  EXPECT_EQ(rendered(span_of(source, 1, 3, 3)),
            "a.yaml:1:3: error[E101]: something; a hint\n"
            "    1 |     é日本x\n"
            "      |      ^~~~~\n");
}

TEST(Diagnostics, NeverPaintTheTerminalFromTheDocument) {
  Source const source{"a.yaml", "a\x1b[31mb\xff \u202e\n"};
  EXPECT_NE(rendered(span_of(source, 1, 1, 1)).find("    1 | a\ufffd[31mb\ufffd \ufffd\n"),
            std::string::npos);
}

TEST(Diagnostics, ShowAWindowOfALongLine) {
  Source const source{"a.yaml", std::string(5000, 'a') + "bad" + std::string(5000, 'c')};
  std::string const text = rendered(span_of(source, 1, 5001, 3));
  EXPECT_NE(text.find("aaabadccc"), std::string::npos);
  EXPECT_NE(text.find("^~~\n"), std::string::npos);
  EXPECT_LT(text.size(), 400U);
}

TEST(Diagnostics, PlacesInCppFilesHaveNoColumnAndNoLine) {
  Source const source{"booking.cpp", ""};
  EXPECT_EQ(rendered(span_of(source, 12, 0, 0)),
            "booking.cpp:12: error[E101]: something; a hint\n");
  EXPECT_EQ(rendered(Span{}), "error[E101]: something; a hint\n");
}

TEST(Diagnostics, UseColoursOnlyWhenAsked) {
  Source const source{"a.yaml", "one\n"};
  EXPECT_EQ(rendered(span_of(source, 1, 1, 1)).find('\x1b'), std::string::npos);
  EXPECT_NE(rendered(span_of(source, 1, 1, 1), true).find("\x1b[1;31merror[E101]:\x1b[0m"),
            std::string::npos);
}

TEST(Diagnostics, AreJsonForPrograms) {
  Source const source{"a.yaml", "one\n"};
  Diagnostic const diagnostic{Code::yaml_duplicate_key,
                              "twice",
                              span_of(source, 1, 1, 3),
                              "",
                              {Note{"here", span_of(source, 1, 2, 1)}}};
  EXPECT_EQ(to_text(to_json({diagnostic})),
            R"([{"code":"E102","severity":"error","message":"twice","hint":"","file":"a.yaml",)"
            R"("line":1,"column":1,"length":3,"notes":[{"message":"here","file":"a.yaml",)"
            R"("line":1,"column":2,"length":1}]}])");
}

TEST(Nearest, FindsSlipsAndLeavesStrangersAlone) {
  std::vector<std::string_view> const names{"approval", "hotel", "flight", "payment", "id"};
  EXPECT_EQ(nearest("aproval", names), "approval");
  EXPECT_EQ(nearest("hotle", names), "hotel");
  EXPECT_EQ(nearest("Flight", names), "flight");
  EXPECT_EQ(nearest("car", names), "");
  EXPECT_EQ(nearest("if", names), "");
  EXPECT_EQ(nearest("", names), "");
  EXPECT_EQ(nearest(std::string(100'000, 'x'), names), "");
}

}  // namespace
}  // namespace skald::dsl
