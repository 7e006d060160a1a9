#pragma once

// A picture on a terminal that is drawn again in place whenever it changes. Not thread-safe.

#include <iosfwd>
#include <string>

namespace skald::cli {

class LiveScreen {
 public:
  LiveScreen(std::ostream& out, int height) : out_(out), height_(height) {}

  // Replaces what was drawn before. What does not fit on the screen is cut at its top.
  void draw(std::string const& picture);
  // Removes the picture; whatever is printed next stands in its place.
  void clear();

 private:
  std::ostream& out_;
  int height_;
  std::string shown_;
  int lines_ = 0;
};

}  // namespace skald::cli
