#include "base/cron.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <vector>

#include "base/assert.hpp"

namespace skald {
namespace {

constexpr std::int64_t kDayUs = std::int64_t{86'400} * 1'000'000;
// Leap days are eight years apart when a century has none.
constexpr std::int64_t kMostDays = 366 * 9;

using Names = std::span<std::string_view const>;
constexpr std::array<std::string_view, 12> kMonths = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                      "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::array<std::string_view, 7> kWeekdays = {"SUN", "MON", "TUE", "WED",
                                                       "THU", "FRI", "SAT"};

struct Field {
  std::string_view name;
  unsigned least;
  unsigned most;
  Names words;
  unsigned first_word;
};
constexpr std::array<Field, 5> kFields = {{{"minute", 0, 59, {}, 0},
                                           {"hour", 0, 23, {}, 0},
                                           {"day of the month", 1, 31, {}, 0},
                                           {"month", 1, 12, kMonths, 1},
                                           {"day of the week", 0, 7, kWeekdays, 0}}};

struct Macro {
  std::string_view name;
  std::string_view text;
};
constexpr std::array<Macro, 7> kMacros = {{{"@hourly", "0 * * * *"},
                                           {"@daily", "0 0 * * *"},
                                           {"@midnight", "0 0 * * *"},
                                           {"@weekly", "0 0 * * 0"},
                                           {"@monthly", "0 0 1 * *"},
                                           {"@yearly", "0 0 1 1 *"},
                                           {"@annually", "0 0 1 1 *"}}};

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return out;
}

bool is_space(char c) {
  return c == ' ' || c == '\t';
}

std::int64_t floor_day(Time local) {
  auto const day = local.us / kDayUs;
  return local.us % kDayUs < 0 ? day - 1 : day;
}

}  // namespace

class CronParser {
 public:
  explicit CronParser(std::string_view text) : text_(text) {}

  std::variant<Cron, Cron::Problem> parse() {
    auto parts = split(text_);
    if (parts.size() == 1 && parts[0].starts_with('@')) return macro(parts[0]);
    if (parts.size() != 5) return wrong_count(parts.size());
    std::array<std::vector<bool>, 5> sets;
    for (std::size_t i = 0; i < 5; ++i) {
      sets[i].resize(kFields[i].most + 1);
      if (!field(parts[i], kFields[i], sets[i])) return problem_;
    }
    Cron cron;
    fill(cron.minutes_, sets[0]);
    fill(cron.hours_, sets[1]);
    fill(cron.days_, sets[2]);
    fill(cron.months_, sets[3]);
    if (sets[4][7]) sets[4][0] = true;
    fill(cron.weekdays_, sets[4]);
    cron.any_day_ = parts[2][0] == '*' || parts[2][0] == '?';
    cron.any_weekday_ = parts[4][0] == '*' || parts[4][0] == '?';
    if (!happens(cron)) {
      fail(parts[2], "this day of the month is in none of the months", "no month has that day");
      return problem_;
    }
    return cron;
  }

