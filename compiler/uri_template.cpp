#include "compiler/uri_template.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace skald::compiler {

namespace {

using dsl::Code;
using dsl::Node;

// How an expression {op...} is written out (RFC 6570, 3.2 and appendix A).
struct Style {
  char op;
  std::string_view first;
  std::string_view separator;
  bool named = false;
  std::string_view if_empty = {};
  bool reserved = false;  // reserved characters stay
};
constexpr std::array<Style, 8> kStyles = {{{0, "", ","},
                                           {'+', "", ",", false, "", true},
                                           {'#', "#", ",", false, "", true},
                                           {'.', ".", "."},
                                           {'/', "/", "/"},
                                           {';', ";", ";", true, ""},
                                           {'?', "?", "&", true, "="},
                                           {'&', "&", "&", true, "="}}};

// What the expanded text of a value is made of. `parts` gives a text for each part of its input:
// none when it is undefined (what is null in a list or a map is left out, and one without anything
// left is undefined: 2.3 and 3.2.1), one for each item or member when it is exploded.
constexpr std::string_view kFunctions =
    R"jq(def enc($r): if $r
  then gsub("(?<c>[^A-Za-z0-9\\-._~:/?#\\[\\]@!$&'()*+,;=%]+)"; .c | @uri)
    | gsub("%(?![0-9A-Fa-f][0-9A-Fa-f])"; "%25")
  else @uri end;
def pair($n; $v; $e): $n + (if $v == "" then $e else "=" + $v end);
def item($n; $named; $e): if $named then pair($n; .; $e) else . end;
def defined: if type == "array" then map(select(. != null))
  elif type == "object" then with_entries(select(.value != null)) else . end;
def parts($n; $named; $e; $r; $max; $star): defined
  | if . == null or . == [] or . == {} then empty
  elif type == "array" then [.[] | tostring | enc($r)]
    | (if $star then .[] else join(",") end) | item($n; $named; $e)
  elif type != "object" then (tostring | if $max > 0 then .[0:$max] else . end | enc($r))
    | item($n; $named; $e)
  elif $star then to_entries[]
    | pair(.key | enc($r); .value | tostring | enc($r); if $named then $e else "=" end)
  else [to_entries[] | (.key | enc($r)), (.value | tostring | enc($r))] | join(",")
    | item($n; $named; $e) end;
)jq";

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_name(std::string_view name) {
  return !name.empty() && name.front() != '.' && name.back() != '.' &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '.'; });
}

std::string literal(std::string_view text) {
  return to_text(Json(text));
}

struct Variable {
  std::string_view name;
  unsigned length = 0;  // of a prefix; 0: all
  bool exploded = false;
};

// "name", "name:3", "name*".
std::optional<Variable> variable(std::string_view text) {
  Variable result;
  if (text.ends_with('*')) {
    result.exploded = true;
    text.remove_suffix(1);
  } else if (auto const colon = text.find(':'); colon != std::string_view::npos) {
    auto const digits = text.substr(colon + 1);
    if (digits.empty() || digits.size() > 4 ||
        !std::all_of(digits.begin(), digits.end(), is_digit)) {
      return std::nullopt;
    }
    for (char const c : digits) result.length = result.length * 10 + static_cast<unsigned>(c - '0');
    if (result.length == 0) return std::nullopt;
    text = text.substr(0, colon);
  }
  if (!is_name(text)) return std::nullopt;
  result.name = text;
  return result;
}

class TemplateProgram {
 public:
  TemplateProgram(Node const& node, Report& report) : node_(node), report_(report) {}

  std::optional<std::string> run() {
    auto const text = node_.text();
    bool simple = true;
    for (std::size_t at = 0; at < text.size();) {
      auto const open = std::min(text.find_first_of("{}", at), text.size());
      if (open > at) pieces_.push_back({literal(text.substr(at, open - at)), {}});
      if (open == text.size()) break;
      auto const close = text.find('}', open);
      bool const closed = close != std::string_view::npos && text[open] == '{';
      auto const inner = closed ? text.substr(open + 1, close - open - 1) : std::string_view{};
      if (!expression(inner)) {
        wrong(open, closed ? close + 1 : text.size());
        return std::nullopt;
      }
      simple = simple && !pieces_.back().simple.empty();
      at = close + 1;
    }
    return simple ? simple_program() : whole_program();
  }

 private:
  struct Piece {
    std::string program;
    std::string simple;  // of {name}: what stands within the quotes
  };

  bool expression(std::string_view inner) {
    if (inner.empty()) return false;
    auto style = kStyles.begin();
    if (!is_letter(inner[0]) && !is_digit(inner[0])) {
      style = std::find_if(kStyles.begin() + 1, kStyles.end(),
                           [&](Style const& each) { return each.op == inner[0]; });
      if (style == kStyles.end()) return false;
      inner.remove_prefix(1);
    }
    std::string parts;
    std::vector<Variable> variables;
    while (true) {
      auto const comma = inner.find(',');
      auto const each = variable(inner.substr(0, comma));
      if (!each) return false;
      variables.push_back(*each);
      parts += (parts.empty() ? "" : ", ") + call(*each, *style);
      if (comma == std::string_view::npos) break;
      inner.remove_prefix(comma + 1);
    }
    Piece piece;
    piece.program = "([" + parts + "] | if length == 0 then \"\" else " + literal(style->first) +
                    " + join(" + literal(style->separator) + ") end)";
    Variable const& only = variables.front();
    // docs/decisions/uri_templates.md
    bool const simple = style->op == 0 && variables.size() == 1 && !only.exploded &&
                        only.length == 0 && only.name.find('.') == std::string_view::npos;
    if (simple) {
      piece.simple = "\\(" + path(only.name) + "|tostring|@uri)";
      piece.program = "\"" + piece.simple + "\"";
    }
    pieces_.push_back(std::move(piece));
    return true;
  }

