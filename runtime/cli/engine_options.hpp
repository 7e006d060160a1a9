#pragma once

// What `run`, `serve` and `test` share: from words of the command line to EngineOptions.

#include <string>
#include <vector>

#include "base/result.hpp"
#include "runtime/engine/engine.hpp"

namespace skald::cli {

// FROM=TO each. Errors: invalid_argument.
Result<std::vector<Rewrite>> parse_rewrites(std::vector<std::string> const& texts);

// FROM=N (requests at once), FROM=N/s (begun in a second), or both with a comma; of the target with
// that URL prefix, or of one more. Errors: invalid_argument.
Result<void> add_limits(std::vector<std::string> const& texts, std::vector<Rewrite>& to);

// "30s", "1500ms", "2m", "1h", "3d", or ISO 8601 ("PT30S"). Errors: invalid_argument.
Result<Duration> parse_time_span(std::string const& text);

// fsync, interval or none.
Durability parse_durability(std::string const& text);

}  // namespace skald::cli
