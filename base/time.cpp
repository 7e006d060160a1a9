#include "base/time.hpp"

#include <array>
#include <optional>
#include <string>
#include <utility>

namespace skald {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;

// Days since 1970-01-01 of a civil date and back (proleptic Gregorian calendar), after Howard
// Hinnant, "chrono-compatible low-level date algorithms".
std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day) {
  year -= month <= 2 ? 1 : 0;
  auto const era = (year >= 0 ? year : year - 399) / 400;
  auto const year_of_era = static_cast<unsigned>(year - era * 400);
  auto const day_of_year = (153 * (month + (month > 2 ? -3U : 9U)) + 2) / 5 + day - 1;
  auto const day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + static_cast<std::int64_t>(day_of_era) - 719'468;
}

struct Civil {
  std::int64_t year;
  unsigned month;
  unsigned day;
};

Civil civil_from_days(std::int64_t days) {
  days += 719'468;
  auto const era = (days >= 0 ? days : days - 146'096) / 146'097;
  auto const doe = static_cast<unsigned>(days - era * 146'097);
  auto const yoe = (doe - doe / 1460 + doe / 36'524 - doe / 146'096) / 365;
  auto const doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  auto const mp = (5 * doy + 2) / 153;
  auto const month = mp < 10 ? mp + 3 : mp - 9;
  return {static_cast<std::int64_t>(yoe) + era * 400 + (month <= 2 ? 1 : 0), month,
          doy - (153 * mp + 2) / 5 + 1};
}

// As printf's %0*d; every run that ends is written with two times, and printf would be half of it.
void append_padded(std::string& out, std::int64_t value, std::size_t width) {
  auto const digits = std::to_string(value < 0 ? -value : value);
  if (value < 0) out += '-';
  auto const signs = value < 0 ? std::size_t{1} : std::size_t{0};
  if (digits.size() + signs < width) out.append(width - signs - digits.size(), '0');
  out += digits;
}

std::string fraction_text(std::int64_t us) {
  if (us == 0) return "";
  std::string text = ".";
  append_padded(text, us, 6);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

// A cursor over text; every reader returns nothing when the text is not what it wants.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::optional<std::int64_t> digits(std::size_t least, std::size_t most) {
    std::int64_t value = 0;
    std::size_t count = 0;
    while (count < most && count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9') {
      value = value * 10 + (rest_[count] - '0');
      ++count;
    }
    if (count < least) return std::nullopt;
    rest_.remove_prefix(count);
    return value;
  }
  // The digits behind a decimal point, as microseconds.
  std::optional<std::int64_t> fraction() {
    std::int64_t us = 0;
    std::size_t count = 0;
    for (; count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9'; ++count) {
      if (count < 6) us = us * 10 + (rest_[count] - '0');
    }
    if (count == 0) return std::nullopt;
    for (auto i = count; i < 6; ++i) us *= 10;
    rest_.remove_prefix(count);
    return us;
  }

 private:
  std::string_view rest_;
};

Error bad_time(std::string_view text) {
  return {ErrorCode::invalid_argument, "'" + std::string(text) + "' is not an ISO 8601 time",
          "write it like 2026-11-23T05:30:00Z"};
}

Error bad_duration(std::string_view text, std::string why) {
  return {
      ErrorCode::invalid_argument,
      "'" + std::string(text) + "' is not an ISO 8601 duration" + (why.empty() ? "" : ": ") + why,
      "write it like PT30S, PT5M, P1DT12H"};
}

}  // namespace

std::string to_iso8601(Time time) {
  auto days = time.us / kDay;
  auto rest = time.us % kDay;
  if (rest < 0) {
    rest += kDay;
    --days;
  }
  auto const date = civil_from_days(days);
  auto const seconds = rest / kSecond;
  std::string text;
  text.reserve(sizeof "2026-11-23T05:30:00.123456Z");
  append_padded(text, date.year, 4);
  for (auto const& [before, value] : {std::pair{'-', std::int64_t{date.month}},
                                      {'-', std::int64_t{date.day}},
                                      {'T', seconds / 3600},
                                      {':', seconds / 60 % 60},
                                      {':', seconds % 60}}) {
    text += before;
    append_padded(text, value, 2);
  }
  return text + fraction_text(rest % kSecond) + "Z";
}

