#include "base/time_zone.hpp"

#include <algorithm>
#include <chrono>
#include <string>

namespace skald {
namespace {

constexpr std::int64_t kDay = 86'400;

int year_of(Time at) {
  auto const days = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(at.us)));
  return static_cast<int>(std::chrono::year_month_day(days).year());
}

std::int64_t days_of(std::chrono::year_month_day day) {
  return std::chrono::sys_days(day).time_since_epoch().count();
}

bool is_leap(int year) {
  return std::chrono::year(year).is_leap();
}

Time from_seconds(std::int64_t seconds) {
  return {seconds * 1'000'000};
}

}  // namespace

std::int64_t TimeZone::Change::local_seconds(int year) const {
  using namespace std::chrono;
  auto const first = std::chrono::year(year) / January / 1;
  if (form == Form::day) return (days_of(first) + day) * kDay + seconds;
  if (form == Form::julian) {
    bool const past_february = is_leap(year) && day >= 60;  // the 29th is never counted
    return (days_of(first) + day - 1 + (past_february ? 1 : 0)) * kDay + seconds;
  }
  auto const in_month = std::chrono::year(year) / std::chrono::month(static_cast<unsigned>(month));
  auto const weekday = std::chrono::weekday(static_cast<unsigned>(day));
  auto const date = week == 5 ? sys_days(in_month / weekday[last])
                              : sys_days(in_month / weekday[static_cast<unsigned>(week)]);
  return date.time_since_epoch().count() * kDay + seconds;
}

std::pair<Time, Time> TimeZone::changes(int year) const {
  return {from_seconds(begin_.local_seconds(year) - standard_),
          from_seconds(end_.local_seconds(year) - *summer_)};
}

Duration TimeZone::offset(Time at) const {
  if (!summer_) return Duration::from_seconds(standard_);
  auto const [begin, end] = changes(year_of(from_seconds(at.us / 1'000'000 + standard_)));
  bool const summer = begin < end ? at >= begin && at < end : at >= begin || at < end;
  return Duration::from_seconds(summer ? *summer_ : standard_);
}

std::vector<Time> TimeZone::to_utc(Time local) const {
  std::vector<Time> found;
  for (auto const ahead : {summer_.value_or(standard_), standard_}) {
    auto const at = local - Duration::from_seconds(ahead);
    bool const fits = offset(at) == Duration::from_seconds(ahead);
    if (fits && std::find(found.begin(), found.end(), at) == found.end()) found.push_back(at);
  }
  std::sort(found.begin(), found.end());
  return found;
}

Time TimeZone::change_over(Time local) const {
  if (!summer_) return local - Duration::from_seconds(standard_);
  auto const [begin, end] = changes(year_of(local));
  auto const least = Duration::from_seconds(std::min(standard_, *summer_));
  auto const near = [&](Time change) {
    auto const behind = (local - least) - change;
    return behind.us >= 0 && behind < Duration::from_seconds(kDay);
  };
  return near(begin) ? begin : (near(end) ? end : local - least);
}

// Reads the text from its front.
class TimeZoneParser {
 public:
  explicit TimeZoneParser(std::string_view text) : text_(text), rest_(text) {}

  Result<TimeZone> parse() {
    TimeZone zone;
    if (text_.empty()) return zone;
    std::int64_t west = 0;
    if (!name() || !time(west)) return error("it begins with a name and an offset, as in CET-1");
    zone.standard_ = -west;
    if (rest_.empty()) return zone;
    if (!name()) return error("the name of the summer time is missing");
    std::int64_t summer = west - 3600;
    if (!rest_.empty() && rest_[0] != ',' && !time(summer)) return error("the second offset");
    zone.summer_ = -summer;
    if (!take(',') || !change(zone.begin_) || !take(',') || !change(zone.end_) || !rest_.empty()) {
      return error("behind the names stand the two changes, as in M3.5.0,M10.5.0/3");
    }
    return zone;
  }

 private:
  Error error(char const* what) const {
    return {ErrorCode::invalid_argument,
            "'" + std::string(text_) + "' is no rule of a time zone: " + what, ""};
  }

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool name() {
    if (take('<')) {
      auto const end = rest_.find('>');
      if (end == std::string_view::npos || end < 3) return false;
      rest_.remove_prefix(end + 1);
      return true;
    }
    auto const end = std::find_if(rest_.begin(), rest_.end(), [](char c) {
      return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
    });
    auto const length = static_cast<std::size_t>(end - rest_.begin());
    rest_.remove_prefix(length);
    return length >= 3;
  }

  bool number(std::int64_t& out, std::int64_t most) {
    std::int64_t value = 0;
    std::size_t digits = 0;
    while (digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9' && digits < 4) {
      value = value * 10 + (rest_[digits++] - '0');
    }
    rest_.remove_prefix(digits);
    out = value;
    return digits > 0 && value <= most;
  }

  // [+-]hh[:mm[:ss]] in seconds.
  bool time(std::int64_t& out) {
    bool const minus = take('-');
    if (!minus) take('+');
    std::int64_t hours = 0;
    std::int64_t minutes = 0;
    std::int64_t seconds = 0;
    if (!number(hours, 167)) return false;
    if (take(':') && !number(minutes, 59)) return false;
    if (take(':') && !number(seconds, 59)) return false;
    out = (hours * 60 + minutes) * 60 + seconds;
    if (minus) out = -out;
    return true;
  }

  bool change(TimeZone::Change& out) {
    std::int64_t value = 0;
    using Form = TimeZone::Change::Form;
    if (take('M')) {
      if (!number(value, 12) || value < 1) return false;
      out.month = static_cast<int>(value);
      if (!take('.') || !number(value, 5) || value < 1) return false;
      out.week = static_cast<int>(value);
      if (!take('.') || !number(value, 6)) return false;
    } else {
      out.form = take('J') ? Form::julian : Form::day;
      if (!number(value, 365) || (out.form == Form::julian && value < 1)) return false;
    }
    out.day = static_cast<int>(value);
    return !take('/') || time(out.seconds);
  }

  std::string_view text_;
  std::string_view rest_;
};

Result<TimeZone> TimeZone::parse(std::string_view rule) {
  return TimeZoneParser(rule).parse();
}

}  // namespace skald
