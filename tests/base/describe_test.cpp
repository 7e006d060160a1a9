#include "base/describe.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace travel {

struct Leg {
  std::string city;
  int nights = 0;

  bool operator==(Leg const&) const = default;
};
SKALD_DESCRIBE(Leg, city, nights)

struct Trip {
  std::string customer;
  bool paid = false;
  double amount = 0;
  std::uint8_t travellers = 1;
  std::int64_t ticket = 0;
  std::optional<std::string> note;
  std::optional<Leg> last;
  std::vector<Leg> legs;
  std::map<std::string, double> extras;
  skald::Json free;

  bool operator==(Trip const&) const = default;
};
SKALD_DESCRIBE(Trip, customer, paid, amount, travellers, ticket, note, last, legs, extras, free)

struct Wide {
  int m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
      m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32;
};
SKALD_DESCRIBE(Wide, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17,
               m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32)

}  // namespace travel

namespace skald {
namespace {

using travel::Leg;
using travel::Trip;

std::string error_of(char const* json) {
  auto const trip = from_json<Trip>(parse_json(json).value());
  return trip.ok() ? "" : trip.error().message;
}

constexpr char const* kTrip =
    R"({"customer":"Ada","paid":true,"amount":99.5,"travellers":2,"ticket":9007199254740993,)"
    R"("last":{"city":"Oslo","nights":2},"legs":[{"city":"Bergen","nights":1}],)"
    R"("extras":{"bike":12},"free":[1,null]})";

TEST(Describe, WritesAndReadsEveryKindOfMember) {
  Trip const trip = from_json<Trip>(parse_json(kTrip).value()).value();
  EXPECT_EQ(trip.ticket, 9007199254740993);
  EXPECT_EQ(trip.last, (Leg{"Oslo", 2}));
  EXPECT_EQ(trip.note, std::nullopt);
  EXPECT_EQ(to_text(to_json(trip)), kTrip);
  EXPECT_EQ(from_json<Trip>(to_json(trip)).value(), trip);
}

TEST(Describe, ReadsValuesThatAreNoStructs) {
  EXPECT_EQ(from_json<int>(Json(7)).value(), 7);
  EXPECT_EQ(from_json<std::vector<std::string>>(parse_json(R"(["a"])").value()).value().size(), 1U);
  EXPECT_EQ(from_json<std::optional<double>>(Json()).value(), std::nullopt);
  EXPECT_EQ(to_text(to_json(std::vector<Leg>{{"Rome", 3}})), R"([{"city":"Rome","nights":3}])");
}

TEST(Describe, IgnoresMembersItDoesNotKnow) {
  EXPECT_TRUE(from_json<Leg>(parse_json(R"({"city":"x","nights":1,"new":2})").value()).ok());
}

TEST(Describe, NamesTheMemberThatDoesNotFit) {
  EXPECT_EQ(error_of("[]"), "the value must be an object, but is array");
  EXPECT_EQ(error_of("{}"), "'customer' is missing in a Trip");
  EXPECT_EQ(error_of(R"({"customer":1})"), "'customer' must be a string, but is number");
  EXPECT_EQ(error_of(R"({"customer":"a","paid":false,"amount":1,"travellers":300})"),
            "'travellers' does not fit its integer type: 300");
  EXPECT_EQ(error_of(R"({"customer":"a","paid":false,"amount":1,"travellers":1.5})"),
            "'travellers' must be a whole number, but is number");
  EXPECT_EQ(error_of(R"({"customer":"a","paid":false,"amount":1,"travellers":-1})"),
            "'travellers' does not fit its integer type: -1");
  EXPECT_EQ(error_of(R"({"customer":"a","paid":false,"amount":1,"travellers":1,"ticket":1,)"
                     R"("legs":[{"city":"x","nights":1},{"city":null}]})"),
            "'legs[1].city' must be a string, but is null");
}

TEST(Describe, TakesThirtyTwoMembers) {
  EXPECT_EQ(to_json(travel::Wide{}).size(), 32U);
  EXPECT_EQ(describe::name_of(&travel::Wide::m32), "m32");
}

}  // namespace
}  // namespace skald
