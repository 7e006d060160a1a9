#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "dsl/yaml/reader.hpp"
#include "examples/holiday-booking/booking.hpp"

namespace skald {
namespace {

// White space outside of strings means nothing in an expression.
std::string squeezed(std::string_view expression) {
  std::string result;
  bool quoted = false;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    char const c = expression[i];
    if (c == '"' && (i == 0 || expression[i - 1] != '\\')) quoted = !quoted;
    if (quoted || c != ' ') result += c;
  }
  return result;
}

Json squeezed(Json const& json) {
  if (json.is_string() && json.as_string().starts_with("${")) return squeezed(json.as_string());
  if (json.is_array()) {
    Json result = Json::array();
    for (Json const& item : json.items()) result.push_back(squeezed(item));
    return result;
  }
  if (!json.is_object()) return json;
  Json result = Json::object();
  for (Json::Member const& member : json.members()) {
    result.set(member.key.as_string(), squeezed(member.value));
  }
  return result;
}

dsl::Document from_yaml() {
  std::ifstream in(SKALD_SOURCE_DIR "/examples/holiday-booking/holiday-booking.yaml");
  std::string text{std::istreambuf_iterator<char>(in), {}};
  dsl::YamlResult result = dsl::read_yaml(std::move(text), "holiday-booking.yaml");
  EXPECT_TRUE(result.document.has_value()) << dsl::render(result.diagnostics);
  return result.document.value_or(dsl::Document{});
}

TEST(HolidayBooking, IsTheSameDocumentInYamlAndInCpp) {
  Workflow const built = travel::holiday_booking();
  // The canonical text sorts keys: their order means nothing in a map.
  EXPECT_EQ(to_canonical(squeezed(dsl::to_json(built.document().root))),
            to_canonical(squeezed(dsl::to_json(from_yaml().root))));
}

TEST(HolidayBooking, NamesTheLinesOfTheCppFile) {
  Workflow const built = travel::holiday_booking();
  dsl::Node const* const list = built.document().root.get("do");
  ASSERT_NE(list, nullptr);
  dsl::Node const& approval = list->items[1].entries[0].value;
  dsl::Span const condition = approval.find("if")->key.span;
  ASSERT_NE(condition.source, nullptr);
  EXPECT_TRUE(condition.source->name.ends_with("booking.cpp")) << condition.source->name;
  EXPECT_EQ(condition.column, 0U);
  EXPECT_GE(condition.line, approval.span.line);
  EXPECT_LE(condition.line, approval.span.line + 3);
  EXPECT_TRUE(built.functions().empty());
}

}  // namespace
}  // namespace skald
