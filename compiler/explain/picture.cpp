#include "compiler/explain/picture.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/json.hpp"

namespace skald::compiler {

namespace {

void move(Picture::Point& point, double x, double y) {
  point.x += x;
  point.y += y;
}

template <class T>
void append(std::vector<T>& to, std::vector<T>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

// Widths of ' ' to '~' in thousandths of the size, as common sans-serif fonts have them, on the
// wide side.
constexpr std::array<std::uint16_t, 95> kWidths{
    310, 340, 410, 700, 620, 900, 740, 250, 380, 380, 450, 700, 320, 380, 320, 340, 620, 620, 620,
    620, 620, 620, 620, 620, 620, 620, 340, 340, 700, 700, 700, 560, 980, 690, 690, 700, 760, 630,
    590, 770, 750, 310, 420, 680, 570, 860, 750, 780, 620, 780, 690, 640, 620, 730, 680, 960, 680,
    630, 670, 390, 340, 390, 760, 520, 500, 600, 620, 560, 620, 610, 360, 620, 620, 280, 290, 580,
    280, 930, 620, 610, 620, 620, 410, 530, 400, 620, 590, 800, 590, 590, 530, 450, 310, 450, 760};

constexpr double kFixedWidth = 0.61;

}  // namespace

void Picture::shift(double x, double y) {
  for (auto& each : frames) move(each.at, x, y);
  for (auto& each : cards) move(each.at, x, y);
  for (auto& each : dots) move(each.at, x, y);
  for (auto& each : paths) {
    for (auto& point : each.points) move(point, x, y);
    move(each.label_at, x, y);
  }
}

void Picture::take(Picture&& other) {
  append(frames, other.frames);
  append(cards, other.cards);
  append(paths, other.paths);
  append(dots, other.dots);
}

double text_width(std::string_view text, bool code) {
  double width = 0;
  for (char const c : text) {
    auto const byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) == 0x80U) continue;  // inside of a character
    if (code) {
      width += kFixedWidth;
    } else if (byte >= ' ' && byte <= '~') {
      width += kWidths.at(byte - ' ') / 1000.0;
    } else {
      width += 0.8;
    }
  }
  return width;
}

std::string fitted(std::string_view text, double width, double size, bool code) {
  if (text_width(text, code) * size <= width) return std::string(text);
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
    auto const next = out + std::string(text.substr(i, end - i));
    if (text_width(next + "…", code) * size > width) break;
    out = next;
    i = end;
  }
  return out + "…";
}

}  // namespace skald::compiler
