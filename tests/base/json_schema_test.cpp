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
            "/code: does not match the pattern '^[A-Z]{3}$'");
  EXPECT_EQ(schema(R"({"pattern":"b"})").check(Json("abc")), "");
  EXPECT_EQ(schema(R"({"pattern":"b"})").check(Json(1)), "");
  EXPECT_EQ(schema(R"({"not":{"pattern":"b"}})").check(Json("acd")), "");
  EXPECT_NE(schema(R"({"not":{"pattern":"b"}})").check(Json("abc")), "");
  EXPECT_EQ(schema(R"({"pattern":"^..$"})").check(Json("\u00e4\u00f6")), "");
}

TEST(JsonSchema, SaysWhatDoesNotFitAndNotThatSomethingAroundItDoesNot) {
  auto const claim = schema(R"({"type":"object","required":["items","kind"],
      "additionalProperties":false,
      "properties":{
        "kind":{"enum":["a","b"]},
        "policy":{"type":"string","pattern":"^P-"},
        "items":{"type":"array","minItems":1,"maxItems":2,"items":{"type":"object",
          "properties":{"price":{"type":"number","minimum":0.5,"maximum":9}}}},
        "name":{"type":"string","minLength":2,"maxLength":3},
        "by":{"anyOf":[{"type":"string"},{"type":"null"}]}}})");
  auto const said = [&](char const* text) { return claim.check(parse_json(text).value()); };
  EXPECT_EQ(said(R"({"policy":"X","kind":"a"})"),
            "/policy: does not match the pattern '^P-'; 'items' is missing");
  EXPECT_EQ(said(R"({"kind":"a","items":[]})"), "/items: must have at least 1 items");
  EXPECT_EQ(said(R"({"kind":"a","items":[1]})"),
            "/items/0: the number 1 is not of the type that is wanted");
  EXPECT_EQ(said(R"({"kind":"a","items":[{"price":0}]})"), "/items/0/price: must be at least 0.5");
  EXPECT_EQ(said(R"({"kind":"a","items":[{"price":10}]})"), "/items/0/price: must be at most 9");
  EXPECT_EQ(said(R"({"kind":"c","items":[{}]})"), "/kind: is none of the values that are allowed");
  EXPECT_EQ(said(R"({"kind":"a","items":[{}],"name":"x"})"),
            "/name: must have at least 2 characters");
  EXPECT_EQ(said(R"({"kind":"a","items":[{}],"extra":1})"),
            "'extra' is no member that it may have");
  EXPECT_NE(said(R"({"kind":"a","items":[{}],"by":1})").find("fits none of the alternatives"),
            std::string::npos);
  EXPECT_EQ(said("7"), "the value: the number 7 is not of the type that is wanted");
}

TEST(JsonSchema, NamesATypeThatIsNone) {
  auto const bad = JsonSchema::compile(parse_json(R"({"type":"text"})").value());
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().message, "not a JSON Schema: there is no type 'text'");
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
