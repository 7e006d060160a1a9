#pragma once

// Json as YAML text, block style, ending with a line end. Reading it back gives the same value.

#include <string>

#include "base/json.hpp"

namespace skald::cli {

std::string to_yaml(Json const& value);

}  // namespace skald::cli
