#include "dsl/yaml/core_schema.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>

namespace skald::dsl::yaml {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Cuts digits off the front.
std::string_view take_digits(std::string_view& rest) {
  std::size_t count = 0;
  while (count < rest.size() && is_digit(rest[count])) ++count;
  std::string_view const digits = rest.substr(0, count);
  rest.remove_prefix(count);
  return digits;
}

bool is_one_of(std::string_view text, std::string_view lower, std::string_view title,
               std::string_view upper) {
  return text == lower || text == title || text == upper;
}

bool is_no_json_number(std::string_view text) {
  if (is_one_of(text, ".nan", ".NaN", ".NAN")) return true;
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return is_one_of(text, ".inf", ".Inf", ".INF");
}

// 0o17 and 0x1f. Empty when it is neither; the inner one is empty when it is too large.
std::optional<std::optional<Json>> based_integer(std::string_view text) {
  bool const octal = text.starts_with("0o");
  if ((!octal && !text.starts_with("0x")) || text.size() < 3) return std::nullopt;
  std::string_view const digits = text.substr(2);
  std::uint64_t value = 0;
  auto const [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, octal ? 8 : 16);
  if (end != digits.data() + digits.size()) return std::nullopt;
  if (error != std::errc{}) return std::optional<Json>{};
  return std::optional<Json>(Json(value));
}

// The number in JSON's grammar: no plus sign, no leading zeros, digits on both sides of the point.
std::optional<std::string> json_number(std::string_view text) {
  std::string result;
  if (text.starts_with('-')) result += '-';
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  std::string_view whole = take_digits(text);
  bool const has_whole = !whole.empty();
  while (whole.size() > 1 && whole.front() == '0') whole.remove_prefix(1);
  result += has_whole ? whole : "0";
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    std::string_view const fraction = take_digits(text);
    if (!has_whole && fraction.empty()) return std::nullopt;
    if (!fraction.empty()) result += "." + std::string(fraction);
  } else if (!has_whole) {
    return std::nullopt;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    result += 'e';
    if (text.starts_with('-') || text.starts_with('+')) {
      result += text.front();
      text.remove_prefix(1);
    }
    std::string_view const exponent = take_digits(text);
    if (exponent.empty()) return std::nullopt;
    result += exponent;
  }
  if (!text.empty()) return std::nullopt;
  return result;
}

}  // namespace

bool is_null_text(std::string_view text) {
  return text.empty() || text == "~" || is_one_of(text, "null", "Null", "NULL");
}

std::optional<Json> resolve_plain(std::string_view text) {
  if (is_null_text(text)) return Json();
  if (is_one_of(text, "true", "True", "TRUE")) return Json(true);
  if (is_one_of(text, "false", "False", "FALSE")) return Json(false);
  if (is_no_json_number(text)) return std::nullopt;
  if (auto based = based_integer(text)) return *based;
  std::optional<std::string> const number = json_number(text);
  if (!number) return Json(text);
  Result<Json> parsed = parse_json(*number);
  if (!parsed.ok() || !std::isfinite(parsed->as_number())) return std::nullopt;
  // Only an integer keeps digits that a double can not hold; 0.50 is 0.5.
  bool const whole = number->find_first_of(".e") == std::string::npos;
  return whole ? std::move(parsed).value() : Json(parsed->as_number());
}

}  // namespace skald::dsl::yaml