 private:
  static std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> parts;
    std::size_t at = 0;
    while (at < text.size()) {
      while (at < text.size() && is_space(text[at])) ++at;
      auto const begin = at;
      while (at < text.size() && !is_space(text[at])) ++at;
      if (at > begin) parts.push_back(text.substr(begin, at - begin));
    }
    return parts;
  }

  template <std::size_t N>
  static void fill(std::bitset<N>& out, std::vector<bool> const& set) {
    for (std::size_t i = 0; i < N && i < set.size(); ++i) out[i] = set[i];
  }

  static bool happens(Cron const& cron) {
    if (!cron.any_weekday_) return true;
    constexpr std::array<unsigned, 13> kLongest = {0,  31, 29, 31, 30, 31, 30,
                                                   31, 31, 30, 31, 30, 31};
    for (std::size_t month = 1; month <= 12; ++month) {
      if (!cron.months_[month]) continue;
      for (std::size_t day = 1; day <= kLongest[month]; ++day) {
        if (cron.days_[day]) return true;
      }
    }
    return false;
  }

  std::variant<Cron, Cron::Problem> macro(std::string_view name) {
    for (auto const& each : kMacros) {
      if (each.name == name) return CronParser(each.text).parse();
    }
    fail(name, "'" + std::string(name) + "' is not known",
         "use @hourly, @daily, @weekly, @monthly, @yearly, or five fields");
    return problem_;
  }

  Cron::Problem wrong_count(std::size_t count) const {
    std::string const hint =
        count == 6 ? "seconds are not supported: leave the first field out"
                   : "minute, hour, day of the month, month, day of the week: '30 2 * * MON-FRI'";
    return {"a cron expression has five fields, this one has " + std::to_string(count), hint, 0,
            text_.size()};
  }

  bool fail(std::string_view where, std::string message, std::string hint) {
    auto const begin = where.data() >= text_.data() && where.data() <= text_.data() + text_.size()
                           ? static_cast<std::size_t>(where.data() - text_.data())
                           : 0;
    problem_ = {std::move(message), std::move(hint), begin,
                begin + std::max<std::size_t>(where.size(), 1)};
    return false;
  }

  // A list of items.
  bool field(std::string_view text, Field const& field, std::vector<bool>& set) {
    while (true) {
      auto const comma = text.find(',');
      if (!item(text.substr(0, comma), field, set)) return false;
      if (comma == std::string_view::npos) return true;
      text.remove_prefix(comma + 1);
    }
  }

  // value, value-value, star; each with /step.
  bool item(std::string_view text, Field const& field, std::vector<bool>& set) {
    auto const slash = text.find('/');
    auto const range = text.substr(0, slash);
    unsigned begin = field.least;
    unsigned end = field.words.data() == kWeekdays.data() ? 6 : field.most;
    unsigned step = 1;
    if (slash != std::string_view::npos) {
      if (!number(text.substr(slash + 1), step) || step == 0) {
        return fail(text.substr(slash), "a step is a number above 0", "every five: */5");
      }
    }
    if (range != "*" && range != "?") {
      auto const dash = range.find('-');
      if (!value(range.substr(0, dash), field, begin)) return false;
      if (dash != std::string_view::npos) {
        if (!value(range.substr(dash + 1), field, end)) return false;
      } else if (slash == std::string_view::npos) {
        end = begin;
      }
      if (begin > end) {
        return fail(range, "this range ends before it begins",
                    "write two: '" + std::string(range.substr(0, dash)) + "-" +
                        std::to_string(field.most) + "," + std::to_string(field.least) + "-" +
                        std::string(range.substr(dash + 1)) + "'");
      }
    }
    for (unsigned at = begin; at <= end; at += step) set[at] = true;
    return true;
  }

  static bool number(std::string_view text, unsigned& out) {
    if (text.empty() || text.size() > 4) return false;
    out = 0;
    for (char const c : text) {
      if (c < '0' || c > '9') return false;
      out = out * 10 + static_cast<unsigned>(c - '0');
    }
    return true;
  }

  bool value(std::string_view text, Field const& field, unsigned& out) {
    auto const name = upper(text);
    for (std::size_t i = 0; i < field.words.size(); ++i) {
      if (name != field.words[i]) continue;
      out = static_cast<unsigned>(i) + field.first_word;
      return true;
    }
    std::string const range = std::to_string(field.least) + " to " + std::to_string(field.most) +
                              (field.words.empty() ? ""
                                                   : ", or " + std::string(field.words[0]) +
                                                         " to " + std::string(field.words.back()));
    if (!number(text, out)) {
      bool const special = text.find_first_of("LW#") != std::string_view::npos;
      return fail(
          text,
          text.empty() ? "a value of the " + std::string(field.name) + " is missing"
                       : "'" + std::string(text) + "' is no " + std::string(field.name),
          special ? "L, W and # are not supported: they are no part of cron" : "use " + range);
    }
    if (out >= field.least && out <= field.most) return true;
    return fail(text, "the " + std::string(field.name) + " goes from " + range, "");
  }

  std::string_view text_;
  Cron::Problem problem_;
};

std::variant<Cron, Cron::Problem> Cron::parse(std::string_view text) {
  return CronParser(text).parse();
}

bool Cron::fits_day(std::int64_t day) const {
  using namespace std::chrono;
  sys_days const date{std::chrono::days(day)};
  year_month_day const parts(date);
  if (!months_[static_cast<unsigned>(parts.month())]) return false;
  bool const by_day = days_[static_cast<unsigned>(parts.day())];
  bool const by_weekday = weekdays_[weekday(date).c_encoding()];
  if (any_day_ || any_weekday_) return by_day && by_weekday;
  return by_day || by_weekday;
}

// The earliest moment after `after` that belongs to that local day.
std::optional<Time> Cron::first_of_day(std::int64_t day, Time after, TimeZone const& zone) const {
  std::optional<Time> best;
  auto const consider = [&](Time at) {
    if (at > after && (!best || at < *best)) best = at;
  };
  for (std::size_t hour = 0; hour < 24; ++hour) {
    if (!hours_[hour]) continue;
    for (std::size_t minute = 0; minute < 60; ++minute) {
      if (!minutes_[minute]) continue;
      auto const seconds = static_cast<std::int64_t>(hour * 60 + minute) * 60;
      Time const local{day * kDayUs + seconds * 1'000'000};
      auto const moments = zone.to_utc(local);
      bool const every_hour = hours_.all();
      if (!moments.empty()) consider(moments.front());
      if (moments.size() > 1 && every_hour) consider(moments.back());
      if (moments.empty() && !every_hour) consider(zone.change_over(local));
    }
    // Later hours are later moments; a change of clocks moves them by less than three hours.
    if (best && zone.to_local(*best).us + 3 * kDayUs / 24 <
                    day * kDayUs + static_cast<std::int64_t>(hour) * kDayUs / 24) {
      break;
    }
  }
  return best;
}

Time Cron::next(Time after, TimeZone const& zone) const {
  // A local day may begin twice, or the moment may belong to the end of the day before.
  auto const today = floor_day(zone.to_local(after));
  for (auto day = today - 1; day < today + kMostDays; ++day) {
    if (!fits_day(day)) continue;
    if (auto const found = first_of_day(day, after, zone)) return *found;
  }
  SKALD_ASSERT(false, "a cron expression that never happens");
  return after;
}

}  // namespace skald
