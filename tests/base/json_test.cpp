#include "base/json.hpp"

#include <gtest/gtest.h>

namespace skald {
namespace {

// `for (auto const& item : f().items())` would walk a value that has been destroyed.
template <class T>
concept Walkable = requires(T&& value) {
  std::forward<T>(value).items();
  std::forward<T>(value).members();
};
static_assert(Walkable<Json&> && Walkable<Json const&>);
static_assert(!Walkable<Json> && !Walkable<Json const>);

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

Json parse(char const* text) {
  return *parse_json(text);
}

// What a walk through the value counts.
std::size_t walked_bytes(Json const& value) {
  std::size_t total = value.byte_size();
  if (value.is_array()) {
    total = Json::array().byte_size();
    for (auto const& item : value.items()) total += walked_bytes(item);
  } else if (value.is_object()) {
    total = Json::object().byte_size();
    for (auto const& member : value.members()) {
      total += walked_bytes(member.key) + walked_bytes(member.value);
    }
  }
  return total;
}

TEST(Json, KnowsItsSizeAfterEveryChange) {
  auto value = parse(R"({"a":[1,"two",{"b":[]}],"c":"text","n":100000000000000000001})");
  auto const holds = [&value] { return value.byte_size() == walked_bytes(value); };
  EXPECT_TRUE(holds());
  auto const before = value;
  auto const size = before.byte_size();
  value.set("c", Json("a longer text"));
  EXPECT_TRUE(holds());
  value.set("new", parse("[1,2,[3]]"));
  EXPECT_TRUE(holds());
  auto list = value.take("a");
  EXPECT_TRUE(holds());
  list.push_back(value);
  list.set(0, Json("first"));
  value.set("a", std::move(list));
  EXPECT_TRUE(holds());
  EXPECT_TRUE(value.erase("n"));
  EXPECT_TRUE(holds());
  value.put_at(0, value.take_at(0));
  EXPECT_TRUE(holds());
  for (int i = 0; i < 40; ++i) value.set("k" + std::to_string(i), Json(std::to_string(i)));
  EXPECT_TRUE(holds());
  EXPECT_EQ(before.byte_size(), size);
}

TEST(Json, CountsSharedPartsAsOftenAsTheyOccur) {
  auto pair = [](Json const& part) { return Json::array({part, part}); };
  Json value(1);
  for (int i = 0; i < 10; ++i) value = pair(value);
  EXPECT_EQ(value.byte_size(), walked_bytes(value));
  for (int i = 0; i < 200; ++i) value = pair(value);
  EXPECT_GE(value.byte_size(), std::size_t{1} << 60U);  // and no overflow
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
