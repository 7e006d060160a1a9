#pragma once

// Rows of text under headings, in columns as wide as their widest cell.

#include <string>
#include <vector>

#include "runtime/view/paint.hpp"

namespace skald::cli {

class Table {
 public:
  explicit Table(view::Paint paint) : paint_(paint) {}

  void add_heading(std::vector<std::string> cells) { heading_ = std::move(cells); }
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  std::string text() const;

 private:
  view::Paint paint_;
  std::vector<std::string> heading_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace skald::cli
