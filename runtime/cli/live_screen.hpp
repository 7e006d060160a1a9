#pragma once

// A picture on a terminal that is drawn again in place whenever it changes. Not thread-safe.

#include <iosfwd>
#include <string>
#include <string_view>

namespace skald::cli {

class LiveScreen {
 public:
  // The size is that of the terminal, in columns and rows.
  LiveScreen(std::ostream& out, int width, int height)
      : out_(out), width_(width), height_(height) {}

  // Replaces what was drawn before. What does not fit on the screen is cut at its top.
  void draw(std::string const& picture);
  // Removes the picture; whatever is printed next stands in its place.
  void clear();

 private:
  int rows_of(std::string_view line) const;

  std::ostream& out_;
  int width_;
  int height_;
  std::string shown_;
  int lines_ = 0;
};

}  // namespace skald::cli
