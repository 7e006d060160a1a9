#include "runtime/cli/engine_options.hpp"

#include <charconv>

#include "runtime/executor/targets.hpp"

namespace skald::cli {

Result<std::vector<Rewrite>> parse_rewrites(std::vector<std::string> const& texts) {
  std::vector<Rewrite> rewrites;
  for (auto const& text : texts) {
    auto target = runtime::parse_rewrite(text);
    if (!target) return std::move(target).error();
    rewrites.push_back({std::move(target->from), std::move(target->to), target->in_flight});
  }
  return rewrites;
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
