#pragma once

// The parser holds what stands in brackets in memory until it knows whether all of it is a key, so
// the tree builder can not stop a text that is far too large there. This looks before.

#include <cstddef>
#include <optional>
#include <string_view>

namespace skald::dsl::yaml {

struct FlowBounds {
  std::size_t open_on_a_line = 1'000;  // brackets that one line opens and does not close
  std::size_t entries = 40'000;  // commas and brackets between two brackets that belong together
};

struct FlowExcess {
  std::size_t offset = 0;  // where the bound is passed
  bool depth = false;      // too many are open; else there are too many entries
};

// Knows quotes, comments and block scalars, but takes no text for wrong.
std::optional<FlowExcess> flow_excess(std::string_view text, FlowBounds const& bounds = {});

}  // namespace skald::dsl::yaml
