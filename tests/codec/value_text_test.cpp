#include "runtime/codec/value_text.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/sealed.hpp"
#include "tests/codec/samples.hpp"

namespace skald::runtime {
namespace {

using testing::Dice;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string bytes_of(Json const& value) {
  std::string bytes;
  append_value(bytes, value);
  return bytes;
}

TEST(ValueText, IsJsonTextWhereverThatHoldsTheValue) {
  for (auto const* text : {"null", "{\"a\":null}", "[1.5,\"null\",true]", "\"1e+308\"",
                           "1.7976931348623157e+308", "123456789012345678901234567890"}) {
    auto const value = parse_json(text).value();
    EXPECT_EQ(bytes_of(value), to_text(value));
    EXPECT_EQ(parse_value(bytes_of(value)).value(), value);
  }
}

TEST(ValueText, KeepsNanAndInfinity) {
  auto const value = Json::object({{"a", Json::array({kNan, 1, kInfinity, nullptr})},
                                   {"b", Json::object()},
                                   {"c", -kInfinity}});
  auto const back = parse_value(bytes_of(value)).value();
  EXPECT_TRUE(std::isnan(back["a"][0].as_number()));
  EXPECT_EQ(back["a"][2].as_number(), kInfinity);
  EXPECT_TRUE(back["a"][3].is_null());
  EXPECT_EQ(back["c"].as_number(), -kInfinity);
  EXPECT_EQ(to_text(back), to_text(value));
  EXPECT_TRUE(std::isnan(parse_value(bytes_of(kNan)).value().as_number()));
}

TEST(ValueText, KeepsValuesThatAreNestedDeeperThanParsersTake) {
  Json deep(7);
  for (int i = 0; i < 200'000; ++i) {
    Json outer = i % 2 == 0 ? Json::array() : Json::object();
    if (i % 2 == 0) {
      outer.push_back(std::move(deep));
    } else {
      outer.set("k", std::move(deep));
    }
    deep = std::move(outer);
  }
  EXPECT_EQ(parse_value(bytes_of(deep)).value(), deep);
}

TEST(ValueText, KeepsSecretsSealed) {
  auto const header = sealed_text("Bearer ", secret_member(secret("api"), "token"));
  auto const value = Json::object({{"headers", Json::object({{"a", header}})}, {"n", nullptr}});
  auto const back = parse_value(bytes_of(value)).value();
  EXPECT_EQ(back, value);
  EXPECT_TRUE(back["headers"]["a"].is_sealed());
  // A text that looks like one is a text: nobody can make a secret by writing it.
  Json const text("Bearer <secret api.token>");
  EXPECT_TRUE(parse_value(bytes_of(text)).value().is_string());
}

TEST(ValueText, AnyValueComesBack) {
  Dice dice(3);
  for (int i = 0; i < 2000; ++i) {
    auto value = Json::array({dice.json(), dice.json()});
    if (dice.coin()) value.push_back(dice.coin() ? kInfinity : -kInfinity);
    EXPECT_EQ(parse_value(bytes_of(value)).value(), value);
  }
}

TEST(ValueText, WhatDoesNotAddUpIsRefused) {
  for (auto const* steps :
       {"", "{}", "[]", "[1]", "[[]]", "[[\"v\"]]", "[[\"a\",1]]", "[[\"a\",-1]]", "[[\"a\"]]",
        "[[\"a\",1e300]]", "[[\"o\",\"k\"]]", "[[\"v\",1],[\"o\",2]]", "[[\"v\",1],[\"v\",2]]",
        "[[\"x\"]]", "[[\"s\"]]", "[[\"s\",[]]]", "[[\"s\",[5]]]", "[[\"v\",1]"}) {
    EXPECT_FALSE(parse_value("\x01" + std::string(steps)).ok()) << steps;
  }
  EXPECT_FALSE(parse_value("").ok());
}

}  // namespace
}  // namespace skald::runtime