Result<Time> parse_iso8601(std::string_view text) {
  Reader in(text);
  auto const year = in.digits(4, 4);
  if (!year || !in.take('-')) return bad_time(text);
  auto const month = in.digits(2, 2);
  if (!month || !in.take('-')) return bad_time(text);
  auto const day = in.digits(2, 2);
  if (!day || !(in.take('T') || in.take('t'))) return bad_time(text);
  auto const hour = in.digits(2, 2);
  if (!hour || !in.take(':')) return bad_time(text);
  auto const minute = in.digits(2, 2);
  if (!minute || !in.take(':')) return bad_time(text);
  auto const second = in.digits(2, 2);
  if (!second) return bad_time(text);
  std::int64_t fraction = 0;
  if (in.take('.')) {
    auto const part = in.fraction();
    if (!part) return bad_time(text);
    fraction = *part;
  }
  std::int64_t offset_minutes = 0;
  if (!in.take('Z') && !in.take('z')) {
    bool const negative = in.take('-');
    if (!negative && !in.take('+')) return bad_time(text);
    auto const hours = in.digits(2, 2);
    if (!hours || !in.take(':')) return bad_time(text);
    auto const minutes = in.digits(2, 2);
    if (!minutes) return bad_time(text);
    offset_minutes = (*hours * 60 + *minutes) * (negative ? -1 : 1);
  }
  bool const in_range = *month >= 1 && *month <= 12 && *day >= 1 && *day <= 31 && *hour <= 23 &&
                        *minute <= 59 && *second <= 60;
  if (!in.done() || !in_range) return bad_time(text);
  auto const days =
      days_from_civil(*year, static_cast<unsigned>(*month), static_cast<unsigned>(*day));
  auto const check = civil_from_days(days);
  if (check.day != *day) return bad_time(text);
  auto const seconds = *hour * 3600 + (*minute - offset_minutes) * 60 + *second;
  return Time{days * kDay + seconds * kSecond + fraction};
}

std::string to_iso8601(Duration duration) {
  if (duration.us == 0) return "PT0S";
  std::string text = duration.us < 0 ? "-P" : "P";
  auto const us = duration.us < 0 ? -duration.us : duration.us;
  if (auto const days = us / kDay; days > 0) text += std::to_string(days) + "D";
  auto const rest = us % kDay;
  if (rest == 0) return text;
  text += 'T';
  auto const seconds = rest / kSecond;
  if (seconds / 3600 > 0) text += std::to_string(seconds / 3600) + "H";
  if (seconds / 60 % 60 > 0) text += std::to_string(seconds / 60 % 60) + "M";
  auto const fraction = fraction_text(rest % kSecond);
  if (seconds % 60 > 0 || !fraction.empty()) text += std::to_string(seconds % 60) + fraction + "S";
  return text;
}

Result<Duration> parse_iso8601_duration(std::string_view text) {
  struct Unit {
    char letter;
    std::int64_t us;
  };
  constexpr std::array<Unit, 2> kDateUnits{{{'W', 7 * kDay}, {'D', kDay}}};
  constexpr std::array<Unit, 3> kTimeUnits{
      {{'H', 3600 * kSecond}, {'M', 60 * kSecond}, {'S', kSecond}}};
  Reader in(text);
  if (!in.take('P')) return bad_duration(text, "it starts with P");
  std::int64_t total = 0;
  bool any = false;
  bool in_time = false;
  std::size_t next_date = 0;
  std::size_t next_time = 0;
  while (!in.done()) {
    if (!in_time && in.take('T')) {
      in_time = true;
      if (in.done()) return bad_duration(text, "nothing follows the T");
      continue;
    }
    auto const number = in.digits(1, 12);
    if (!number) return bad_duration(text, "a number is expected");
    std::int64_t fraction = 0;
    if (in.take('.') || in.take(',')) {
      auto const part = in.fraction();
      if (!part) return bad_duration(text, "digits are expected behind the decimal point");
      fraction = *part;
    }
    std::int64_t unit = 0;
    if (in_time) {
      while (next_time < kTimeUnits.size() && unit == 0) {
        if (in.take(kTimeUnits[next_time].letter)) unit = kTimeUnits[next_time].us;
        ++next_time;
      }
    } else {
      if (in.take('Y') || in.take('M')) {
        return bad_duration(text, "years and months have no fixed length; use days or weeks");
      }
      while (next_date < kDateUnits.size() && unit == 0) {
        if (in.take(kDateUnits[next_date].letter)) unit = kDateUnits[next_date].us;
        ++next_date;
      }
    }
    if (unit == 0)
      return bad_duration(text, "a unit is missing, unknown, repeated or out of order");
    std::int64_t part = 0;
    if (__builtin_mul_overflow(*number, unit, &part) ||
        __builtin_add_overflow(total, part, &total)) {
      return bad_duration(text, "it is longer than 292,000 years");
    }
    total += fraction * (unit / kSecond);
    any = true;
  }
  if (!any) return bad_duration(text, "it has no parts");
  return Duration{total};
}

std::string to_human(Duration duration) {
  auto const us = duration.us;
  if (us < 0) return "-" + to_human(Duration{-us});
  auto two = [](std::int64_t a, char const* ua, std::int64_t b, char const* ub) {
    auto text = std::to_string(a) + " " + ua;
    if (b != 0) text += " " + std::to_string(b) + " " + ub;
    return text;
  };
  if (us < 1000) return std::to_string(us) + " us";
  if (us < kSecond) return std::to_string(us / 1000) + " ms";
  if (us < 60 * kSecond) {
    auto const tenths = us / 100'000;
    auto text = std::to_string(tenths / 10);
    if (tenths % 10 != 0) text += "." + std::to_string(tenths % 10);
    return text + " s";
  }
  auto const seconds = us / kSecond;
  if (seconds < 3600) return two(seconds / 60, "min", seconds % 60, "s");
  if (seconds < 86'400) return two(seconds / 3600, "h", seconds / 60 % 60, "min");
  return two(seconds / 86'400, "d", seconds / 3600 % 24, "h");
}

}  // namespace skald
