#pragma once

// The differences of two plain values in words.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/diff/plain.hpp"

namespace skald::compiler {

// A line each, "retry.delay: 1 s -> 2 s". Empty exactly when same(before, after).
std::vector<std::string> plain_differences(Plain const& before, Plain const& after);

// Two texts that differ, each on one line and cut around the place where they begin to; never
// inside of a character. White space is told where nothing else differs.
std::pair<std::string, std::string> told_apart(std::string_view before, std::string_view after);

}  // namespace skald::compiler
