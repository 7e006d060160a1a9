#pragma once

// Where a piece of a document stands: in a YAML file (text, line, column) or in a C++ file (file
// and line only). Spans are cheap to copy; the Source they name is kept alive by the Document.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace skald::dsl {

// A text with a name. For C++ files the text is empty: diagnostics then show no source line.
struct Source {
  std::string name;  // file name as the user gave it, "<input>" for text without a file
  std::string text;

  // The line's text without its end; empty when there is no such line. Lines are 1-based.
  std::string_view line(std::uint32_t number) const;
};

// Lines and columns are 1-based; columns and lengths count code points. A span stays on one line
// (a longer piece is marked up to the end of its first line). line 0: nowhere.
struct Span {
  Source const* source = nullptr;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t length = 1;
};

}  // namespace skald::dsl
