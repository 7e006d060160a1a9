#pragma once

// Where each byte of a scalar's decoded text stands in the source: looks through quotes, escapes,
// indentation and folding. Used for diagnostics only, so that the reader itself stays cheap.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "dsl/document.hpp"

namespace skald::dsl {

// begin[i] is the source offset of the decoded byte i, end[i] the offset behind it. Both have
// decoded.size() elements.
struct ScalarMap {
  std::vector<std::uint32_t> begin;
  std::vector<std::uint32_t> end;
};

// `offset` is where the scalar begins in `source` (its quote or its '|' included). Empty when the
// text there does not decode to `decoded`.
std::optional<ScalarMap> map_scalar(std::string_view source, std::uint32_t offset, Style style,
                                    std::string_view decoded);

}  // namespace skald::dsl
