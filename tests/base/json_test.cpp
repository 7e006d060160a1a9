#include "base/json.hpp"

#include <gtest/gtest.h>

namespace skald {
namespace {

TEST(Json, KeepsTheOrderOfMembers) {
  auto const value = parse_json(R"({"b":1,"a":2,"b":3})").value();
  EXPECT_EQ(to_text(value), R"({"b":3,"a":2})");
  EXPECT_EQ(to_canonical(value), R"({"a":2,"b":3})");
}

TEST(Json, AChangeIsNotSeenByOtherHandles) {
  Json a = Json::object({{"x", 1}});
  Json const b = a;
  a.set("x", 2);
  EXPECT_EQ(to_text(a), R"({"x":2})");
  EXPECT_EQ(to_text(b), R"({"x":1})");
}

TEST(Json, FindsMembersOfLargeObjects) {
  Json object;
  for (int i = 0; i < 1000; ++i) object.set("key" + std::to_string(i), i);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(object["key" + std::to_string(i)].as_number(), i);
  EXPECT_TRUE(object.erase("key500"));
  EXPECT_EQ(object.find("key500"), nullptr);
  EXPECT_EQ(object["key501"].as_number(), 501);
}

TEST(Json, KeepsTheDigitsADoubleCanNotHold) {
  EXPECT_EQ(to_text(parse_json("12345678901234567890").value()), "12345678901234567890");
  EXPECT_EQ(to_text(Json(std::int64_t{9007199254740993})), "9007199254740993");
  // As jq 1.8: a number keeps the text it was written with when that says more than its double.
  EXPECT_EQ(to_text(parse_json("[0.1,1e3,3.0,-0.5,7]").value()), "[0.1,1E+3,3.0,-0.5,7]");
}

TEST(Json, ComparesInTheOrderOfJq) {
  auto const sorted =
      parse_json(R"([null,false,true,-1,0.5,"a","b",[],[0],[0,1],{},{"a":1},{"a":2},{"b":0}])")
          .value();
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    for (std::size_t j = 0; j < sorted.size(); ++j) {
      int const expected = i < j ? -1 : (i > j ? 1 : 0);
      EXPECT_EQ(compare(sorted[i], sorted[j]), expected) << i << " " << j;
    }
  }
  auto const a = parse_json("[[1,2],[3]]").value();
  auto const b = parse_json("[[1,2,0],[3]]").value();
  EXPECT_EQ(compare(a, b), -1);
}

TEST(Json, DeepValuesNeedNoStack) {
  Json deep = 1;
  for (int i = 0; i < 300'000; ++i) deep = Json::array({deep});
  Json const copy = deep;
  EXPECT_EQ(compare(deep, copy), 0);
  EXPECT_EQ(to_text(deep).size(), 600'001U);
  EXPECT_EQ(hash_value(deep), hash_value(copy));
}

TEST(Json, BadTextNamesLineAndColumn) {
  auto const result = parse_json("{\n  \"a\": tru\n}");
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().message.find("line 2"), std::string::npos) << result.error().message;
  EXPECT_FALSE(parse_json("").ok());
  EXPECT_FALSE(parse_json("1 2").ok());
  EXPECT_FALSE(parse_json("\"\xff\"").ok());
}

TEST(Json, CanonicalNumbersFollowEcmaScript) {
  EXPECT_EQ(to_canonical(parse_json("[1e21,1e20,1e-6,1e-7,0.1,100]").value()),
            "[1e+21,100000000000000000000,0.000001,1e-7,0.1,100]");
}

}  // namespace
}  // namespace skald
