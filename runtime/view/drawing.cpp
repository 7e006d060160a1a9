#include "runtime/view/drawing.hpp"

#include <algorithm>

namespace skald::view {
namespace {

constexpr std::size_t kWidestTree = 48;
constexpr std::size_t kNarrowestNote = 16;

std::string padded(std::string const& text, std::size_t width) {
  auto const used = display_width(text);
  return text + std::string(width > used ? width - used : 0, ' ');
}

}  // namespace

std::string Lines::text() const {
  std::size_t tree = 0;
  std::size_t state = 0;
  std::size_t time = 0;
  for (auto const& line : lines_) {
    tree = std::max(tree, std::min(display_width(line.tree), kWidestTree));
    state = std::max(state, display_width(line.state));
    time = std::max(time, display_width(line.time));
  }
  auto const used = tree + state + time + 6;
  auto const room = std::max(width_ > used ? width_ - used : 0, kNarrowestNote);
  auto const cut = [&](std::string const& note) { return width_ > 0 ? fit(note, room) : note; };
  std::string out;
  for (auto const& line : lines_) {
    auto const gap = std::string(time - std::min(time, display_width(line.time)), ' ');
    auto row = padded(line.tree, tree) + "  " + padded(paint_.status(line.state), state) + "  " +
               gap + paint_.dim(line.time) + "  " + paint_.dim(cut(line.note));
    row.erase(row.find_last_not_of(' ') + 1);
    out += row + '\n';
  }
  return out;
}

std::string DrawingClock::moment(std::string_view iso) const {
  if (iso.size() < 19) return std::string(iso);
  auto const day = iso.substr(0, 10);
  auto clock = std::string(iso.substr(11, 8));
  if (now_ && to_iso8601(*now_).substr(0, 10) == day) return clock;
  return std::string(day) + " " + clock;
}

std::string DrawingClock::between(std::string_view from, std::string_view to) const {
  auto const begin = parse_iso8601(from);
  if (from.empty() || !begin) return {};
  auto end = now_;
  if (!to.empty()) {
    auto const parsed = parse_iso8601(to);
    if (!parsed) return {};
    end = *parsed;
  }
  if (!end || *end <= *begin) return {};  // a step that took no time of its own says nothing
  return to_human(*end - *begin);
}

}  // namespace skald::view
