#pragma once

// Data as YAML text in the form of format_yaml.

#include <string>
#include <vector>

#include "base/json.hpp"

namespace skald::dsl {

// Block style, short collections on one line; ends with a line end. Reading it back gives the same
// value.
std::string write_yaml(Json const& value);

// The same with lines of comment above it, without their '# '.
std::string write_yaml(Json const& value, std::vector<std::string> const& comments);

}  // namespace skald::dsl
