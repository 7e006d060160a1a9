#include "base/cron.hpp"

#include <gtest/gtest.h>

#include <string>

namespace skald {
namespace {

TimeZone zone(char const* rule) {
  return TimeZone::parse(rule).value();
}

// The next `count` firings after a moment, each on a line.
std::string firings(char const* cron, char const* after, int count = 1, char const* rule = "") {
  auto const parsed = Cron::parse(cron);
  if (auto const* problem = std::get_if<Cron::Problem>(&parsed)) return problem->message;
  auto at = parse_iso8601(after).value();
  std::string out;
  for (int i = 0; i < count; ++i) {
    at = std::get<Cron>(parsed).next(at, zone(rule));
    out += (i > 0 ? " " : "") + to_iso8601(at);
  }
  return out;
}

std::string problem(char const* cron) {
  auto const parsed = Cron::parse(cron);
  auto const* found = std::get_if<Cron::Problem>(&parsed);
  if (found == nullptr) return "none";
  return found->message + " | " + found->hint + " | " +
         std::string(cron).substr(found->begin, found->end - found->begin);
}

constexpr char const* kBerlin = "CET-1CEST,M3.5.0,M10.5.0/3";

TEST(Cron, FiresAtTheMinuteAfter) {
  EXPECT_EQ(firings("* * * * *", "2026-01-01T00:00:00Z", 2),
            "2026-01-01T00:01:00Z 2026-01-01T00:02:00Z");
  EXPECT_EQ(firings("0 0 * * *", "2026-01-01T00:00:00Z"), "2026-01-02T00:00:00Z");
  EXPECT_EQ(firings("*/20 9-10 * * *", "2026-01-01T09:50:00Z", 4),
            "2026-01-01T10:00:00Z 2026-01-01T10:20:00Z 2026-01-01T10:40:00Z 2026-01-02T09:00:00Z");
}

TEST(Cron, KnowsNamesListsAndMacros) {
  EXPECT_EQ(firings("30 2 * * MON-FRI", "2026-01-02T03:00:00Z"), "2026-01-05T02:30:00Z");
  EXPECT_EQ(firings("0 0 1,15 jan,jul *", "2026-01-15T00:00:00Z"), "2026-07-01T00:00:00Z");
  EXPECT_EQ(firings("@weekly", "2026-01-01T00:00:00Z"), "2026-01-04T00:00:00Z");
  EXPECT_EQ(firings("0 0 * * 7", "2026-01-01T00:00:00Z"), "2026-01-04T00:00:00Z");
}

TEST(Cron, TakesEitherOfTwoRestrictedDays) {
  EXPECT_EQ(firings("0 0 13 * 5", "2026-01-01T00:00:00Z", 3),
            "2026-01-02T00:00:00Z 2026-01-09T00:00:00Z 2026-01-13T00:00:00Z");
}

TEST(Cron, WaitsForALeapDay) {
  EXPECT_EQ(firings("0 12 29 2 *", "2026-01-01T00:00:00Z"), "2028-02-29T12:00:00Z");
  EXPECT_EQ(firings("0 12 29 2 *", "2096-03-01T00:00:00Z"), "2104-02-29T12:00:00Z");
}

TEST(Cron, CertainHoursHappenOnceWhenClocksChange) {
  // Forward on March 29th, 2:00 to 3:00: the run at 2:30 comes with the change.
  EXPECT_EQ(firings("30 2 * * *", "2026-03-28T12:00:00Z", 2, kBerlin),
            "2026-03-29T01:00:00Z 2026-03-30T00:30:00Z");
  // Back on October 25th, 3:00 to 2:00: 2:30 comes twice, the run once.
  EXPECT_EQ(firings("30 2 * * *", "2026-10-24T12:00:00Z", 2, kBerlin),
            "2026-10-25T00:30:00Z 2026-10-26T01:30:00Z");
}

TEST(Cron, EveryHourGoesOnByElapsedTime) {
  EXPECT_EQ(firings("0 * * * *", "2026-03-29T00:00:00Z", 2, kBerlin),
            "2026-03-29T01:00:00Z 2026-03-29T02:00:00Z");
  EXPECT_EQ(firings("0 * * * *", "2026-10-24T23:30:00Z", 3, kBerlin),
            "2026-10-25T00:00:00Z 2026-10-25T01:00:00Z 2026-10-25T02:00:00Z");
}

TEST(Cron, NeverGoesBack) {
  auto const cron = std::get<Cron>(Cron::parse("*/7 1,2,3 * * *"));
  auto at = parse_iso8601("2026-01-01T00:00:00Z").value();
  for (int i = 0; i < 20'000; ++i) {
    auto const next = cron.next(at, zone(kBerlin));
    ASSERT_GT(next, at);
    at = next;
  }
}

TEST(Cron, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(problem("0 0 * *"),
            "a cron expression has five fields, this one has 4 | minute, hour, day of the month, "
            "month, day of the week: '30 2 * * MON-FRI' | 0 0 * *");
  EXPECT_EQ(problem("0 0 0 * * *"),
            "a cron expression has five fields, this one has 6 | seconds are not supported: leave "
            "the first field out | 0 0 0 * * *");
  EXPECT_EQ(problem("0 24 * * *"), "the hour goes from 0 to 23 |  | 24");
  EXPECT_EQ(problem("0 0 * * FOO"),
            "'FOO' is no day of the week | use 0 to 7, or SUN to SAT | FOO");
  EXPECT_EQ(problem("0 0 L * *"),
            "'L' is no day of the month | L, W and # are not supported: they are no part of cron | "
            "L");
  EXPECT_EQ(problem("0 22-6 * * *"),
            "this range ends before it begins | write two: '22-23,0-6' | 22-6");
  EXPECT_EQ(problem("*/0 * * * *"), "a step is a number above 0 | every five: */5 | /0");
  EXPECT_EQ(problem("0 0 30 2 *"),
            "this day of the month is in none of the months | no month has that day | 30");
  EXPECT_EQ(problem("@often"),
            "'@often' is not known | use @hourly, @daily, @weekly, @monthly, @yearly, or five "
            "fields | @often");
}

TEST(TimeZone, FollowsItsRule) {
  auto const hours = [](char const* rule, char const* at) {
    return zone(rule).offset(parse_iso8601(at).value()).seconds() / 3600;
  };
  EXPECT_EQ(hours("", "2026-07-01T00:00:00Z"), 0);
  EXPECT_EQ(hours("<+0545>-5:45", "2026-07-01T00:00:00Z"), 5.75);
  EXPECT_EQ(hours(kBerlin, "2026-03-29T00:59:59Z"), 1);
  EXPECT_EQ(hours(kBerlin, "2026-03-29T01:00:00Z"), 2);
  EXPECT_EQ(hours(kBerlin, "2026-10-25T00:59:59Z"), 2);
  EXPECT_EQ(hours(kBerlin, "2026-10-25T01:00:00Z"), 1);
  // South of the equator summer passes over the new year; Irish winter time is the exception.
  EXPECT_EQ(hours("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-01-01T00:00:00Z"), 11);
  EXPECT_EQ(hours("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-07-01T00:00:00Z"), 10);
  EXPECT_EQ(hours("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-01-01T00:00:00Z"), 0);
  EXPECT_EQ(hours("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-07-01T00:00:00Z"), 1);
}

TEST(TimeZone, RefusesWhatIsNoRule) {
  for (auto const* text : {"Berlin", "CET", "CET-1CEST", "CET-1CEST,M13.1.0,M1.1.0", "1", "AB1"}) {
    EXPECT_FALSE(TimeZone::parse(text).ok()) << text;
  }
}

}  // namespace
}  // namespace skald
