#pragma once

// What an operator can do now for a run that waits for him: the commands, with their arguments.

#include <string>

#include "base/json.hpp"

namespace skald::cli {

// Lines below the picture of a suspended run, of its view; empty for any other run.
std::string next_verbs(Json const& view);

}  // namespace skald::cli
