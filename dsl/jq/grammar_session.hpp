#pragma once

// What the grammar keeps while it reads one program: the arena, the nesting depth, the end of the
// last token, and the hand-written scanners for words, blanks and the text of strings. Not for use
// outside grammar.cpp.

#include <stdexcept>
#include <string>

#include "dsl/jq/syntax.hpp"

namespace skald::jq::grammar {

using Iterator = char const*;

// A finding that ends parsing; it is caught in parse().
struct Refusal : std::runtime_error {
  Refusal(std::string const& message, Span where, std::string advice = {})
      : std::runtime_error(message), span(where), hint(std::move(advice)) {}
  Span span;
  std::string hint;
};

class Session {
 public:
  Session(std::string_view text, CompileOptions const& options, SyntaxArena& arena)
      : text_(text), options_(options), arena_(arena) {}

  Iterator begin() const { return text_.data(); }
  std::size_t offset(Iterator at) const { return static_cast<std::size_t>(at - text_.data()); }

  Syntax* start(Kind kind, Iterator at);
  // Fills in what depends on the children; every node passes through here once.
  void finish(Syntax& node);
  // Puts `suffix` (an index, slice or iteration without a target) behind `target`.
  Syntax* attach(Syntax* target, Syntax* suffix);
  // Folds operand, operator, operand, ... (kids and params of `chain`) by precedence.
  Syntax* fold(Syntax& chain);
  // One operand alone is itself; several become a pipe or a comma.
  Syntax* join(Syntax& list);
  // A word is a call or a constant.
  void finish_call(Syntax& node);
  void finish_number(Syntax& node);
  void finish_string(Syntax& node);
  void finish_location(Syntax& node);
  Syntax* text_node(Kind kind, std::string text, Iterator at);
  [[noreturn]] void refuse_modules(Iterator at) const;
  // "expected <what>, found ..."
  [[noreturn]] void expected(std::string const& what, Iterator at) const;
  [[noreturn]] void refuse(std::string const& message, Iterator at) const;

  void enter(Iterator at);
  void leave() { --depth_; }

  Iterator token_end = nullptr;  // where the last token ended, before the blanks behind it

 private:
  Syntax* climb(Syntax& chain, std::size_t& next, int lowest);

  std::string_view text_;
  CompileOptions const& options_;
  SyntaxArena& arena_;
  std::size_t depth_ = 0;
};

// Counts one level of nesting for as long as it lives.
class Nesting {
 public:
  Nesting(Session& session, Iterator at) : session_(session) { session_.enter(at); }
  ~Nesting() { session_.leave(); }
  Nesting(Nesting const&) = delete;
  Nesting& operator=(Nesting const&) = delete;

 private:
  Session& session_;
};

// White space and comments.
Iterator skip_blank(Iterator first, Iterator last);
// The end of a word; `first` when there is none, or when it is a keyword and those are not wanted.
Iterator scan_word(Iterator first, Iterator last, bool keywords);
// The text of a string up to '"' or an interpolation, escapes resolved.
Iterator scan_chunk(Session const& session, Iterator first, Iterator last, std::string& text);

}  // namespace skald::jq::grammar
