// Dates, always in UTC: broken-down times as jq's arrays of eight numbers.

#include <cmath>
#include <cstdint>
#include <ctime>
#include <limits>

#include "dsl/jq/builtins.hpp"
#include "dsl/jq/text.hpp"

namespace skald::jq {
namespace {

using Args = Json const* const*;

// The C library's calendar is slow next to everything else a step of evaluation does.
constexpr std::uint64_t kCalendarFuel = 10;

Json from_tm(std::tm const& tm, double fraction) {
  return Json::array({Json(tm.tm_year + 1900.0), Json(tm.tm_mon), Json(tm.tm_mday),
                      Json(tm.tm_hour), Json(tm.tm_min), Json(tm.tm_sec + fraction),
                      Json(tm.tm_wday), Json(tm.tm_yday)});
}

// What is missing at the end is zero. False when something is no number.
bool to_tm(Json const& value, std::tm& tm) {
  tm = {};
  int* const fields[] = {&tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour,
                         &tm.tm_min,  &tm.tm_sec, &tm.tm_wday, &tm.tm_yday};
  for (std::size_t i = 0; i < 8 && i < value.size(); ++i) {
    if (!value[i].is_number() || std::isnan(value[i].as_number())) return false;
    double number = value[i].as_number() - (i == 0 ? 1900 : 0);
    number = std::fmin(std::fmax(number, std::numeric_limits<int>::min()),
                       std::numeric_limits<int>::max());
    *fields[i] = static_cast<int>(number);
  }
  ::timegm(&tm);
  return true;
}

bool broken_down(Run& run, Json const& in, Json& out) {
  if (!run.spend(kCalendarFuel)) return false;
  if (!in.is_number()) return run.fail("gmtime() requires numeric inputs");
  double const seconds = in.as_number();
  std::tm tm{};
  bool good = seconds > -9e18 && seconds < 9e18;
  if (good) {
    auto const whole = static_cast<std::time_t>(seconds);
    good = ::gmtime_r(&whole, &tm) != nullptr;
  }
  if (!good) {
    return run.fail("error converting number of seconds since epoch to datetime");
  }
  out = from_tm(tm, seconds - std::floor(seconds));
  return true;
}

bool gmtime_of(Run& run, Json const& in, Args, Json& out) {
  return broken_down(run, in, out);
}

bool mktime_of(Run& run, Json const& in, Args, Json& out) {
  if (!run.spend(kCalendarFuel)) return false;
  if (!in.is_array()) return run.fail("mktime requires array inputs");
  std::tm tm{};
  if (!to_tm(in, tm)) return run.fail("mktime requires parsed datetime inputs");
  auto const seconds = ::timegm(&tm);
  if (seconds == -1) return run.fail("invalid gmtime representation");
  out = Json(static_cast<double>(seconds));
  return true;
}

bool strftime_of(Run& run, Json const& in, Args args, Json& out) {
  if (!run.spend(kCalendarFuel) || (args[0]->is_string() && !run.spend_on(*args[0]))) return false;
  Json time = in;
  if (in.is_number()) {
    if (!broken_down(run, in, time)) return false;
  } else if (!in.is_array()) {
    return run.fail("strftime/1 requires parsed datetime inputs");
  }
  if (!args[0]->is_string()) return run.fail("strftime/1 requires a string format");
  std::tm tm{};
  if (!to_tm(time, tm)) return run.fail("strftime/1 requires parsed datetime inputs");
  std::string const format(args[0]->as_string());
  // A width in the format ("%999999d") must not decide how much memory is used.
  std::string buffer(format.size() + 100, '\0');
  if (!run.charge(buffer.size())) return false;
  auto const size = std::strftime(buffer.data(), buffer.size(), format.c_str(), &tm);
  if (size == 0 && format.c_str()[0] != '\0') {
    return run.fail("strftime/1: unknown system failure");
  }
  buffer.resize(size);
  out = Json(repair_utf8(buffer));
  return true;
}

// The day of the week and of the year, when the format did not give them.
void complete(std::tm& tm) {
  bool const known = tm.tm_mday != 0 && tm.tm_mon >= 0 && tm.tm_mon <= 11;
  if (!known) return;
  std::tm copy = tm;
  copy.tm_isdst = 0;
  if (::timegm(&copy) == -1 && copy.tm_year != 69) return;
  if (tm.tm_wday == 8) tm.tm_wday = copy.tm_wday;
  if (tm.tm_yday == 367) tm.tm_yday = copy.tm_yday;
}

bool strptime_of(Run& run, Json const& in, Args args, Json& out) {
  if (!run.spend(kCalendarFuel)) return false;
  if (!in.is_string() || !args[0]->is_string()) {
    return run.fail("strptime/1 requires string inputs and arguments");
  }
  std::string const text(in.as_string());
  std::string const format(args[0]->as_string());
  std::tm tm{};
  tm.tm_wday = 8;
  tm.tm_yday = 367;
  auto const* end = ::strptime(text.c_str(), format.c_str(), &tm);
  bool const space = end != nullptr && (*end == ' ' || (*end >= '\t' && *end <= '\r'));
  if (end == nullptr || (*end != '\0' && !space)) {
    return run.fail("date \"" + text + "\" does not match format \"" + format + "\"");
  }
  complete(tm);
  out = from_tm(tm, 0);
  if (*end != '\0') out.push_back(Json(repair_utf8(end)));
  return true;
}

// The caller's time, so that an evaluation can be repeated.
bool now(Run& run, Json const&, Args, Json& out) {
  out = Json(static_cast<double>(run.environment().now.us) / 1e6);
  return true;
}

constexpr NativeEntry kEntries[] = {
    {"gmtime", 0, gmtime_of},     {"mktime", 0, mktime_of}, {"strftime", 1, strftime_of},
    {"strptime", 1, strptime_of}, {"now", 0, now},
};

}  // namespace

std::span<NativeEntry const> date_natives() {
  return kEntries;
}

}  // namespace skald::jq
