#pragma once

// skald eval --tests FILE: a file in the format of jq's own tests; ends with "N passed, N failed".

#include <string>

#include "runtime/cli/console.hpp"

namespace skald::cli {

Exit run_jq_tests(Console& console, std::string const& path);

}  // namespace skald::cli
