// Expressions as other languages write them.

#include <algorithm>
#include <array>
#include <iterator>
#include <string>

#include "compiler/foreign.hpp"

namespace skald::compiler {

namespace {

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

struct Function {
  std::string_view foreign;  // lower case, without underscores
  std::string_view hint;
};

constexpr std::array kFunctions = {
    Function{"len", "expressions are jq: '.items | length'"},
    Function{"size", "expressions are jq: '.items | length'"},
    Function{"count", "expressions are jq: '.items | length'"},
    Function{"tostr", "expressions are jq: 'tostring'"},
    Function{"str", "expressions are jq: 'tostring'"},
    Function{"string", "expressions are jq: 'tostring'"},
    Function{"int", "expressions are jq: 'tonumber', and 'floor' for a whole number"},
    Function{"number", "expressions are jq: 'tonumber'"},
    Function{"parseint", "expressions are jq: 'tonumber'"},
    Function{"upper", "expressions are jq: '.name | ascii_upcase'"},
    Function{"touppercase", "expressions are jq: '.name | ascii_upcase'"},
    Function{"lower", "expressions are jq: '.name | ascii_downcase'"},
    Function{"tolowercase", "expressions are jq: '.name | ascii_downcase'"},
    Function{"substring", "expressions are jq: '.name[0:3]'"},
    Function{"substr", "expressions are jq: '.name[0:3]'"},
    Function{"slice", "expressions are jq: '.items[0:3]'"},
    Function{"concat", "expressions are jq: 'a + b', or '\"\\(.a) \\(.b)\"'"},
    Function{"format", "expressions are jq: '\"\\(.a) \\(.b)\"'"},
    Function{"replace", "expressions are jq: 'gsub(\"a\"; \"b\")'"},
    Function{"filter", "expressions are jq: '.items | map(select(.ok))'"},
    Function{"reduce", "expressions are jq: 'reduce .items[] as $i (0; . + $i.price)'"},
    Function{"foreach", "expressions are jq: '.items | map(...)'"},
    Function{"find", "expressions are jq: 'first(.items[] | select(.ok))'"},
    Function{"sum", "expressions are jq: '.prices | add'"},
    Function{"avg", "expressions are jq: '(.prices | add) / (.prices | length)'"},
    Function{"includes", "expressions are jq: 'any(.items[]; . == \"a\")', of texts 'contains'"},
    Function{"exists", "expressions are jq: 'has(\"name\")', or '.name != null'"},
    Function{"isempty", "expressions are jq: '.items == []', or 'length == 0'"},
    Function{"default", "expressions are jq: '.name // \"nobody\"'"},
    Function{"coalesce", "expressions are jq: '.name // \"nobody\"'"},
    Function{"tojsonstring", "expressions are jq: 'tojson'"},
    Function{"stringify", "expressions are jq: 'tojson'"},
    Function{"parsejson", "expressions are jq: 'fromjson'"},
    Function{"date", "expressions are jq: 'now | todate'"},
    Function{"timestamp", "expressions are jq: 'now', as text 'now | todate'"},
    Function{"utcnow", "expressions are jq: 'now | todate'"},
    Function{"uuid", "expressions draw nothing at random; '$workflow.id' is unique to the run"},
    Function{"random", "expressions draw nothing at random; '$workflow.id' is unique to the run"},
    Function{"success", "errors are caught by 'try' and 'catch'; without it tasks run in order"},
    Function{"failure", "errors are caught by 'try' and 'catch'"},
    Function{"always", "what runs in every end stands below saga.finally"},
};

std::string folded(std::string_view name) {
  std::string out;
  for (char const c : name) {
    if (c != '_') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

// "now()", ".items.size()": parentheses without arguments.
bool empty_call(std::string_view text) {
  for (auto at = text.find("()"); at != std::string_view::npos; at = text.find("()", at + 1)) {
    if (at > 0 && is_name(text[at - 1])) return true;
  }
  return false;
}

// ".items.map(.price)": a method.
bool method(std::string_view text) {
  for (auto at = text.find('('); at != std::string_view::npos; at = text.find('(', at + 1)) {
    auto begin = at;
    while (begin > 0 && is_name(text[begin - 1])) --begin;
    if (begin > 0 && begin < at && text[begin - 1] == '.') return true;
  }
  return false;
}

}  // namespace

std::string_view foreign_function(std::string_view name) {
  auto const wanted = folded(name);
  auto const found = std::find_if(kFunctions.begin(), kFunctions.end(),
                                  [&](Function const& each) { return each.foreign == wanted; });
  return found == kFunctions.end() ? std::string_view{} : found->hint;
}

std::string_view foreign_expression(std::string_view program, std::string_view whole) {
  auto const first = program.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return "an expression can not be empty; '.' is the data";
  auto const text = program.substr(first);
  if (has(whole, "${{") || text.starts_with("{{")) {
    return "one pair of braces is enough: ${ .name }";
  }
  if (text.starts_with("${")) return "the whole text is the expression: ${ .count > 5 }";
  if (text.starts_with("$.") || has(text, " $.") || has(text, "($.")) {
    return "expressions are jq and not JSONPath: '.name' is a member of the data";
  }
  if (has(text, "'")) return "texts in expressions stand in double quotes: \"paid\"";
  if (has(text, "&&")) return "expressions are jq: write 'and'";
  if (has(text, "||")) return "expressions are jq: write 'or'";
  if (has(text, "!==")) return "expressions are jq: write '!='";
  if (has(text, "===")) return "expressions are jq: write '=='";
  if (has(text, "!.") || text.starts_with("!")) return "expressions are jq: write '.done | not'";
  if (has(text, "?.")) return "expressions are jq: '.a.b' gives null when there is no '.a'";
  if (has(text, " ? ")) return "expressions are jq: write 'if ... then ... else ... end'";
  if (has(text, "=<")) return "expressions are jq: write '<='";
  if (has(text, "=>")) {
    return "expressions are jq: 'map(.price)', 'select(.ok)'; to compare numbers it is '>='";
  }
  if (method(text)) {
    return "expressions are jq and have no methods: '.items | map(.price)', '.items | length'";
  }
  if (empty_call(text)) return "in jq a function without arguments has no parentheses: 'now'";
  if (text.ends_with(" else") || (text.starts_with("if ") && !has(text, " end"))) {
    return "in jq it is 'if ... then ... else ... end'";
  }
  return {};
}

std::string_view foreign_template(std::string_view text, std::size_t& begin) {
  struct Marks {
    std::string_view open;
    std::string_view close;
    std::string_view both;
  };
  constexpr std::array<Marks, 5> kMarks = {{{"{{", "}}", "{{ }}"},
                                            {"{%", "%}", "{% %}"},
                                            {"<%", "%>", "<% %>"},
                                            {"#{", "}", "#{ }"},
                                            {"$ {", "}", "$ { }"}}};
  for (auto const& marks : kMarks) {
    begin = text.find(marks.open);
    if (begin != std::string_view::npos && has(text.substr(begin), marks.close)) return marks.both;
  }
  return {};
}

namespace {

// The last parts of names of files, sorted; members of data have other names ...
constexpr std::string_view kSuffixes[] = {
    "7z",   "avro",    "bak",  "bash",  "bat",  "bin",  "bmp",  "bz2",    "cfg",   "cpp",
    "crt",  "css",     "csv",  "deb",   "dll",  "docx", "env",  "exe",    "gif",   "gitignore",
    "gz",   "hpp",     "htm",  "html",  "ini",  "iso",  "jar",  "java",   "jpeg",  "jpg",
    "jq",   "js",      "json", "jsonl", "log",  "md",   "mjs",  "mov",    "mp3",   "mp4",
    "odt",  "parquet", "pdf",  "pem",   "php",  "png",  "ppt",  "pptx",   "proto", "ps1",
    "py",   "rb",      "rpm",  "rst",   "rtf",  "sh",   "sql",  "sqlite", "svg",   "tar",
    "tgz",  "tif",     "tiff", "tmp",   "toml", "ts",   "tsv",  "txt",    "wav",   "webm",
    "webp", "xls",     "xlsx", "xml",   "xsd",  "xz",   "yaml", "yml",    "zip",   "zst"};
// ... and those that also end a text of several parts.
constexpr std::string_view kEnds[] = {"bz2", "com", "example", "gz", "localhost",
                                      "net", "org", "xz",      "zst"};

}  // namespace

bool is_suffix(std::string_view text) {
  auto const dot = text.rfind('.');
  if (dot == std::string_view::npos || text.find_first_of(" [") != std::string_view::npos) {
    return false;
  }
  auto const last = text.substr(dot + 1);
  if (dot > 0) return std::binary_search(std::begin(kEnds), std::end(kEnds), last);
  return std::binary_search(std::begin(kSuffixes), std::end(kSuffixes), last);
}

std::size_t data_path(std::string_view text) {
  auto const letter = [&](std::size_t at) { return is_name(text[at]) && text[at] > '9'; };
  std::size_t at = 0;
  while (at < text.size()) {
    if (text[at] == '.' && at + 1 < text.size() && letter(at + 1)) {
      for (++at; at < text.size() && is_name(text[at]);) ++at;
    } else if (at > 0 && text[at] == '[') {
      auto const end = text.find(']', at);
      if (end == std::string_view::npos) return 0;
      at = end + 1;
    } else {
      break;
    }
  }
  constexpr std::array<std::string_view, 6> kFollow = {
      " | ", " // ", " == ", " != ", " <= ", " >= "};
  bool const goes_on = at > 0 && std::any_of(kFollow.begin(), kFollow.end(), [&](auto const mark) {
                         return text.substr(at).starts_with(mark);
                       });
  return goes_on || at == text.size() ? at : 0;
}

}  // namespace skald::compiler
