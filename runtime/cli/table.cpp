#include "runtime/cli/table.hpp"

#include <algorithm>

namespace skald::cli {

std::string Table::text() const {
  std::vector<std::size_t> widths(heading_.size());
  auto const measure = [&](std::vector<std::string> const& row) {
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], view::display_width(row[i]));
    }
  };
  measure(heading_);
  for (auto const& row : rows_) measure(row);

  std::string out;
  auto const append = [&](std::vector<std::string> const& row, bool heading) {
    std::string line;
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
      auto const padding = widths[i] - view::display_width(row[i]) + 2;
      line += heading ? paint_.bold(row[i]) : paint_.status(row[i]);
      if (i + 1 < row.size()) line.append(padding, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  };
  append(heading_, true);
  for (auto const& row : rows_) append(row, false);
  return out;
}

}  // namespace skald::cli
