#pragma once

// skald test FILE --sweep: every fault at every point of a workflow (docs/sagas/sweep.md).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/cli/console.hpp"

namespace skald::cli {

struct SweepOptions {
  bool on = false;
  std::string file;
  std::optional<std::string> input = {};   // JSON or @FILE
  std::optional<std::string> stubs = {};   // a file
  std::vector<std::string> with = {};      // files of workflows that it runs as children
  std::string id = {};                     // of the run; "dry-run" when there is none
  std::optional<std::string> replay = {};  // a schedule: only this one, as a story
  std::uint64_t most = 100'000;            // schedules
};

Exit test_sweep(Console& console, SweepOptions const& options);

}  // namespace skald::cli
