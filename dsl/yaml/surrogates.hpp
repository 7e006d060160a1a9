#pragma once

// JSON writes characters beyond U+FFFF as two escapes ("\ud83d\ude00"), which the parser refuses
// though JSON is YAML. They are handed to it as one escape of the same length, so that no place
// moves, and the filling is taken out of the values again.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/document.hpp"

namespace skald::dsl::yaml {

class Surrogates {
 public:
  explicit Surrogates(std::string_view text);

  // The text for the parser: as long as the original.
  std::string const& text() const { return text_; }
  // The value that the original text has. `offset` is where the scalar begins.
  std::string restore(std::string value, std::size_t offset, Style style) const;

 private:
  std::string_view original_;
  std::string text_;
  std::vector<std::size_t> pairs_;  // their offsets
};

}  // namespace skald::dsl::yaml
