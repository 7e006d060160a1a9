#pragma once

// A YAML text as its author laid it out: what a Document forgets (comments, blank lines, anchors,
// quotes, which collections stand on one line) beside what it knows. Made for printing it again.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace skald::dsl {

struct Layout {
  enum class Kind : std::uint8_t {
    empty,   // nothing behind the key
    scalar,  // plain, quoted or an alias, as it is written
    block,   // literal or folded: the header, and its lines without their indentation
    list,    // a collection; `inline_form` when it was written with brackets
    map,
  };
  struct Item;

  Kind kind = Kind::empty;
  bool inline_form = false;
  std::string properties;          // "&base", "!!str"
  std::vector<std::string> lines;  // scalar: its lines; block: the header, then the lines
  std::vector<Item> items;
  std::vector<std::string> tail;  // comments behind the last item; "" is a blank line

  bool is_collection() const { return kind == Kind::list || kind == Kind::map; }
};

struct Layout::Item {
  std::vector<std::string> before;  // comments above it; "" is a blank line
  std::string key;                  // of a map, as it is written
  Layout value;
  std::string comment;  // at the end of its line
};

struct LaidOut {
  std::vector<std::string> head;  // directives and '---'
  Layout root;
  std::vector<std::string> comments;  // all of them, in the order of the text
};

// Errors: a form that the layout can not hold (an explicit key '? '), with its line. The text must
// be one that read_yaml accepts.
Result<LaidOut> read_layout(std::string_view text);

std::string print_layout(LaidOut const& text);

}  // namespace skald::dsl
