#include "base/time.hpp"

#include <gtest/gtest.h>

namespace skald {
namespace {

TEST(Time, RoundTripsThroughText) {
  for (char const* text :
       {"1970-01-01T00:00:00Z", "2026-11-23T05:30:00.123456Z", "2024-02-29T23:59:59.5Z",
        "1969-12-31T23:59:59Z", "0099-01-02T00:00:00.000007Z"}) {
    EXPECT_EQ(to_iso8601(parse_iso8601(text).value()), text);
  }
  EXPECT_EQ(parse_iso8601("2026-01-01T02:00:00+02:00").value(),
            parse_iso8601("2026-01-01T00:00:00Z").value());
}

TEST(Time, RefusesWhatIsNoTime) {
  for (char const* text :
       {"", "2026-02-30T00:00:00Z", "2026-01-01", "2026-01-01T25:00:00Z", "2026-01-01T00:00:00"}) {
    EXPECT_FALSE(parse_iso8601(text).ok()) << text;
  }
}

TEST(Duration, ParsesIso8601) {
  EXPECT_EQ(parse_iso8601_duration("P1DT2H30M").value(), Duration::from_seconds(86'400 + 9000));
  EXPECT_EQ(parse_iso8601_duration("PT0.5S").value(), Duration::from_ms(500));
  EXPECT_EQ(parse_iso8601_duration("P2W").value(), Duration::from_seconds(14 * 86'400));
  for (char const* text :
       {"", "P", "PT", "P1Y", "PT1M1H", "1S", "P1S", "PT1", "PT99999999999999H"}) {
    EXPECT_FALSE(parse_iso8601_duration(text).ok()) << text;
  }
}

TEST(Duration, PrintsForMachinesAndForPeople) {
  EXPECT_EQ(to_iso8601(Duration::from_ms(93'784'500)), "P1DT2H3M4.5S");
  EXPECT_EQ(to_human(Duration::from_ms(1500)), "1.5 s");
  EXPECT_EQ(to_human(Duration::from_seconds(123)), "2 min 3 s");
}

}  // namespace
}  // namespace skald
