#pragma once

// Decimal number texts, as jq 1.8 reads and prints them. A number that a double prints the same
// way is a plain double; any other keeps its decimal text as a number literal.

#include <string>
#include <string_view>

#include "base/json.hpp"

namespace skald {

// `text` is a JSON number; a leading '+' or '.', and a trailing '.', are accepted too.
Json number_from_text(std::string_view text);

// The literal in the form jq prints: "1E+1000", "0.10", "1.00" for "100e-2". Empty when the
// exponent is beyond +-999999999.
std::string normal_decimal(std::string_view text);

}  // namespace skald