  static std::string path(std::string_view name) {
    bool const plain = !is_digit(name[0]) && name.find('.') == std::string_view::npos;
    return "." + (plain ? std::string(name) : "[" + literal(name) + "]");
  }

  static std::string call(Variable const& variable, Style const& style) {
    auto const flag = [](bool value) { return value ? "true" : "false"; };
    return "(" + path(variable.name) + " | parts(" + literal(variable.name) + "; " +
           flag(style.named) + "; " + literal(style.if_empty) + "; " + flag(style.reserved) + "; " +
           std::to_string(variable.length) + "; " + flag(variable.exploded) + "))";
  }

  // "https://host/\(.id|tostring|@uri)": what nearly all templates are.
  std::string simple_program() const {
    std::string out = "\"";
    for (Piece const& piece : pieces_) {
      out += std::string_view(piece.program).substr(1, piece.program.size() - 2);
    }
    return out + "\"";
  }

  std::string whole_program() const {
    std::string out(kFunctions);
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      out += (i > 0 ? " + " : "") + pieces_[i].program;
    }
    return out;
  }

  void wrong(std::size_t begin, std::size_t end) {
    report_.add(
        Code::bad_uri_template, dsl::span_in(node_, begin, end),
        "this is no expression of a URI template (RFC 6570)",
        "write {name}, {+name}, {?a,b*} ...; the names are members of the data. For anything "
        "else: ${ \"https://...\\( ... )\" }");
  }

  Node const& node_;
  Report& report_;
  std::vector<Piece> pieces_;
};

}  // namespace

namespace {

// Reads back what TemplateProgram writes, and nothing else.
class TemplateReader {
 public:
  explicit TemplateReader(std::string_view program) : left_(program) {}

  std::optional<std::string> run() {
    bool const whole = skip(kFunctions);
    do {
      if (!(left_.starts_with('"') ? quoted() : whole && expression())) return std::nullopt;
    } while (whole && skip(" + "));
    if (!left_.empty() || !has_variable_) return std::nullopt;
    return std::move(text_);
  }

 private:
  bool skip(std::string_view text) {
    if (!left_.starts_with(text)) return false;
    left_.remove_prefix(text.size());
    return true;
  }

  std::string_view until(std::string_view end) {
    auto const at = std::min(left_.find(end), left_.size());
    auto const found = left_.substr(0, at);
    left_.remove_prefix(at);
    return skip(end) ? found : std::string_view();
  }

  std::optional<std::string> string() {
    std::size_t at = 1;
    while (at < left_.size() && left_[at] != '"') at += left_[at] == '\\' ? 2 : 1;
    if (!left_.starts_with('"') || at >= left_.size()) return std::nullopt;
    auto const json = parse_json(left_.substr(0, at + 1));
    if (!json.ok() || !json->is_string()) return std::nullopt;
    left_.remove_prefix(at + 1);
    return std::string(json->as_string());
  }

  // Constants and simple variables between quotes.
  bool quoted() {
    std::string constant = "\"";
    for (left_.remove_prefix(1); !left_.empty() && !left_.starts_with('"');) {
      if (skip("\\(")) {
        if (!add(std::exchange(constant, "\"")) || !simple()) return false;
      } else {
        std::size_t const size = left_.starts_with('\\') ? 2 : 1;
        constant += left_.substr(0, size);
        left_.remove_prefix(std::min(size, left_.size()));
      }
    }
    return skip("\"") && add(constant);
  }

  bool add(std::string const& constant) {
    auto const json = parse_json(constant + "\"");
    if (!json.ok()) return false;
    text_ += json->as_string();
    return true;
  }

  bool simple() {
    auto name = until("|tostring|@uri)");
    if (!name.starts_with('.')) return false;
    name.remove_prefix(1);
    if (name.starts_with("[\"") && name.ends_with("\"]")) name = name.substr(2, name.size() - 4);
    if (!is_name(name)) return false;
    text_ += "{" + std::string(name) + "}";
    has_variable_ = true;
    return true;
  }

  // ([(.a | parts("a"; true; "="; false; 0; false)), ...] | if ... else FIRST + join(...) end)
  bool expression() {
    if (!skip("([")) return false;
    std::string variables;
    bool named = false;
    bool reserved = false;
    std::string if_empty;
    do {
      until(" | parts(");
      auto const name = string();
      skip("; ");
      named = until("; ") == "true";
      if_empty = string().value_or("");
      skip("; ");
      reserved = until("; ") == "true";
      auto const length = until("; ");
      auto const star = until("))");
      if (!name || star.empty()) return false;
      variables += (variables.empty() ? "" : ",") + *name;
      if (length != "0") variables += ":" + std::string(length);
      if (star == "true") variables += "*";
    } while (skip(", "));
    if (!skip("] | if length == 0 then \"\" else ")) return false;
    auto const first = string();
    until(" end)");
    auto const style = std::find_if(kStyles.begin(), kStyles.end(), [&](Style const& each) {
      return each.first == first && each.named == named && each.reserved == reserved &&
             each.if_empty == if_empty;
    });
    if (!first || style == kStyles.end()) return false;
    text_ += "{" + (style->op == 0 ? "" : std::string(1, style->op)) + variables + "}";
    has_variable_ = true;
    return true;
  }

  std::string_view left_;
  std::string text_;
  bool has_variable_ = false;
};

}  // namespace

std::optional<std::string> uri_template_of(std::string_view program) {
  return TemplateReader(program).run();
}

std::optional<std::string> uri_program(Node const& node, Report& report) {
  return TemplateProgram(node, report).run();
}

}  // namespace skald::compiler
