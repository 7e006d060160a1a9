#pragma once

// Text of jq expressions, put together with just the parentheses that are needed.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace skald::builder {

// How tightly the outermost operator binds.
enum class Binding : std::uint8_t {
  pipe,
  disjunction,
  conjunction,
  comparison,
  sum,
  product,
  term
};

struct Code {
  std::string text;
  Binding binding = Binding::term;
};

Code literal(Json const& value);
// $tasks.hotel, $tasks["two words"]
Code variable(std::string_view name);
Code member(Code const& base, std::string_view name);
Code item(Code const& base, std::size_t index);
Code binary(Code const& left, std::string_view sign, Code const& right, Binding binding);
Code negation(Code const& operand);
// base | {a, b}
Code fields(Code const& base, std::vector<std::string> const& names);
// "http://host/\(...)": `pattern` with each {} replaced; {{ and }} are braces. The number of {}
// must be that of the arguments.
Code interpolation(std::string_view pattern, std::vector<Code> const& arguments);

}  // namespace skald::builder
