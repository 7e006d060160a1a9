#include "base/json_schema.hpp"

#include <gtest/gtest.h>

namespace skald {
namespace {

JsonSchema schema(char const* text) {
  return JsonSchema::compile(parse_json(text).value()).value();
}

TEST(JsonSchema, SaysWhereAValueDoesNotFit) {
  auto const trip = schema(R"({"type":"object","required":["city"],
      "properties":{"city":{"type":"string"},"nights":{"type":"integer","minimum":1}}})");
  EXPECT_EQ(trip.check(parse_json(R"({"city":"Oslo","nights":2})").value()), "");
  EXPECT_NE(trip.check(parse_json(R"({"city":"Oslo","nights":0})").value()).find("/nights"),
            std::string::npos);
  EXPECT_NE(trip.check(parse_json(R"({"nights":1})").value()), "");
}

TEST(JsonSchema, TheEmptySchemaTakesEverything) {
  EXPECT_EQ(JsonSchema().check(Json(1)), "");
  EXPECT_EQ(schema("{}").check(Json("x")), "");
}

TEST(JsonSchema, RefusesWhatIsNoSchema) {
  EXPECT_FALSE(JsonSchema::compile(parse_json(R"({"type":"nonsense"})").value()).ok());
  auto const bad = JsonSchema::compile(parse_json(R"({"items":{"pattern":"(a"}})").value());
  ASSERT_FALSE(bad.ok());
  EXPECT_NE(bad.error().message.find("'(a' is no pattern: "), std::string::npos);
  EXPECT_FALSE(JsonSchema::compile(parse_json(R"({"patternProperties":{"[":{}}})").value()).ok());
  // A property may well be called so, and a constant may hold anything.
  EXPECT_TRUE(JsonSchema::compile(parse_json(R"({"properties":{"pattern":{}}})").value()).ok());
  EXPECT_TRUE(JsonSchema::compile(parse_json(R"({"const":{"pattern":"(a"}})").value()).ok());
}

TEST(JsonSchema, MatchesPatternsAnywhereInAText) {
  auto const code = schema(R"({"properties":{"code":{"type":"string","pattern":"^[A-Z]{3}$"}}})");
  EXPECT_EQ(code.check(parse_json(R"({"code":"OSL"})").value()), "");
  EXPECT_EQ(code.check(parse_json(R"({"code":"Oslo"})").value()),
            "/code: does not match the pattern '^[A-Z]{3}$'; the value: Failed to validate against "
            "schema associated with property name 'code'.");
  EXPECT_EQ(schema(R"({"pattern":"b"})").check(Json("abc")), "");
  EXPECT_EQ(schema(R"({"pattern":"b"})").check(Json(1)), "");
  EXPECT_EQ(schema(R"({"not":{"pattern":"b"}})").check(Json("acd")), "");
  EXPECT_NE(schema(R"({"not":{"pattern":"b"}})").check(Json("abc")), "");
  EXPECT_EQ(schema(R"({"pattern":"^..$"})").check(Json("\u00e4\u00f6")), "");
}

TEST(JsonSchema, MatchesTheNamesOfProperties) {
  auto const extra = schema(R"({"patternProperties":{"^x-":{"type":"number"}},
      "additionalProperties":false})");
  EXPECT_EQ(extra.check(parse_json(R"({"x-a":1})").value()), "");
  EXPECT_NE(extra.check(parse_json(R"({"x-a":"1"})").value()).find("/x-a"), std::string::npos);
  EXPECT_NE(extra.check(parse_json(R"({"y":1})").value()), "");
  auto const names = schema(R"({"propertyNames":{"pattern":"^[a-z]+$"}})");
  EXPECT_EQ(names.check(parse_json(R"({"abc":1})").value()), "");
  EXPECT_NE(names.check(parse_json(R"({"aBc":1})").value()), "");
}

TEST(JsonSchema, GivesUpOnPatternsThatRunAway) {
  auto const all = schema(R"({"items":{"pattern":"^(a|aa)+$"}})");
  Json list = Json::array();
  for (int i = 0; i < 1'000; ++i) list.push_back(Json(std::string(60, 'a') + "b"));
  EXPECT_NE(all.check(list).find("'^(a|aa)+$' takes too many steps"), std::string::npos);
  auto const none = schema(R"({"items":{"not":{"pattern":"^(a|aa)+$"}}})");
  EXPECT_NE(none.check(list).find("takes too many steps"), std::string::npos);
}

TEST(JsonSchema, ReferencesToItselfEndWithTheValue) {
  auto const tree = schema(R"({"definitions":{"node":{"type":"array",
      "items":{"$ref":"#/definitions/node"}}},"$ref":"#/definitions/node"})");
  Json deep = Json::array();
  for (int i = 0; i < 900; ++i) deep = Json::array({deep});
  EXPECT_EQ(tree.check(deep), "");
  for (int i = 0; i < 100'000; ++i) deep = Json::array({deep});
  EXPECT_NE(tree.check(deep).find("too deep"), std::string::npos);
}

}  // namespace
}  // namespace skald
