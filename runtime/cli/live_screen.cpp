#include "runtime/cli/live_screen.hpp"

#include <algorithm>
#include <ostream>

#include "runtime/view/paint.hpp"

namespace skald::cli {

// Rows of the terminal that the line takes: long ones are wrapped.
int LiveScreen::rows_of(std::string_view line) const {
  auto const width = static_cast<int>(view::display_width(line));
  return std::max(1, (width + width_ - 1) / width_);
}

void LiveScreen::draw(std::string const& picture) {
  if (picture == shown_) return;
  // From the last line up, as much as fits.
  auto start = picture.size();
  int lines = 0;
  while (start > 0) {
    auto const before = start < 2 ? std::string::npos : picture.rfind('\n', start - 2);
    auto const begin = before == std::string::npos ? 0 : before + 1;
    auto const rows = rows_of(std::string_view(picture).substr(begin, start - begin - 1));
    if (lines + rows >= height_) break;
    lines += rows;
    start = begin;
  }
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
