#include "dsl/jq/grammar_session.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/json_number.hpp"
#include "dsl/jq/text.hpp"

namespace skald::jq::grammar {
namespace {

constexpr std::size_t kTallest = 2'000;  // of a tree: long chains of operators count as well

bool word_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool word_char(char c) {
  return word_start(c) || (c >= '0' && c <= '9');
}

bool is_keyword(std::string_view word) {
  static constexpr std::array<std::string_view, 19> kWords = {
      "and",    "as",      "break", "catch",  "def", "elif",   "else", "end", "foreach", "if",
      "import", "include", "label", "module", "or",  "reduce", "then", "try", "__loc__"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

struct Operator {
  int precedence;
  enum Side { left, right, none } side;
  Kind kind;
};

Operator operator_of(std::string_view text) {
  if (text == "//") return {1, Operator::right, Kind::alternative};
  if (text == "or") return {3, Operator::left, Kind::logic};
  if (text == "and") return {4, Operator::left, Kind::logic};
  if (text == "==" || text == "!=" || text == "<" || text == ">" || text == "<=" || text == ">=") {
    return {5, Operator::none, Kind::compare};
  }
  if (text.back() == '=') return {2, Operator::none, Kind::assign};
  if (text == "+" || text == "-") return {6, Operator::left, Kind::arithmetic};
  return {7, Operator::left, Kind::arithmetic};
}

// Four hexadecimal digits at `at`, or -1.
int hex4(Iterator at, Iterator last) {
  if (last - at < 4) return -1;
  int value = 0;
  for (int i = 0; i < 4; ++i) {
    int const digit = hex_digit(at[i]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

Iterator scan_unicode(Session const& session, Iterator at, Iterator last, std::string& text) {
  int code = hex4(at + 2, last);
  if (code < 0) session.refuse("invalid \\uXXXX escape", at);
  Iterator next = at + 6;
  if (code >= 0xd800 && code < 0xdc00) {
    int const low =
        last - next >= 6 && next[0] == '\\' && next[1] == 'u' ? hex4(next + 2, last) : -1;
    if (low < 0xdc00 || low > 0xdfff) {
      session.refuse("invalid \\uXXXX\\uXXXX surrogate pair escape", at);
    }
    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    next += 6;
  }
  append_code_point(text, code);
  return next;
}

}  // namespace

Syntax* Session::start(Kind kind, Iterator at) {
  if (arena_.size() >= options_.max_parts) {
    refuse("the expression is too long: it has more than " + std::to_string(options_.max_parts) +
               " parts",
           at);
  }
  return arena_.make(kind, {offset(at), offset(at)});
}

void Session::finish(Syntax& node) {
  if (token_end != nullptr) node.span.end = std::max(node.span.begin, offset(token_end));
  node.binds = node.kind == Kind::bind || node.kind == Kind::reduce || node.kind == Kind::foreach ||
               node.kind == Kind::label;
  for (auto const* kid : node.kids) {
    if (kid == nullptr) continue;
    node.depth = std::max(node.depth, kid->depth + 1);
    if (node.kind != Kind::function || kid == node.kids.back()) {
      node.binds = node.binds || kid->binds;
    }
  }
  if (node.depth > kTallest) {
    throw Refusal("the expression chains more than " + std::to_string(kTallest) + " operators",
                  node.span);
  }
}

Syntax* Session::attach(Syntax* target, Syntax* suffix) {
  suffix->kids[0] = target;
  suffix->span.begin = target->span.begin;
  finish(*suffix);
  return suffix;
}

Syntax* Session::climb(Syntax& chain, std::size_t& next, int lowest) {
  Syntax* left = chain.kids[next];
  while (next < chain.params.size()) {
    auto const text = chain.params[next];
    auto const found = operator_of(text);
    if (found.precedence < lowest) break;
    ++next;
    int const bound = found.side == Operator::right ? found.precedence : found.precedence + 1;
    auto* const right = climb(chain, next, bound);
    auto* const node = arena_.make(found.kind, {left->span.begin, right->span.end}, {left, right});
    node->text = text;
    token_end = begin() + right->span.end;
    finish(*node);
    if (found.side == Operator::none && next < chain.params.size() &&
        operator_of(chain.params[next]).precedence == found.precedence) {
      throw Refusal("'" + text + "' and '" + chain.params[next] + "' do not chain", node->span,
                    "put parentheses around one of them");
    }
    left = node;
  }
  return left;
}

Syntax* Session::fold(Syntax& chain) {
  if (chain.params.empty()) return chain.kids.front();
  std::size_t next = 0;
  return climb(chain, next, 0);
}

Syntax* Session::join(Syntax& list) {
  if (list.kids.size() == 1) return list.kids.front();
  finish(list);
  return &list;
}

void Session::finish_call(Syntax& node) {
  if (node.kids.empty() && (node.text == "true" || node.text == "false" || node.text == "null")) {
    node.kind = Kind::literal;
    if (node.text != "null") node.value = Json(node.text == "true");
    node.text.clear();
  }
  finish(node);
}

void Session::finish_number(Syntax& node) {
  node.value = number_from_text(node.text);
  node.text.clear();
  finish(node);
}

void Session::finish_string(Syntax& node) {
  bool const plain =
      node.kind == Kind::string &&
      std::all_of(node.kids.begin(), node.kids.end(), [](Syntax const* kid) { return kid->piece; });
  if (plain) {
    // No interpolation: the format has nothing to do.
    node.value = node.kids.empty() ? Json("") : node.kids.front()->value;
    node.kids.clear();
    node.kind = Kind::literal;
    node.text.clear();
  }
  finish(node);
}

void Session::finish_location(Syntax& node) {
  auto const lines =
      std::count(text_.begin(), text_.begin() + static_cast<long>(node.span.begin), '\n');
  node.value = Json::object({{"file", "<top-level>"}, {"line", static_cast<int>(lines) + 1}});
  finish(node);
}

Syntax* Session::text_node(Kind kind, std::string text, Iterator at) {
  auto* node = start(kind, at);
  if (kind == Kind::literal) {
    node->value = Json(text);
  } else {
    node->text = std::move(text);
  }
  finish(*node);
  return node;
}

void Session::refuse(std::string const& message, Iterator at) const {
  throw Refusal(message, {offset(at), std::min(offset(at) + 1, text_.size())});
}

void Session::expected(std::string const& what, Iterator at) const {
  auto const last = text_.data() + text_.size();
  if (at == last) {
    throw Refusal("expected " + what + ", but the expression ends here",
                  {text_.size(), text_.size()});
  }
  auto end = scan_word(at, last, true);
  if (end == at) ++end;
  while (end != last && (static_cast<unsigned char>(*end) & 0xc0U) == 0x80U) ++end;
  throw Refusal("expected " + what + ", found '" + std::string(at, end) + "'",
                {offset(at), offset(end)});
}

void Session::refuse_modules(Iterator at) const {
  auto const end = scan_word(at, text_.data() + text_.size(), true);
  throw Refusal("'" + std::string(at, end) + "' is not available: an expression is one text, " +
                    "complete in itself, and loads no modules",
                {offset(at), offset(end)});
}

void Session::enter(Iterator at) {
  if (++depth_ > options_.max_depth) {
    refuse("nested deeper than " + std::to_string(options_.max_depth) + " levels", at);
  }
}

Iterator skip_blank(Iterator first, Iterator last) {
  while (first != last) {
    if (*first == ' ' || *first == '\t' || *first == '\n' || *first == '\r') {
      ++first;
    } else if (*first == '#') {
      // An odd number of backslashes before the end of the line continues the comment.
      while (first != last && *first != '\n') {
        bool const escape = *first == '\\' && first + 1 != last;
        if (escape && first[1] == '\r' && last - first > 2 && first[2] == '\n') ++first;
        first += escape ? 2 : 1;
      }
    } else {
      break;
    }
  }
  return first;
}

Iterator scan_word(Iterator first, Iterator last, bool keywords) {
  auto at = first;
  if (at == last || !word_start(*at)) return first;
  for (;;) {
    while (at != last && word_char(*at)) ++at;
    if (last - at > 2 && at[0] == ':' && at[1] == ':' && word_start(at[2])) {
      at += 2;
    } else {
      break;
    }
  }
  if (!keywords && is_keyword({first, static_cast<std::size_t>(at - first)})) return first;
  return at;
}

Iterator scan_chunk(Session const& session, Iterator first, Iterator last, std::string& text) {
  auto at = first;
  while (at != last && *at != '"') {
    if (*at != '\\') {
      auto const run = std::find_if(at, last, [](char c) { return c == '"' || c == '\\'; });
      text.append(at, run);
      at = run;
      continue;
    }
    if (last - at < 2) session.refuse("the string is not closed", at);
    switch (at[1]) {
      case '(': return at;
      case 'n': text += '\n'; break;
      case 't': text += '\t'; break;
      case 'r': text += '\r'; break;
      case 'b': text += '\b'; break;
      case 'f': text += '\f'; break;
      case '"':
      case '\\':
      case '/': text += at[1]; break;
      case 'u': at = scan_unicode(session, at, last, text); continue;
      default: session.refuse("invalid escape in a string", at);
    }
    at += 2;
  }
  return at;
}

}  // namespace skald::jq::grammar
