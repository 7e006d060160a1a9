#pragma once

// What the schema library says of a value that does not fit, in our words. Part of
// base/json_schema.

#include <string>
#include <vector>

#include "base/json.hpp"

namespace skald {

// One finding: where, as the library names it (["<root>", "[items]", "[0]"]), and what. Empty when
// it only repeats that something within did not fit.
std::string schema_finding(Json const& value, std::vector<std::string> const& context,
                           std::string const& description);

}  // namespace skald
