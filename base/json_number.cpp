#include "base/json_number.hpp"

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <limits>

namespace skald {
namespace {

constexpr std::int64_t kLargestExponent = 999'999'999;

// A decimal number: digits * 10^exponent.
struct Parts {
  bool negative = false;
  std::string digits;  // without leading zeros; "0" for zero
  std::int64_t exponent = 0;
};

Parts split(std::string_view text) {
  Parts parts;
  std::size_t i = 0;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) parts.negative = text[i++] == '-';
  bool fraction = false;
  for (; i < text.size() && text[i] != 'e' && text[i] != 'E'; ++i) {
    if (text[i] == '.') {
      fraction = true;
      continue;
    }
    if (fraction) --parts.exponent;
    if (parts.digits != "0") {
      parts.digits += text[i];
    } else {
      parts.digits = text[i];
    }
  }
  if (i < text.size()) {
    bool const negative = i + 1 < text.size() && text[i + 1] == '-';
    std::int64_t exponent = 0;
    for (std::size_t j = i + 1; j < text.size(); ++j) {
      if (text[j] < '0' || text[j] > '9') continue;
      if (exponent < 100 * kLargestExponent) exponent = exponent * 10 + (text[j] - '0');
    }
    parts.exponent += negative ? -exponent : exponent;
  }
  if (parts.digits.empty()) parts.digits = "0";
  return parts;
}

// True for the numbers that are everywhere: short integers and short decimals that print as they
// were written.
bool plain(std::string_view text, double& value) {
  if (text.empty() || text.size() > 15 || text.front() == '+' || text.front() == '.') return false;
  bool point = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char const c = text[i];
    if (c == '.') point = true;
    if (c == 'e' || c == 'E') return false;
  }
  if (point && (text.back() == '0' || text.back() == '.')) return false;
  auto const digits = text.front() == '-' ? text.substr(1) : text;
  if (digits.front() == '0' && digits.size() > 1 && digits[1] != '.') return false;
  if (digits.substr(0, 5) == "0.000") return false;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return true;
}

}  // namespace

std::string normal_decimal(std::string_view text) {
  auto const parts = split(text);
  auto const size = static_cast<std::int64_t>(parts.digits.size());
  auto const adjusted = parts.exponent + size - 1;
  bool const zero = parts.digits == "0";
  if (!zero && (adjusted > kLargestExponent || adjusted < -kLargestExponent)) return {};
  std::string out = parts.negative ? "-" : "";
  if (parts.exponent <= 0 && adjusted >= -6) {
    auto const whole = size + parts.exponent;  // digits before the point
    if (parts.exponent == 0) return out + parts.digits;
    if (whole > 0) {
      out.append(parts.digits, 0, static_cast<std::size_t>(whole));
      out += '.';
      out.append(parts.digits, static_cast<std::size_t>(whole));
    } else {
      out += "0.";
      out.append(static_cast<std::size_t>(-whole), '0');
      out += parts.digits;
    }
    return out;
  }
  out += parts.digits[0];
  if (size > 1) {
    out += '.';
    out.append(parts.digits, 1);
  }
  auto exponent = adjusted;
  if (zero && exponent > kLargestExponent) exponent = kLargestExponent;
  if (zero && exponent < -kLargestExponent) exponent = -kLargestExponent;
  out += exponent < 0 ? "E-" : "E+";
  out += std::to_string(exponent < 0 ? -exponent : exponent);
  return out;
}

Json number_from_text(std::string_view text) {
  double value = 0;
  if (plain(text, value)) return {value};
  std::string const copy(text);
  value = std::strtod(copy.c_str(), nullptr);
  auto const normal = normal_decimal(text);
  if (normal.empty()) {
    // Out of range: jq makes it an infinity or a zero.
    return {value};
  }
  // From 16 digits on two different texts can have one double: both stay texts, and differ.
  bool const exact = text.size() <= 15;
  if (exact && normal == number_to_text(value)) return {value};
  return Json::number_literal(normal);
}

}  // namespace skald
