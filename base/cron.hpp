#pragma once

// Cron expressions of five fields: minute, hour, day of the month, month, day of the week. A field
// is a star, values, ranges, steps and lists of these; months and days also have names (JAN, MON);
// 7 is Sunday as 0 is. When both day fields are restricted a day fits by either. @hourly, @daily,
// @midnight, @weekly, @monthly, @yearly and @annually stand for what they say.
//
// When clocks change: an expression with every hour goes on by elapsed time; one with certain hours
// happens once, at the first of two equal local times, or at the change when its time is skipped.
//
// Thread-safety: const after construction.

#include <bitset>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/time.hpp"
#include "base/time_zone.hpp"

namespace skald {

class Cron {
 public:
  // What is wrong with a text, and where: bytes [begin, end).
  struct Problem {
    std::string message;
    std::string hint;
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  static std::variant<Cron, Problem> parse(std::string_view text);

  // The first time after that moment. Always there: parse() refuses what never happens.
  Time next(Time after, TimeZone const& zone) const;

 private:
  friend class CronParser;

  bool fits_day(std::int64_t day) const;
  std::optional<Time> first_of_day(std::int64_t day, Time after, TimeZone const& zone) const;

  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;
  std::bitset<13> months_;
  std::bitset<7> weekdays_;
  bool any_day_ = true;      // the day of the month is not restricted
  bool any_weekday_ = true;  // nor that of the week
};

}  // namespace skald
