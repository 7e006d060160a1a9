#include "dsl/scalar_map.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

namespace skald::dsl {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
bool is_space(char c) {
  return is_blank(c) || c == '\n' || c == '\r';
}

// Walks over the source with the decoded text as its guide. Every step either agrees with the
// next decoded bytes or fails, so that a wrong map is never made.
class Walker {
 public:
  Walker(std::string_view source, std::size_t offset, std::string_view decoded)
      : source_(source), at_(offset), decoded_(decoded) {
    map_.begin.reserve(decoded.size());
    map_.end.reserve(decoded.size());
  }

  bool done() const { return map_.begin.size() == decoded_.size(); }
  bool source_ended() const { return at_ >= source_.size(); }
  char here(std::size_t ahead = 0) const {
    return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
  }
  void skip(std::size_t bytes) { at_ += bytes; }
  std::size_t at() const { return at_; }
  std::string_view rest() const { return source_.substr(std::min(at_, source_.size())); }

  // `bytes` bytes of the source are the decoded bytes `text`.
  bool take(std::size_t bytes, std::string_view text) {
    if (decoded_.substr(map_.begin.size(), text.size()) != text) return false;
    map_.begin.insert(map_.begin.end(), text.size(), static_cast<std::uint32_t>(at_));
    map_.end.insert(map_.end.end(), text.size(), static_cast<std::uint32_t>(at_ + bytes));
    at_ += bytes;
    return true;
  }
  bool take_char() { return !source_ended() && take(1, source_.substr(at_, 1)); }

  // A line end inside a flow scalar with the white space around it: n ends give n-1 line feeds,
  // one gives a space.
  bool take_fold() {
    std::size_t end = at_;
    std::size_t lines = 0;
    while (end < source_.size() && is_space(source_[end])) lines += source_[end++] == '\n' ? 1 : 0;
    if (lines == 0) return false;
    return take(end - at_, lines == 1 ? std::string(" ") : std::string(lines - 1, '\n'));
  }
  // True when only blanks stand between here and the line's end.
  bool at_line_end() const {
    std::size_t end = at_;
    while (end < source_.size() && is_blank(source_[end])) ++end;
    return end < source_.size() && (source_[end] == '\n' || source_[end] == '\r');
  }

  std::optional<ScalarMap> finish() && {
    if (!done()) return std::nullopt;
    return std::move(map_);
  }

