#include "dsl/yaml/syntax_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

namespace skald::dsl::yaml {
namespace {

struct Wording {
  std::string_view theirs;  // how yaml-cpp's message begins
  Code code;
  std::string_view ours;
  std::string_view hint;
};

constexpr std::array kWordings = {
    Wording{"illegal map value", Code::yaml_syntax, "a ':' can not stand here",
            "quote the value if the ':' belongs to it, or begin a new line for a new key"},
    Wording{"illegal map key", Code::yaml_syntax, "a key can not begin here",
            "put it on a line of its own"},
    Wording{"illegal block entry", Code::yaml_syntax, "a list item '- ' can not begin here",
            "put it on a line of its own"},
    Wording{"illegal flow end", Code::yaml_syntax, "this bracket closes nothing", ""},
    Wording{"illegal EOF in scalar", Code::yaml_unterminated_quote,
            "the text ends inside a quoted string", ""},
    Wording{"illegal document indicator in scalar", Code::yaml_unterminated_quote,
            "a document marker stands inside a quoted string",
            "close the quote, or indent the line"},
    Wording{"illegal tab when looking", Code::yaml_tab_indentation,
            "a tab can not be used as indentation", "use spaces"},
    Wording{"bad character found while scanning hex", Code::yaml_syntax,
            "a hexadecimal digit is expected here", "\\x takes 2 digits, \\u 4 and \\U 8"},
    Wording{"invalid unicode", Code::yaml_syntax, "this escape is no character of Unicode", ""},
    Wording{"unknown escape character", Code::yaml_syntax,
            "there is no such escape in a double-quoted string",
            "write '\\\\' for a backslash, or use single quotes"},
    Wording{"the referenced anchor is not defined", Code::yaml_bad_alias,
            "there is no anchor of that name before this alias",
            "quote the text if it is meant to begin with '*'"},
    Wording{"alias not found after", Code::yaml_bad_alias, "a name is expected behind '*'",
            "quote the text if it is meant to begin with '*'"},
    Wording{"anchor not found after", Code::yaml_syntax, "a name is expected behind '&'",
            "quote the text if it is meant to begin with '&'"},
    Wording{"aliases can't have any content", Code::yaml_bad_alias,
            "an alias can have neither tag nor anchor", ""},
    Wording{"cannot assign multiple", Code::yaml_syntax, "a second tag or anchor for one value",
            ""},
    Wording{"cannot set zero indentation", Code::yaml_syntax,
            "a block scalar's indentation can not be 0", "use 1 to 9, or leave it out"},
    Wording{"unexpected character in block scalar", Code::yaml_syntax,
            "only an indentation (1 to 9), '-' or '+' can stand behind '|' or '>'",
            "put the text on the next line"},
    Wording{"bad file", Code::yaml_over_limit, "the document is nested too deeply", ""},
    Wording{"YAML major version too large", Code::yaml_syntax, "this version of YAML is not known",
            "use '%YAML 1.2' or no directive"},
};

Diagnostic make(Code code, std::string_view message, Span span, std::string_view hint = {}) {
  return Diagnostic{code, std::string(message), span, std::string(hint), {}};
}

bool first_on_line(TextMap const& text, std::size_t offset) {
  return text.before(offset).find_first_not_of(' ') == std::string_view::npos;
}

bool is_item(TextMap const& text, std::size_t offset) {
  char const next = text.at(offset + 1);
  return text.at(offset) == '-' && (next == ' ' || next == '\n' || next == '\r' || next == '\0');
}

// The unquoted `${` of the line that the complaint is about.
std::optional<std::size_t> unquoted_expression(TextMap const& text, std::size_t offset) {
  std::string_view const line = text.line(offset);
  for (std::size_t at = line.find("${"); at != std::string_view::npos;
       at = line.find("${", at + 1)) {
    std::size_t const previous =
        at == 0 ? std::string_view::npos : line.find_last_not_of(' ', at - 1);
    char const before = previous == std::string_view::npos ? ':' : line[previous];
    if (std::string_view(":-,[{").find(before) != std::string_view::npos) {
      return text.line_begin(offset) + at;
    }
  }
  return std::nullopt;
}

std::optional<Diagnostic> from_unquoted_expression(TextMap& text, std::size_t offset) {
  auto at = unquoted_expression(text, offset);
  // The complaint may come at the next line's first token.
  if (!at && offset > 0 && first_on_line(text, offset)) {
    std::size_t const before = text.line_begin(offset);
    if (before > 0) at = unquoted_expression(text, before - 1);
  }
  if (!at) return std::nullopt;
  return make(Code::yaml_unquoted_expression, "this expression is not legal YAML without quotes",
              text.span(*at, text.line_end(*at)), "quote it: '${ ... }', or use the map form");
}

std::optional<Diagnostic> from_tab(TextMap& text, std::size_t offset) {
  std::string_view const line = text.line(offset);
  std::size_t const tab = line.find('\t');
  if (tab == std::string_view::npos) return std::nullopt;
  if (line.substr(0, tab).find_first_not_of(' ') != std::string_view::npos) return std::nullopt;
  std::size_t const at = text.line_begin(offset) + tab;
  return make(Code::yaml_tab_indentation, "a tab can not be used as indentation",
              text.span(at, at + 1), "use spaces");
}

// A line's key, "lock" of "  - lock: seat", when a value stands behind it.
struct KeyLine {
  std::size_t column;  // bytes before the key
  std::string_view key;
};

std::optional<KeyLine> key_line(std::string_view line) {
  auto column = line.find_first_not_of(' ');
  while (column != std::string_view::npos && line.substr(column).starts_with("- ")) {
    column = line.find_first_not_of(' ', column + 1);
  }
  if (column == std::string_view::npos) return std::nullopt;
  auto const colon = line.find(": ", column);
  auto const value =
      colon == std::string_view::npos ? colon : line.find_first_not_of(' ', colon + 1);
  if (value == std::string_view::npos) return std::nullopt;
  if (std::string_view("\"'|>#{[").find(line[value]) != std::string_view::npos) return std::nullopt;
  return KeyLine{column, line.substr(column, colon - column)};
}

// A key that is indented further than the one above it is read as more of that one's value.
std::optional<Diagnostic> from_deeper_line(TextMap& text, SyntaxError const& error) {
  auto const begin = text.line_begin(error.offset);
  auto const before = text.before(error.offset);
  auto const indent = before.find_first_not_of(' ');
  if (indent == std::string_view::npos || before.find(": ") != std::string_view::npos) {
    return std::nullopt;
  }
  for (auto at = begin; at > 0;) {
    at = text.line_begin(at - 1);
    auto const line = text.line(at);
    auto const first = line.find_first_not_of(' ');
    if (first == std::string_view::npos || first >= indent) continue;
    auto const above = key_line(line);
    if (!above || above->column >= indent) return std::nullopt;
    return make(Code::yaml_syntax,
                fmt::format("this line is indented further than '{}' in line {}, so it goes on "
                            "with the value there",
                            above->key, text.line_of(at) + 1),
                text.span(begin + indent, error.offset),
                fmt::format("align it with '{}'; a text of several lines is quoted", above->key));
  }
  return std::nullopt;
}

// A forgotten quote is noticed only where the next one closes the string, lines below.
std::optional<Diagnostic> from_long_quote(TextMap& text, SyntaxError const& error) {
  if (!error.last_scalar) return std::nullopt;
  std::size_t const begin = *error.last_scalar;
  Style const style = text.style_at(begin);
  if (style != Style::single_quoted && style != Style::double_quoted) return std::nullopt;
  std::size_t const end = text.quoted_end(begin);
  if (end == std::string_view::npos || text.line_of(end - 1) == text.line_of(begin) ||
      text.line_of(end - 1) != text.line_of(error.offset)) {
    return std::nullopt;
  }
  Diagnostic result = make(Code::yaml_unterminated_quote,
                           "the string that this quote opens ends lines below, inside other text",
                           text.span(begin, begin + 1), "is its closing quote missing?");
  result.notes.push_back(Note{"it is closed here", text.span(end - 1, end)});
  return result;
}

// 'you haven't paid': the apostrophe ends the text.
bool behind_an_apostrophe(TextMap const& text, SyntaxError const& error) {
  if (!error.last_scalar || text.style_at(*error.last_scalar) != Style::single_quoted) return false;
  char const c = text.at(error.offset);
  bool const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter && text.quoted_end(*error.last_scalar) == error.offset;
}

Diagnostic block_end(TextMap& text, SyntaxError const& error, bool in_map) {
  std::size_t const at = error.offset;
  Span const span = text.span(at, text.line_end(at));
  if (behind_an_apostrophe(text, error)) {
    return make(Code::yaml_syntax, "the single quote before this ends the text", span,
                "write an apostrophe twice ('') in single quotes, or use double quotes");
  }
  if (!first_on_line(text, at)) {
    return make(Code::yaml_syntax, "text behind the end of a value", span,
                "quote the whole value, or remove this");
  }
  if (is_item(text, at)) {
    return make(Code::yaml_syntax,
                in_map ? "a list item can not stand among the keys of a map"
                       : "this line's indentation fits no list above it",
                span, in_map ? "indent the list below a key" : "align it with its list");
  }
  bool const among_items = !in_map || (error.last_list && text.before(*error.last_list).size() ==
                                                              text.before(at).size());
  if (among_items) {
    return make(Code::yaml_syntax, "a key can not stand among the items of a list", span,
                "indent it below an item, or begin it with '- '");
  }
  return make(Code::yaml_syntax, "this line's indentation fits no map above it", span,
              "align it with the keys it belongs to");
}

Diagnostic flow_end(TextMap& text, SyntaxError const& error, bool map) {
  Diagnostic result =
      make(Code::yaml_syntax, map ? "',' or '}' is expected here" : "',' or ']' is expected here",
           text.span(error.offset, error.offset + 1));
  if (error.offset >= text.size() ||
      text.text().find_first_not_of(" \n\r\t", error.offset) == std::string_view::npos) {
    result.message =
        map ? "the text ends before this map does" : "the text ends before this list does";
  }
  char const here = text.at(error.offset);
  bool const within_text =
      error.offset > 0 &&
      std::string_view(" \n\t,[{:").find(text.at(error.offset - 1)) == std::string_view::npos;
  if ((here == '[' || here == '{') && within_text) {
    result.hint = "quote the text: within brackets it ends at one of [ ] { } ,";
  }
  if (error.open_flow) {
    result.notes.push_back(Note{map ? "the map begins here" : "the list begins here",
                                text.span(*error.open_flow, *error.open_flow + 1)});
  }
  return result;
}

Diagnostic from_table(TextMap& text, SyntaxError const& error) {
  Span const span = text.span(error.offset, error.offset + 1);
  auto const* const found = std::find_if(
      kWordings.begin(), kWordings.end(),
      [&error](Wording const& wording) { return error.message.starts_with(wording.theirs); });
  if (found != kWordings.end()) return make(found->code, found->ours, span, found->hint);
  if (error.message == "unknown token") {
    char const c = text.at(error.offset);
    return make(Code::yaml_syntax,
                c != '\0' ? fmt::format("a value can not begin with '{}'", c)
                          : std::string("a value is expected here"),
                span, "quote it");
  }
  return make(Code::yaml_syntax, error.message, span);
}

}  // namespace

Diagnostic explain(TextMap& text, SyntaxError const& error) {
  if (auto found = from_tab(text, error.offset)) return *std::move(found);
  if (auto found = from_long_quote(text, error)) return *std::move(found);
  bool const structural =
      error.message.starts_with("end of ") || error.message.starts_with("illegal ");
  if (structural) {
    if (auto found = from_unquoted_expression(text, error.offset)) return *std::move(found);
  }
  if (error.message.starts_with("illegal map value")) {
    if (auto found = from_deeper_line(text, error)) return *std::move(found);
  }
  if (error.message == "end of map not found") return block_end(text, error, true);
  if (error.message == "end of sequence not found") return block_end(text, error, false);
  if (error.message == "end of map flow not found") return flow_end(text, error, true);
  if (error.message == "end of sequence flow not found") return flow_end(text, error, false);
  return from_table(text, error);
}

}  // namespace skald::dsl::yaml
