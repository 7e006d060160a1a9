#include "runtime/cli/live_screen.hpp"

#include <algorithm>
#include <ostream>

namespace skald::cli {

void LiveScreen::draw(std::string const& picture) {
  if (picture == shown_) return;
  auto lines = static_cast<int>(std::ranges::count(picture, '\n'));
  std::size_t start = 0;
  for (; lines >= height_; --lines) start = picture.find('\n', start) + 1;
  clear();
  out_ << picture.substr(start);
  out_.flush();
  shown_ = picture;
  lines_ = lines;
}

void LiveScreen::clear() {
  if (lines_ > 0) out_ << "\033[" << lines_ << "A\r\033[J";
  out_.flush();
  lines_ = 0;
  shown_.clear();
}

}  // namespace skald::cli
