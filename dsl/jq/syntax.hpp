#pragma once

// The syntax tree of a program, as the grammar builds it and the resolver and the canonical
// printer read it. Nodes live in an arena that dies with the compilation; they point at each other
// freely. One uniform node keeps the grammar's actions and the printer short.

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "dsl/jq/jq.hpp"

namespace skald::jq {

enum class Kind {
  identity,        // .
  recurse,         // ..
  literal,         // value
  string,          // text: format or "text"; kids: literals and interpolated queries
  format,          // @text
  index,           // kids: target, key
  slice,           // kids: target, from or null, to or null
  iterate,         // kids: target
  variable,        // text
  location,        // $__loc__; value
  call,            // text; kids: arguments
  pipe,            // kids: two or more
  comma,           // kids: two or more
  arithmetic,      // text: + - * / %; kids: left, right
  compare,         // text: == != < <= > >=
  logic,           // text: and or
  alternative,     // a // b
  assign,          // text: = |= += -= *= /= %= //=
  negate,          // kids: operand
  conditional,     // kids: condition, then, else or null
  attempt,         // try: kids: body, handler or null
  reduce,          // kids: source, pattern, init, update
  foreach,         // kids: source, pattern, init, update, extract or null
  label,           // text; kids: body
  break_out,       // text
  function,        // text; params; kids: body, rest
  bind,            // kids: source, body, pattern...
  array,           // kids: items or nothing
  object,          // kids: key, value, key, value, ...
  pattern_array,   // kids: patterns
  pattern_object,  // kids: key, pattern, key, pattern, ...; pattern may be null for $name alone
};

struct Syntax {
  Kind kind = Kind::identity;
  Span span;
  bool optional = false;  // index, slice, iterate: `?` follows
  bool piece = false;     // literal: of a string's own text, not interpolated
  bool binds = false;     // binds variables itself or below, outside nested functions
  std::size_t depth = 1;  // height of the tree
  std::string text;
  Json value;
  std::vector<std::string> params;  // of a function: "$name" or "name"
  std::vector<Syntax*> kids;
};

class SyntaxArena {
 public:
  Syntax* make(Kind kind, Span span, std::vector<Syntax*> kids = {}) {
    auto& node = nodes_.emplace_back();
    node.kind = kind;
    node.span = span;
    node.kids = std::move(kids);
    node.binds =
        kind == Kind::bind || kind == Kind::reduce || kind == Kind::foreach || kind == Kind::label;
    for (auto const* kid : node.kids) {
      if (kid == nullptr) continue;
      node.binds = node.binds || kid->binds;
      node.depth = std::max(node.depth, kid->depth + 1);
    }
    return &node;
  }

  std::size_t size() const { return nodes_.size(); }

 private:
  std::deque<Syntax> nodes_;
};

// Parses `text`. Null on an error, which is then in `errors`.
Syntax* parse(std::string_view text, CompileOptions const& options, SyntaxArena& arena,
              std::vector<CompileError>& errors);

// The tree printed in one way; see Program::canonical().
std::string print_canonical(Syntax const& tree);

}  // namespace skald::jq
