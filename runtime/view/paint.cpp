#include "runtime/view/paint.hpp"

#include <algorithm>
#include <array>

namespace skald::view {
namespace {

bool starts_code_point(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

template <std::size_t N>
bool is_one_of(std::string_view text, std::array<std::string_view, N> const& words) {
  return std::ranges::find(words, text) != words.end();
}

}  // namespace

std::string Paint::with(std::string_view code, std::string_view text) const {
  if (!on || text.empty()) return std::string(text);
  std::string out = "\033[";
  out += code;
  out += 'm';
  out += text;
  return out + "\033[0m";
}

std::string Paint::status(std::string_view text) const {
  static constexpr std::array<std::string_view, 3> kGood{"completed", "done", "ok"};
  static constexpr std::array<std::string_view, 5> kBad{"faulted", "failed", "killed", "suspended",
                                                        "refused"};
  static constexpr std::array<std::string_view, 7> kUndo{
      "compensated", "compensating", "cancelled", "undone", "undoing", "in doubt", "retrying"};
  static constexpr std::array<std::string_view, 3> kActive{"running", "waiting", "pending"};
  if (is_one_of(text, kGood)) return green(text);
  if (is_one_of(text, kBad)) return red(text);
  if (is_one_of(text, kUndo)) return yellow(text);
  if (is_one_of(text, kActive)) return cyan(text);
  return std::string(text);
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\033') {
      while (i < text.size() && text[i] != 'm') ++i;
    } else if (starts_code_point(text[i])) {
      ++width;
    }
  }
  return width;
}

std::string fit(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::size_t count = 0;
  std::size_t end = 0;
  while (end < text.size() && !(starts_code_point(text[end]) && count + 1 >= width)) {
    if (starts_code_point(text[end])) ++count;
    ++end;
  }
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace skald::view
