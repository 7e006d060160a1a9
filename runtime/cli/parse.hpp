#pragma once

// The command line: finds the command, fills its options, runs it.

#include "runtime/cli/console.hpp"

namespace skald::cli {

// What main() returns.
int run_command_line(int count, char const* const* arguments, Console& console);

}  // namespace skald::cli
