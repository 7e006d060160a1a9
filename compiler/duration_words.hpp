#pragma once

// Lengths of time as people write them in other places ("5s", "1h30m", "5 minutes", "00:05:00",
// "PT5"), for suggestions only: the language takes ISO 8601 and maps.

#include <optional>
#include <string_view>

#include "base/time.hpp"

namespace skald::compiler {

// Nothing when the text does not look like a length of time.
std::optional<Duration> duration_in_words(std::string_view text);

}  // namespace skald::compiler
