#pragma once

// An example of every command, for its help. A test asks that each has one.

#include <string_view>

namespace skald::cli {

// "skald ls --status suspended"; empty when the command is not known.
std::string_view example_of(std::string_view command);

}  // namespace skald::cli
