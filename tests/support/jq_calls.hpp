#pragma once

// Calls of jq's builtins, made from their names, for tests and benchmarks that go through all of
// them.

#include <cstdlib>
#include <string>
#include <string_view>

namespace skald::test {

// "sub/2" with the argument "$y": sub($y; $y).
inline std::string jq_call(std::string_view name, std::string_view argument) {
  auto const slash = name.rfind('/');
  auto const arity = std::atoi(name.data() + slash + 1);
  std::string text(name.substr(0, slash));
  for (int i = 0; i < arity; ++i) text.append(i == 0 ? "(" : "; ").append(argument);
  return arity == 0 ? text : text + ")";
}

// The program that calls again and again on $x, whatever comes of it.
inline std::string jq_loop(std::string const& call) {
  return "range(1e6) | ($x | [try " + call + " catch .]) | 1";
}

}  // namespace skald::test
