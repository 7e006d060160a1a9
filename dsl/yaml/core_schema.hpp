#pragma once

// The core schema of YAML 1.2: which value a plain scalar is. `no` is a text, `012` is twelve.

#include <optional>
#include <string_view>

#include "base/json.hpp"

namespace skald::dsl::yaml {

// Null, true, false, a number, or else the text itself. Empty for the numbers that JSON does not
// have: infinities, not-a-number, and what no double can hold.
std::optional<Json> resolve_plain(std::string_view text);

bool is_null_text(std::string_view text);

}  // namespace skald::dsl::yaml
