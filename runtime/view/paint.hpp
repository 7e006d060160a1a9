#pragma once

// Colours for terminals, and how wide a text is there. With `on` false every text stays as it is.

#include <cstddef>
#include <string>
#include <string_view>

namespace skald::view {

struct Paint {
  bool on = false;

  std::string bold(std::string_view text) const { return with("1", text); }
  std::string dim(std::string_view text) const { return with("2", text); }
  std::string red(std::string_view text) const { return with("31", text); }
  std::string green(std::string_view text) const { return with("32", text); }
  std::string yellow(std::string_view text) const { return with("33", text); }
  std::string blue(std::string_view text) const { return with("34", text); }
  std::string magenta(std::string_view text) const { return with("35", text); }
  std::string cyan(std::string_view text) const { return with("36", text); }
  // A word that is a status of a run or a step in its colour; any other word as it is.
  std::string status(std::string_view text) const;

 private:
  std::string with(std::string_view code, std::string_view text) const;
};

// Columns the UTF-8 text takes, escape sequences not counted.
std::size_t display_width(std::string_view text);
// The text cut to that many columns, with an ellipsis when something is missing. No escapes in it.
std::string fit(std::string_view text, std::size_t width);

}  // namespace skald::view
