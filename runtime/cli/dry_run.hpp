#pragma once

// skald run --dry: a workflow file rehearsed with stubs instead of calls.

#include <optional>
#include <string>

#include "base/json.hpp"
#include "runtime/cli/console.hpp"

namespace skald::cli {

// Shows the path that was taken, and what would be undone wherever a call fails. Without `stubs`
// (a file) every call succeeds.
Exit dry_run(Console& console, std::string const& file, Json const& input,
             std::optional<std::string> const& stubs, std::string const& id);

}  // namespace skald::cli
