// Errors as people read them.

#include <algorithm>
#include <string>

#include "dsl/jq/jq.hpp"

namespace skald::jq {
namespace {

// "line 2, column 7: message", the line, and carets below what is wrong.
std::string marked(std::string_view program, Span span, std::string_view message) {
  auto const begin = std::min(span.begin, program.size());
  auto const before = program.substr(0, begin);
  auto const line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  auto const line_end = std::min(program.find('\n', begin), program.size());
  auto const line = program.substr(line_begin, line_end - line_begin);
  auto const number = std::count(before.begin(), before.end(), '\n') + 1;
  auto const column = count_code_points(before.substr(line_begin)) + 1;
  auto const end = std::clamp(span.end, begin, line_end);
  auto const width =
      std::max<std::size_t>(count_code_points(program.substr(begin, end - begin)), 1);
  std::string text = "line " + std::to_string(number) + ", column " + std::to_string(column) + ": ";
  text.append(message).append("\n  ").append(line).append("\n  ");
  for (char const c : before.substr(line_begin)) {
    bool const continues = (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
    if (!continues) text += c == '\t' ? '\t' : ' ';
  }
  return text.append("^").append(width - 1, '~').append("\n");
}

}  // namespace

std::string report(std::string_view program, CompileError const& error) {
  auto text = marked(program, error.span, error.message);
  return error.hint.empty() ? text : text + "  " + error.hint + "\n";
}

std::string report(std::string_view program, EvalError const& error) {
  return marked(program, error.span, error.message);
}

}  // namespace skald::jq
