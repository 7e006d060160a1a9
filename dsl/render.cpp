// Diagnostics for a terminal: the head line, the source line and carets below the place.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "dsl/diagnostic.hpp"

namespace skald::dsl {
namespace {

constexpr std::size_t kTabCells = 4;
// Longer lines are shown as a window around the place, so that a document on one line stays
// readable.
constexpr std::size_t kWindowCells = 120;

struct Paint {
  std::string_view error, warning, note, bold, gutter, off;
};
constexpr Paint kPlain{};
constexpr Paint kColours{"\x1b[1;31m", "\x1b[1;35m", "\x1b[1;36m",
                         "\x1b[1m",    "\x1b[34m",   "\x1b[0m"};

using Range = std::pair<std::uint32_t, std::uint32_t>;
// Code points that a terminal draws two cells wide (East Asian Wide and Fullwidth, emoji).
constexpr std::array kWide = {
    Range{0x1100, 0x115f},   Range{0x231a, 0x231b},   Range{0x23e9, 0x23ec},
    Range{0x2614, 0x2615},   Range{0x2648, 0x2653},   Range{0x26aa, 0x26ab},
    Range{0x26bd, 0x26be},   Range{0x2705, 0x2705},   Range{0x270a, 0x270b},
    Range{0x2728, 0x2728},   Range{0x274c, 0x274c},   Range{0x2753, 0x2755},
    Range{0x2e80, 0x303e},   Range{0x3041, 0x33ff},   Range{0x3400, 0x4dbf},
    Range{0x4e00, 0x9fff},   Range{0xa000, 0xa4cf},   Range{0xa960, 0xa97f},
    Range{0xac00, 0xd7a3},   Range{0xf900, 0xfaff},   Range{0xfe30, 0xfe6f},
    Range{0xff00, 0xff60},   Range{0xffe0, 0xffe6},   Range{0x16fe0, 0x18cff},
    Range{0x1b000, 0x1b2ff}, Range{0x1f300, 0x1f64f}, Range{0x1f680, 0x1f6ff},
    Range{0x1f7e0, 0x1f7eb}, Range{0x1f900, 0x1f9ff}, Range{0x1fa70, 0x1faff},
    Range{0x20000, 0x3fffd}};
// Code points that take no cell of their own: combining marks, joiners, variation selectors.
constexpr std::array kNarrow = {Range{0x0300, 0x036f}, Range{0x0483, 0x0489}, Range{0x0591, 0x05bd},
                                Range{0x0610, 0x061a}, Range{0x064b, 0x065f}, Range{0x0e31, 0x0e31},
                                Range{0x0e34, 0x0e3a}, Range{0x1ab0, 0x1aff}, Range{0x1dc0, 0x1dff},
                                Range{0x200b, 0x200d}, Range{0x20d0, 0x20ff}, Range{0xfe00, 0xfe0f},
                                Range{0xfe20, 0xfe2f}};

template <std::size_t N>
bool in_ranges(std::array<Range, N> const& ranges, std::uint32_t point) {
  return std::any_of(ranges.begin(), ranges.end(), [point](Range const& range) {
    return point >= range.first && point <= range.second;
  });
}

// One code point as it is drawn. Bytes that are no UTF-8, control characters and the invisible
// ones that reorder text are drawn as U+FFFD: a document must not be able to paint the terminal.
struct Glyph {
  std::string text;
  std::size_t cells = 1;
};

Glyph next_glyph(std::string_view& rest) {
  auto const first = static_cast<unsigned char>(rest.front());
  if (first == '\t') {
    rest.remove_prefix(1);
    return {std::string(kTabCells, ' '), kTabCells};
  }
  std::size_t const size = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  std::string_view const bytes = rest.substr(0, size);
  if (!is_valid_utf8(bytes)) {
    rest.remove_prefix(1);
    return {"\ufffd", 1};
  }
  rest.remove_prefix(bytes.size());
  std::uint32_t point = first;
  if (size > 1) {
    point = first & (0xffU >> (size + 1));
    for (char const c : bytes.substr(1))
      point = (point << 6U) | (static_cast<unsigned char>(c) & 0x3fU);
  }
  bool const control = point < 0x20 || (point >= 0x7f && point < 0xa0) ||
                       (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
  if (control) return {"\ufffd", 1};
  if (in_ranges(kNarrow, point)) return {std::string(bytes), 0};
  return {std::string(bytes), in_ranges(kWide, point) ? std::size_t{2} : std::size_t{1}};
}

struct Excerpt {
  std::string line;
  std::size_t indent = 0;  // cells before the carets
  std::size_t carets = 1;
};

std::vector<Glyph> glyphs_of(std::string_view line) {
  std::vector<Glyph> glyphs;
  while (!line.empty()) glyphs.push_back(next_glyph(line));
  return glyphs;
}

std::size_t cells(std::vector<Glyph> const& glyphs, std::size_t begin, std::size_t end) {
  std::size_t sum = 0;
  for (std::size_t i = begin; i < std::min(end, glyphs.size()); ++i) sum += glyphs[i].cells;
  return sum;
}

// The bytes before the code point `count`, all of them when there are not so many.
std::size_t bytes_before(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    bool const begins = (static_cast<unsigned char>(text[at]) & 0xc0U) != 0x80U;
    if (begins && count-- == 0) break;
  }
  return at;
}

// The part of a very long line that an excerpt can show, and the span in it.
std::string_view part_around(std::string_view line, Span& span) {
  constexpr std::size_t kEnough = 4 * kWindowCells;
  if (line.size() <= 2 * kEnough) return line;
  if (span.column > kEnough) {
    auto const skipped = span.column - kEnough;
    line.remove_prefix(bytes_before(line, skipped));
    span.column = static_cast<std::uint32_t>(kEnough);
  }
  return line.substr(0, bytes_before(line.substr(0, 8 * kEnough), 2 * kEnough));
}

Excerpt excerpt(std::string_view whole, Span span) {
  std::string_view const line = part_around(whole, span);
  std::vector<Glyph> const glyphs = glyphs_of(line);
  std::size_t const from = std::min<std::size_t>(span.column - 1, glyphs.size());
  std::size_t const to = std::max(from, std::min<std::size_t>(from + span.length, glyphs.size()));
  std::size_t first = 0;
  std::size_t last = glyphs.size();
  if (cells(glyphs, 0, last) > kWindowCells) {
    std::size_t const ahead = kWindowCells / 4;
    first = from > ahead ? from - ahead : 0;
    last = std::min(glyphs.size(), first + kWindowCells);
  }
  Excerpt result;
  if (first > 0) {
    result.line = "...";
    result.indent = 3;
  }
  for (std::size_t i = first; i < last; ++i) result.line += glyphs[i].text;
  if (last < glyphs.size()) result.line += "...";
  result.indent += cells(glyphs, first, from);
  result.carets = std::max<std::size_t>(1, cells(glyphs, from, std::min(to, last)));
  while (result.line.ends_with(' ')) result.line.pop_back();
  return result;
}

std::string place(Span const& span) {
  if (span.source == nullptr) return {};
  if (span.line == 0) return fmt::format("{}: ", span.source->name);
  if (span.column == 0) return fmt::format("{}:{}: ", span.source->name, span.line);
  return fmt::format("{}:{}:{}: ", span.source->name, span.line, span.column);
}

void append_excerpt(std::string& out, Span const& span, std::string_view colour,
                    Paint const& paint) {
  if (span.source == nullptr || span.line == 0 || span.column == 0) return;
  if (span.source->text.empty()) return;
  Excerpt const shown = excerpt(span.source->line(span.line), span);
  out += fmt::format("{}{:>5} |{}{}{}\n", paint.gutter, span.line, paint.off,
                     shown.line.empty() ? "" : " ", shown.line);
  out += fmt::format("{}      |{} {:{}}{}^{:~<{}}{}\n", paint.gutter, paint.off, "", shown.indent,
                     colour, "", shown.carets - 1, paint.off);
}

std::string_view colour_of(Severity severity, Paint const& paint) {
  switch (severity) {
    case Severity::error: return paint.error;
    case Severity::warning: return paint.warning;
    case Severity::note: return paint.note;
  }
  return paint.error;
}

}  // namespace

std::string render(std::vector<Diagnostic> const& diagnostics, bool colour) {
  Paint const& paint = colour ? kColours : kPlain;
  std::string out;
  for (Diagnostic const& diagnostic : diagnostics) {
    Severity const severity = severity_of(diagnostic.code);
    std::string_view const tint = colour_of(severity, paint);
    out += fmt::format("{}{}{}{}{}[{}]:{} {}{}", paint.bold, place(diagnostic.span), paint.off,
                       tint, to_string(severity), code_text(diagnostic.code), paint.off, paint.bold,
                       diagnostic.message);
    if (!diagnostic.hint.empty()) out += fmt::format("; {}", diagnostic.hint);
    out += fmt::format("{}\n", paint.off);
    append_excerpt(out, diagnostic.span, tint, paint);
    for (Note const& note : diagnostic.notes) {
      out += fmt::format("{}{}{}{}note:{} {}\n", paint.bold, place(note.span), paint.off,
                         paint.note, paint.off, note.message);
      append_excerpt(out, note.span, paint.note, paint);
    }
  }
  return out;
}

}  // namespace skald::dsl
