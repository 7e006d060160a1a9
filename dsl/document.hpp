#pragma once

// A Document is what an author wrote, as a tree of nodes with spans and without meaning. The YAML
// reader and the C++ builder both make one; the compiler gives it meaning.

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "dsl/source.hpp"

namespace skald::dsl {

enum class Style : std::uint8_t { plain, single_quoted, double_quoted, literal, folded };

// A value with its place. Scalars (null, boolean, number, string) are in `scalar`; a sequence has
// items, a map has entries in the order of the text, keys unique.
struct Node {
  enum class Kind : std::uint8_t { scalar, sequence, map };
  struct Entry;  // {Node key; Node value}

  Kind kind = Kind::scalar;
  Style style = Style::plain;
  Span span;                 // the first line of the node's text
  std::uint32_t offset = 0;  // bytes from the start of the source's text to the node's text
  Json scalar;
  std::vector<Node> items;
  std::vector<Entry> entries;

  bool is_map() const { return kind == Kind::map; }
  bool is_sequence() const { return kind == Kind::sequence; }
  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_string() const { return is_scalar() && scalar.is_string(); }
  bool is_null() const { return is_scalar() && scalar.is_null(); }
  // The text of a string node; empty for any other.
  std::string_view text() const { return is_string() ? scalar.as_string() : std::string_view{}; }
  // The entry with that key, or nullptr.
  Entry const* find(std::string_view key) const;
  // The value of the entry with that key, or nullptr.
  Node const* get(std::string_view key) const;
};

struct Node::Entry {
  Node key;  // a string scalar
  Node value;
};

// The node as plain JSON.
Json to_json(Node const& node);

// The span of bytes [begin, end) of a string node's *decoded* text, in the source: looks through
// quoting, escapes, indentation and folding. Falls back to the node's own span.
Span span_in(Node const& node, std::size_t begin, std::size_t end);

struct Document {
  Node root;
  std::vector<std::shared_ptr<Source const>> sources;  // all that the spans name
};

}  // namespace skald::dsl
