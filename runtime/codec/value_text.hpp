#pragma once

// A Json as bytes that give the same Json back, always. Nearly every value is its compact JSON
// text. What JSON text can not hold - nan, the infinities, nesting beyond what parsers take - is
// spelled out instead: a byte 1, then a JSON array of steps that build the value on a stack:
//
//   ["v", value]     a value without items or members
//   ["n"] ["i"] ["-"]  nan, infinity, minus infinity
//   ["s", pieces]    a sealed value (base/sealed.hpp); text can not make one, so no input can
//   ["a", count]     an array of the last `count` values
//   ["o", key, ...]  an object of the last values, one for each key

#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"

namespace skald::runtime {

void append_value(std::string& out, Json const& value);

// Errors: invalid_argument when the bytes are no value.
Result<Json> parse_value(std::string_view bytes);

}  // namespace skald::runtime
