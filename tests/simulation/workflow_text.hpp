#pragma once

// Makes random workflows, as the YAML a person could have written: calls with undos, nested in do,
// for, fork and try, with retries, timeouts, waits, events and early exits. The same Random gives
// the same text.

#include <string>

#include "tests/simulation/random.hpp"

namespace skald::simulation {

std::string workflow_text(Random& random, std::string const& name);

}  // namespace skald::simulation