 private:
  std::string_view source_;
  std::size_t at_;
  std::string_view decoded_;
  ScalarMap map_;
};

std::optional<ScalarMap> map_plain(Walker walker) {
  while (!walker.done()) {
    if (!(walker.at_line_end() ? walker.take_fold() : walker.take_char())) return std::nullopt;
  }
  return std::move(walker).finish();
}

std::optional<ScalarMap> map_single(Walker walker) {
  walker.skip(1);
  while (!walker.done()) {
    bool good = false;
    if (walker.here() == '\'') {
      good = walker.here(1) == '\'' && walker.take(2, "'");
    } else {
      good = walker.at_line_end() ? walker.take_fold() : walker.take_char();
    }
    if (!good) return std::nullopt;
  }
  return std::move(walker).finish();
}

void append_utf8(std::string& out, std::uint32_t point) {
  auto add = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (point < 0x80) return add(point);
  if (point < 0x800) {
    add(0xc0U | (point >> 6U));
  } else if (point < 0x10000) {
    add(0xe0U | (point >> 12U));
    add(0x80U | ((point >> 6U) & 0x3fU));
  } else {
    add(0xf0U | (point >> 18U));
    add(0x80U | ((point >> 12U) & 0x3fU));
    add(0x80U | ((point >> 6U) & 0x3fU));
  }
  add(0x80U | (point & 0x3fU));
}

std::optional<std::uint32_t> hex(std::string_view digits) {
  std::uint32_t value = 0;
  for (char const c : digits) {
    std::uint32_t digit = 0;
    if (c >= '0' && c <= '9')
      digit = static_cast<std::uint32_t>(c - '0');
    else if (c >= 'a' && c <= 'f')
      digit = static_cast<std::uint32_t>(c - 'a' + 10);
    else if (c >= 'A' && c <= 'F')
      digit = static_cast<std::uint32_t>(c - 'A' + 10);
    else
      return std::nullopt;
    value = value << 4U | digit;
  }
  return value;
}

// \xHH, \uHHHH (also as a surrogate pair, as JSON writes it) and \UHHHHHHHH.
bool take_hex_escape(Walker& walker, std::size_t digits) {
  std::size_t size = 2 + digits;
  auto point = hex(walker.rest().substr(2, digits));
  if (!point || walker.rest().size() < size) return false;
  if (*point >= 0xd800 && *point < 0xdc00 && walker.rest().substr(6, 2) == "\\u") {
    auto const low = hex(walker.rest().substr(8, 4));
    if (!low || *low < 0xdc00 || *low > 0xdfff) return false;
    point = 0x10000 + ((*point - 0xd800) << 10U) + (*low - 0xdc00);
    size = 12;
  }
  std::string text;
  append_utf8(text, *point);
  return walker.take(size, text);
}

bool take_escape(Walker& walker) {
  struct Escape {
    char letter;
    std::string_view text;
  };
  using namespace std::string_view_literals;
  static constexpr std::array kEscapes = {
      Escape{'0', "\0"sv},   Escape{'a', "\a"},     Escape{'b', "\b"},     Escape{'t', "\t"},
      Escape{'\t', "\t"},    Escape{'n', "\n"},     Escape{'v', "\v"},     Escape{'f', "\f"},
      Escape{'r', "\r"},     Escape{'e', "\x1b"},   Escape{' ', " "},      Escape{'"', "\""},
      Escape{'/', "/"},      Escape{'\\', "\\"},    Escape{'N', "\u0085"}, Escape{'_', "\u00a0"},
      Escape{'L', "\u2028"}, Escape{'P', "\u2029"}, Escape{'\'', "'"}};
  char const letter = walker.here(1);
  if (letter == 'x') return take_hex_escape(walker, 2);
  if (letter == 'u') return take_hex_escape(walker, 4);
  if (letter == 'U') return take_hex_escape(walker, 8);
  if (letter == '\n' || letter == '\r') {
    // An escaped line end is no text at all, nor is the next line's indentation.
    walker.skip(letter == '\r' ? 3 : 2);
    while (is_blank(walker.here())) walker.skip(1);
    return true;
  }
  auto const* const found =
      std::find_if(kEscapes.begin(), kEscapes.end(),
                   [letter](Escape const& escape) { return escape.letter == letter; });
  return found != kEscapes.end() && walker.take(2, found->text);
}

std::optional<ScalarMap> map_double(Walker walker) {
  walker.skip(1);
  while (!walker.done()) {
    bool good = false;
    if (walker.here() == '\\') {
      good = take_escape(walker);
    } else if (walker.here() != '"') {
      good = walker.at_line_end() ? walker.take_fold() : walker.take_char();
    }
    if (!good) return std::nullopt;
  }
  return std::move(walker).finish();
}

// The indentation of a block scalar: that of its first line that is not empty.
std::size_t block_indent(std::string_view body) {
  std::size_t indent = 0;
  for (char const c : body) {
    if (c == ' ') {
      ++indent;
    } else if (c == '\n') {
      indent = 0;
    } else if (c != '\r') {
      return indent;
    }
  }
  return 0;
}

// Skips a line's indentation; true when the line has text behind it.
bool skip_indent(Walker& walker, std::size_t indent) {
  std::size_t skipped = 0;
  while (skipped < indent && walker.here() == ' ') {
    walker.skip(1);
    ++skipped;
  }
  return !walker.source_ended() && walker.here() != '\n' && walker.here() != '\r';
}

std::size_t line_end_size(Walker const& walker) {
  return walker.here() == '\r' ? 2 : 1;
}

bool map_literal_line(Walker& walker, std::size_t indent) {
  skip_indent(walker, indent);
  while (!walker.done() && !walker.source_ended() && walker.here() != '\n' &&
         walker.here() != '\r') {
    if (!walker.take_char()) return false;
  }
  if (walker.done()) return true;
  return walker.source_ended() ? walker.take(0, "\n") : walker.take(line_end_size(walker), "\n");
}

// Folded text: the guide says whether a line end became a space, a line feed or nothing.
bool map_folded_line(Walker& walker, std::size_t indent) {
  skip_indent(walker, indent);
  while (!walker.done() && !walker.source_ended() && walker.here() != '\n' &&
         walker.here() != '\r') {
    if (!walker.take_char()) return false;
  }
  if (walker.done()) return true;
  if (walker.source_ended()) return walker.take(0, "\n");
  std::size_t const bytes = line_end_size(walker);
  if (!walker.take(bytes, "\n") && !walker.take(bytes, " ")) walker.skip(bytes);
  return true;
}

std::optional<ScalarMap> map_block(Walker walker, bool folded) {
  std::size_t const header_end = walker.rest().find('\n');
  if (header_end == std::string_view::npos) return std::nullopt;
  std::string_view const header = walker.rest().substr(0, header_end);
  // An explicit indentation counts from the parent's, which is not known here.
  if (header.substr(0, 3).find_first_of("123456789") != std::string_view::npos) return std::nullopt;
  walker.skip(header_end + 1);
  std::size_t const indent = block_indent(walker.rest());
  while (!walker.done()) {
    std::size_t const before = walker.at();
    bool const good = folded ? map_folded_line(walker, indent) : map_literal_line(walker, indent);
    if (!good || (walker.at() == before && !walker.done())) return std::nullopt;
  }
  return std::move(walker).finish();
}

}  // namespace

std::optional<ScalarMap> map_scalar(std::string_view source, std::uint32_t offset, Style style,
                                    std::string_view decoded) {
  if (offset >= source.size()) return std::nullopt;
  Walker walker(source, offset, decoded);
  switch (style) {
    case Style::plain: return map_plain(std::move(walker));
    case Style::single_quoted: return map_single(std::move(walker));
    case Style::double_quoted: return map_double(std::move(walker));
    case Style::literal: return map_block(std::move(walker), false);
    case Style::folded: return map_block(std::move(walker), true);
  }
  return std::nullopt;
}

}  // namespace skald::dsl
