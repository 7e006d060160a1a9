#include "base/json_bounds.hpp"

#include <gtest/gtest.h>

namespace skald {
namespace {

Json nested(int levels) {
  Json value = 1;
  for (int i = 0; i < levels; ++i) value = Json::array({value});
  return value;
}

// Sixty doublings: 2^60 leaves in sixty arrays.
Json doubled() {
  Json value = 1;
  for (int i = 0; i < 60; ++i) value = Json::array({value, value});
  return value;
}

TEST(JsonBounds, CountLevels) {
  EXPECT_EQ(exceeds(nested(10), {1'000, 10}), Exceeds::nothing);
  EXPECT_EQ(exceeds(nested(11), {1'000, 10}), Exceeds::depth);
  EXPECT_EQ(bounds_fault(nested(11), {1'000, 10}), "the value is nested deeper than 10 levels");
}

TEST(JsonBounds, CountBytesOfTextAndNames) {
  auto const value = Json::object({{std::string(100, 'n'), Json(std::string(100, 't'))}});
  EXPECT_EQ(exceeds(value, {1'000, 10}), Exceeds::nothing);
  EXPECT_EQ(exceeds(value, {250, 10}), Exceeds::bytes);
  EXPECT_EQ(bounds_fault(value, {250, 10}), "the value is larger than 250 bytes");
}

TEST(JsonBounds, CountTheTextWhereItIsLonger) {
  EXPECT_EQ(exceeds(Json(std::string(100, 'a')), {300, 10}), Exceeds::nothing);
  EXPECT_EQ(exceeds(Json(std::string(100, '\0')), {300, 10}), Exceeds::bytes) << "\\u0000 each";
  EXPECT_EQ(exceeds(Json(std::string(200, '"')), {400, 10}), Exceeds::bytes);
  auto const numbers = [](Json const& number) {
    return Json::array(std::vector<Json>(100, number));
  };
  EXPECT_EQ(exceeds(numbers(7), {2'000, 10}), Exceeds::nothing);
  EXPECT_EQ(exceeds(numbers(0.12345678901234567), {2'000, 10}), Exceeds::bytes);
  auto const literal = Json::number_literal(std::string(1'000, '9'));
  EXPECT_EQ(exceeds(literal, {500, 10}), Exceeds::bytes);
  auto const sealed = Json::sealed(Json::array({Json(std::string(1'000, 's'))}));
  EXPECT_EQ(exceeds(sealed, {500, 10}), Exceeds::bytes);
}

TEST(JsonBounds, CountSharedPartsAsOftenAsTheyOccurAndStopInTime) {
  EXPECT_EQ(exceeds(doubled(), {1U << 20U, 1'000}), Exceeds::bytes);
}

}  // namespace
}  // namespace skald
