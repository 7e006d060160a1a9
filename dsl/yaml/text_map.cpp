#include "dsl/yaml/text_map.hpp"

#include <algorithm>
#include <string>

#include "base/json.hpp"

namespace skald::dsl::yaml {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

TextMap::TextMap(Source const& source) : source_(source), lines_{0} {
  for (std::size_t at = 0; (at = source.text.find('\n', at)) != std::string::npos;) {
    lines_.push_back(++at);
  }
}

std::size_t TextMap::line_of(std::size_t offset) const {
  // Most questions are about the line of the one before.
  if (offset >= lines_[asked_] && (asked_ + 1 == lines_.size() || offset < lines_[asked_ + 1])) {
    return asked_;
  }
  auto const after = std::upper_bound(lines_.begin(), lines_.end(), offset);
  asked_ = static_cast<std::size_t>(after - lines_.begin()) - 1;
  return asked_;
}

std::size_t TextMap::line_end(std::size_t offset) const {
  std::size_t const line = line_of(offset);
  std::size_t end = line + 1 < lines_.size() ? lines_[line + 1] - 1 : size();
  if (end > lines_[line] && at(end - 1) == '\r') --end;
  return end;
}

std::string_view TextMap::line(std::size_t offset) const {
  std::size_t const begin = line_begin(offset);
  return text().substr(begin, line_end(offset) - begin);
}

std::string_view TextMap::before(std::size_t offset) const {
  std::size_t const begin = line_begin(offset);
  return text().substr(begin, offset - begin);
}

Span TextMap::span(std::size_t begin, std::size_t end) {
  begin = std::min(begin, size());
  std::size_t const line = line_of(begin);
  if (line != last_line_ || begin < last_offset_) {
    last_line_ = line;
    last_offset_ = lines_[line];
    last_column_ = 1;
  }
  last_column_ += count_code_points(text().substr(last_offset_, begin - last_offset_));
  last_offset_ = begin;
  Span span;
  span.source = &source_;
  span.line = static_cast<std::uint32_t>(line + 1);
  span.column = static_cast<std::uint32_t>(last_column_);
  std::size_t const stop = std::min(end, line_end(begin));
  std::size_t const length =
      stop > begin ? count_code_points(text().substr(begin, stop - begin)) : 0;
  span.length = static_cast<std::uint32_t>(std::max<std::size_t>(length, 1));
  return span;
}

std::size_t TextMap::skip_properties(std::size_t offset) const {
  while (at(offset) == '&' || at(offset) == '!') {
    while (offset < size() && !is_space(at(offset))) ++offset;
    while (offset < size() && (is_space(at(offset)) || at(offset) == '#')) {
      if (at(offset) == '#')
        offset = line_end(offset);
      else
        ++offset;
    }
  }
  return offset;
}

Style TextMap::style_at(std::size_t offset) const {
  switch (at(offset)) {
    case '\'': return Style::single_quoted;
    case '"': return Style::double_quoted;
    case '|': return Style::literal;
    case '>': return Style::folded;
    default: return Style::plain;
  }
}

std::size_t TextMap::quoted_end(std::size_t offset) const {
  char const quote = at(offset);
  for (std::size_t i = offset + 1; i < size(); ++i) {
    if (quote == '"' && at(i) == '\\') {
      ++i;
    } else if (at(i) == quote) {
      if (quote == '"' || at(i + 1) != '\'') return i + 1;
      ++i;
    }
  }
  return std::string_view::npos;
}

}  // namespace skald::dsl::yaml
