#pragma once

// A YAML text with its line table: spans of byte offsets, and the small look-arounds the reader
// needs because the parser's events say where a node begins but not where it ends.

#include <cstddef>
#include <string_view>
#include <vector>

#include "dsl/document.hpp"
#include "dsl/source.hpp"

namespace skald::dsl::yaml {

class TextMap {
 public:
  explicit TextMap(Source const& source);

  std::string_view text() const { return source_.text; }
  std::size_t size() const { return source_.text.size(); }
  char at(std::size_t offset) const { return offset < size() ? source_.text[offset] : '\0'; }
  // The bytes [begin, end), as far as there are any.
  std::string_view slice(std::size_t begin, std::size_t end) const {
    begin = begin < size() ? begin : size();
    return text().substr(begin, end > begin ? end - begin : 0);
  }

  // The span of the bytes [begin, end), cut at the end of its first line. Cheap when it is called
  // with growing offsets.
  Span span(std::size_t begin, std::size_t end);
  std::size_t line_of(std::size_t offset) const;  // 0-based
  std::size_t line_begin(std::size_t offset) const { return lines_[line_of(offset)]; }
  std::size_t line_end(std::size_t offset) const;  // offset of the line's end, '\r' excluded
  // The line's text, and the part of it before `offset`.
  std::string_view line(std::size_t offset) const;
  std::string_view before(std::size_t offset) const;

  // Behind the properties (&anchor, !tag) that stand at `offset`.
  std::size_t skip_properties(std::size_t offset) const;
  Style style_at(std::size_t offset) const;
  // Behind the closing quote of the quoted scalar that begins at `offset`, or npos.
  std::size_t quoted_end(std::size_t offset) const;

 private:
  Source const& source_;
  std::vector<std::size_t> lines_;  // offset of each line's beginning
  mutable std::size_t asked_ = 0;   // the line of the last question
  std::size_t last_line_ = 0;       // the place of the last span, to count columns on from it
  std::size_t last_offset_ = 0;
  std::size_t last_column_ = 1;
};

}  // namespace skald::dsl::yaml
