#pragma once

// The rule of a time zone in the form of POSIX: "CET-1CEST,M3.5.0,M10.5.0/3". It says for any
// moment how far local time is ahead, and when a local time comes: not at all, once or twice. No
// tables and no files, so that the same text always gives the same answers.
//
// Thread-safety: const after construction.

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace skald {

class TimeZone {
 public:
  TimeZone() = default;  // UTC

  // Errors: invalid_argument. The empty text is UTC.
  static Result<TimeZone> parse(std::string_view rule);

  // Local time minus UTC.
  Duration offset(Time at) const;
  // What the clock on the wall shows, as a Time that is read as if it were UTC.
  Time to_local(Time at) const { return at + offset(at); }
  // The moments at which the wall shows that, oldest first; empty when the clocks skip it.
  std::vector<Time> to_utc(Time local) const;
  // Of a local time that is skipped: the moment at which the clocks are changed.
  Time change_over(Time local) const;

 private:
  // "M3.5.0/2": the last Sunday of March, at 2:00.
  struct Change {
    enum class Form : std::uint8_t { month, julian, day } form = Form::month;
    int month = 0;
    int week = 0;
    int day = 0;
    std::int64_t seconds = 2 * 3600;

    std::int64_t local_seconds(int year) const;
  };
  friend class TimeZoneParser;

  // Of a year: when summer time begins and ends, in UTC.
  std::pair<Time, Time> changes(int year) const;

  std::int64_t standard_ = 0;  // seconds ahead of UTC
  std::optional<std::int64_t> summer_;
  Change begin_;
  Change end_;
};

}  // namespace skald
