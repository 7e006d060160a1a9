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

TEST(JsonSchema, RefusesPatternsAndWhatIsNoSchema) {
  EXPECT_FALSE(JsonSchema::compile(parse_json(R"({"items":{"pattern":"a+"}})").value()).ok());
  EXPECT_FALSE(JsonSchema::compile(parse_json(R"({"type":"nonsense"})").value()).ok());
  // A property may well be called so.
  EXPECT_TRUE(JsonSchema::compile(parse_json(R"({"properties":{"pattern":{}}})").value()).ok());
}

}  // namespace
}  // namespace skald
