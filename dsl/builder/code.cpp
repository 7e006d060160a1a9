#include "dsl/builder/code.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace skald::builder {
namespace {

bool is_identifier(std::string_view text) {
  auto const good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && !(text[0] >= '0' && text[0] <= '9') &&
         std::all_of(text.begin(), text.end(), good);
}

std::string operand(Code const& code, Binding outer) {
  return code.binding > outer ? code.text : "(" + code.text + ")";
}

std::string quoted(std::string_view text) {
  return to_text(Json(text));
}

std::string unquoted(std::string_view text) {
  std::string result = quoted(text);
  return result.substr(1, result.size() - 2);
}

}  // namespace

Code literal(Json const& value) {
  bool const negative = value.is_number() && value.as_number() < 0;
  return {to_text(value), negative ? Binding::sum : Binding::term};
}

Code variable(std::string_view name) {
  return {"$" + std::string(name), Binding::term};
}

Code member(Code const& base, std::string_view name) {
  std::string const before = base.text == "." ? std::string() : operand(base, Binding::product);
  if (is_identifier(name)) return {before + "." + std::string(name), Binding::term};
  return {(before.empty() ? "." : before) + "[" + quoted(name) + "]", Binding::term};
}

Code item(Code const& base, std::size_t index) {
  return {operand(base, Binding::product) + "[" + std::to_string(index) + "]", Binding::term};
}

Code binary(Code const& left, std::string_view sign, Code const& right, Binding binding) {
  return {operand(left, binding) + " " + std::string(sign) + " " + operand(right, binding),
          binding};
}

Code negation(Code const& operand_code) {
  return {operand(operand_code, Binding::pipe) + " | not", Binding::pipe};
}

Code fields(Code const& base, std::vector<std::string> const& names) {
  std::string text = operand(base, Binding::pipe) + " | {";
  for (std::size_t i = 0; i < names.size(); ++i) text += (i > 0 ? ", " : "") + names[i];
  return {text + "}", Binding::pipe};
}

Code interpolation(std::string_view pattern, std::vector<Code> const& arguments) {
  std::string text = "\"";
  std::size_t next = 0;
  while (!pattern.empty()) {
    std::string_view const two = pattern.substr(0, 2);
    if (two == "{}") {
      SKALD_ASSERT(next < arguments.size(), "skald::format has more {} than arguments");
      text += "\\(" + arguments[next++].text + ")";
      pattern.remove_prefix(2);
    } else if (two == "{{" || two == "}}") {
      text += two[0];
      pattern.remove_prefix(2);
    } else {
      std::size_t const end = std::min(pattern.find_first_of("{}", 1), pattern.size());
      text += unquoted(pattern.substr(0, end));
      pattern.remove_prefix(end);
    }
  }
  SKALD_ASSERT(next == arguments.size(), "skald::format has more arguments than {}");
  return {text + "\"", Binding::term};
}

}  // namespace skald::builder
