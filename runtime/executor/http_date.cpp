#include "runtime/executor/http_date.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace skald::runtime {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string_view trim(std::string_view text) {
  auto const begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// A century is far more than anybody means, and safe to add to any Time.
constexpr std::int64_t kLongestSeconds = 100LL * 366 * 24 * 3600;

}  // namespace

std::optional<Time> parse_http_date(std::string_view text) {
  // Rewritten as ISO 8601 so that one calendar serves the whole program.
  constexpr std::string_view kShape = "Sun, 06 Nov 1994 08:49:37 GMT";
  if (text.size() != kShape.size() || text.substr(25) != " GMT" || text[4] != ' ') return {};
  auto const month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
  if (month == kMonths.end()) return {};
  std::string number = std::to_string(month - kMonths.begin() + 1);
  if (number.size() == 1) number.insert(0, "0");
  std::string const iso = std::string(text.substr(12, 4)) + "-" + number + "-" +
                          std::string(text.substr(5, 2)) + "T" + std::string(text.substr(17, 8)) +
                          "Z";
  auto const time = parse_iso8601(iso);
  if (!time.ok()) return {};
  return *time;
}

std::string to_http_date(Time time) {
  constexpr std::array<std::string_view, 7> kDays = {"Thu", "Fri", "Sat", "Sun",
                                                     "Mon", "Tue", "Wed"};
  constexpr std::int64_t kDayUs = 24LL * 3600 * 1'000'000;
  std::int64_t const day = time.us / kDayUs - (time.us % kDayUs < 0 ? 1 : 0);
  std::string const iso = to_iso8601(time);  // "1994-11-06T08:49:37Z"
  auto const month = static_cast<std::size_t>((iso[5] - '0') * 10 + (iso[6] - '0') - 1);
  std::string out(kDays[static_cast<std::size_t>((day % 7 + 7) % 7)]);
  out.append(", ").append(iso, 8, 2).append(" ").append(kMonths[month]).append(" ");
  return out.append(iso, 0, 4).append(" ").append(iso, 11, 8).append(" GMT");
}

std::optional<Duration> parse_retry_after(std::string_view text, Time now) {
  text = trim(text);
  std::int64_t seconds = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (end == text.data() + text.size() && error == std::errc{} && seconds >= 0) {
    return Duration::from_seconds(std::min(seconds, kLongestSeconds));
  }
  auto const date = parse_http_date(text);
  if (!date) return {};
  return std::max(*date - now, Duration{});
}

}  // namespace skald::runtime
