#pragma once

// Time and Duration are plain integers of microseconds. Nothing in base, saga or runtime/machine
// reads a clock: a Time always comes from outside as a field of an input.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace skald {

// A length of time in microseconds; may be negative.
struct Duration {
  std::int64_t us = 0;

  auto operator<=>(Duration const&) const = default;
  constexpr std::int64_t milliseconds() const { return us / 1000; }
  constexpr double seconds() const { return static_cast<double>(us) / 1e6; }
  static constexpr Duration from_ms(std::int64_t ms) { return {ms * 1000}; }
  static constexpr Duration from_seconds(std::int64_t s) { return {s * 1'000'000}; }
};

// A point in time: microseconds since 1970-01-01T00:00:00Z.
struct Time {
  std::int64_t us = 0;

  auto operator<=>(Time const&) const = default;
};

constexpr Duration operator+(Duration a, Duration b) {
  return {a.us + b.us};
}
constexpr Duration operator-(Duration a, Duration b) {
  return {a.us - b.us};
}
constexpr Time operator+(Time t, Duration d) {
  return {t.us + d.us};
}
constexpr Time operator-(Time t, Duration d) {
  return {t.us - d.us};
}
constexpr Duration operator-(Time a, Time b) {
  return {a.us - b.us};
}

// "2026-11-23T05:30:00.123456Z"; the fraction is left out when it is zero.
std::string to_iso8601(Time time);

// Parses "YYYY-MM-DDTHH:MM:SS[.fraction](Z|+HH:MM|-HH:MM)". Digits past microseconds are cut.
Result<Time> parse_iso8601(std::string_view text);

// "P1DT2H30M", "PT0.5S". The largest unit is days; zero is "PT0S".
std::string to_iso8601(Duration duration);

// Parses an ISO 8601 duration of weeks, days, hours, minutes and seconds ("P2W", "P1DT12H",
// "PT1.5S"). Years and months have no fixed length and are refused with that reason.
Result<Duration> parse_iso8601_duration(std::string_view text);

// For people: "350 us", "12 ms", "1.5 s", "2 min 3 s", "3 h 5 min", "2 d 1 h".
std::string to_human(Duration duration);

}  // namespace skald
