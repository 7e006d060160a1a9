#pragma once

// How large and how deep a value may be. Values share their parts, so that a small program makes
// one that would fill the disk as text: what is measured here is the whole, every shared part as
// often as it occurs, and the measuring stops as soon as a bound is crossed. Of memory and text the
// larger one counts: a control character is one byte here and six in the journal.
//
// Thread-safety: free functions on immutable values.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/json.hpp"

namespace skald {

struct JsonBounds {
  std::size_t max_bytes = std::size_t{16} << 20U;  // in memory, and as JSON text
  std::size_t max_depth = 1'000;                   // levels of arrays and objects
};

enum class Exceeds : std::uint8_t { nothing, bytes, depth };

// Which of the bounds the value crosses; takes time in proportion to max_bytes at most.
Exceeds exceeds(Json const& value, JsonBounds const& bounds);

// The same in words ("the value is nested deeper than 1000 levels"); empty when it is within.
std::string bounds_fault(Json const& value, JsonBounds const& bounds);

}  // namespace skald
