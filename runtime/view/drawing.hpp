#pragma once

// Parts of drawings: lines in aligned columns, and moments and durations in words. Private to
// runtime/view.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "runtime/view/paint.hpp"

namespace skald::view {

struct Line {
  std::string tree = {};  // may hold colours
  std::string state = {};
  std::string time = {};  // right-aligned
  std::string note = {};  // cut to what is left of the width; whole with a width of 0
};

class Lines {
 public:
  Lines(Paint paint, int width) : paint_(paint), width_(static_cast<std::size_t>(width)) {}

  void add(Line line) { lines_.push_back(std::move(line)); }
  std::string text() const;

 private:
  Paint paint_;
  std::size_t width_;
  std::vector<Line> lines_;
};

// Turns the view's ISO 8601 texts into what people read.
class DrawingClock {
 public:
  explicit DrawingClock(std::optional<Time> now) : now_(now) {}

  // "2026-11-23 05:30:00"; on the day of `now` only "05:30:00".
  std::string moment(std::string_view iso) const;
  // "1.2 s". An empty `to` means now. Empty when it can not be said.
  std::string between(std::string_view from, std::string_view to) const;

 private:
  std::optional<Time> now_;
};

}  // namespace skald::view
