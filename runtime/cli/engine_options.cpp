#include "runtime/cli/engine_options.hpp"

#include <algorithm>
#include <charconv>

#include "runtime/executor/targets.hpp"

namespace skald::cli {

Result<std::vector<Rewrite>> parse_rewrites(std::vector<std::string> const& texts) {
  std::vector<Rewrite> rewrites;
  for (auto const& text : texts) {
    auto target = runtime::parse_rewrite(text);
    if (!target) return std::move(target).error();
    rewrites.push_back({std::move(target->from), std::move(target->to), target->in_flight, 0, 0});
  }
  return rewrites;
}

Result<void> add_limits(std::vector<std::string> const& texts, std::vector<Rewrite>& to) {
  for (auto const& text : texts) {
    auto const equals = text.rfind('=');
    Rewrite limits;
    limits.from = text.substr(0, equals);
    bool good = equals != std::string::npos && limits.from.find("://") != std::string::npos;
    auto rest = good ? std::string_view(text).substr(equals + 1) : std::string_view();
    while (good && !rest.empty()) {
      auto const part = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(part.size() + 1, rest.size()));
      double number = 0;
      auto const [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
      auto const unit = std::string_view(end, part.data() + part.size());
      good = error == std::errc() && number > 0 && number <= 1e6 && (unit.empty() || unit == "/s");
      if (unit == "/s") {
        limits.rate = number;
      } else {
        limits.in_flight = static_cast<std::uint32_t>(number);
      }
    }
    if (!good || (limits.rate <= 0 && limits.in_flight == 0)) {
      return Error{ErrorCode::invalid_argument, "'" + text + "' is no limit",
                   "write FROM=REQUESTS or FROM=RATE/s, e.g. http://hotel.local=64,100/s"};
    }
    auto const known = std::find_if(to.begin(), to.end(),
                                    [&](Rewrite const& each) { return each.from == limits.from; });
    if (known == to.end()) {
      to.push_back(limits);
    } else {
      known->in_flight = limits.in_flight;
      known->rate = limits.rate;
    }
  }
  return {};
}

Result<Duration> parse_time_span(std::string const& text) {
  if (text.starts_with('P')) return parse_iso8601_duration(text);
  double count = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  auto const unit = std::string_view(end, text.data() + text.size());
  double us = 0;
  if (unit == "ms") us = 1e3;
  if (unit == "s" || unit.empty()) us = 1e6;
  if (unit == "m" || unit == "min") us = 60e6;
  if (unit == "h") us = 3600e6;
  if (unit == "d") us = 86'400e6;
  if (error != std::errc() || us == 0 || count < 0 || count * us > 9e18) {
    return Error{ErrorCode::invalid_argument, "'" + text + "' is no length of time",
                 "write 500ms, 30s, 2m, 1h, 3d, or ISO 8601 like PT30S"};
  }
  return Duration{static_cast<std::int64_t>(count * us)};
}

Durability parse_durability(std::string const& text) {
  if (text == "none") return Durability::none;
  return text == "interval" ? Durability::interval : Durability::fsync;
}

}  // namespace skald::cli
