#pragma once

// The parser's complaints in words that help an author, with the usual causes looked for first.

#include <cstddef>
#include <optional>
#include <string_view>

#include "dsl/diagnostic.hpp"
#include "dsl/yaml/text_map.hpp"

namespace skald::dsl::yaml {

struct SyntaxError {
  std::string_view message;  // yaml-cpp's
  std::size_t offset = 0;
  std::optional<std::size_t> last_scalar;  // where the last scalar began
  std::optional<std::size_t> last_list;    // where the last block list that has ended began
  std::optional<std::size_t> open_flow;    // where the innermost open [ or { stands
};

Diagnostic explain(TextMap& text, SyntaxError const& error);

}  // namespace skald::dsl::yaml
