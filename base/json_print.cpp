// Json to text: compact, pretty and canonical (RFC 8785). Iterative: depth costs heap, not stack.

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <vector>

#include "base/json.hpp"
#include "base/sealed.hpp"

namespace skald {
namespace {

// Shortest digits of a finite, non-zero double and the position of the decimal point in them.
struct Digits {
  bool negative = false;
  std::string text;
  int point = 0;
};

Digits shortest(double value) {
  std::array<char, 40> buffer{};
  auto const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::scientific)
                       .ptr;
  std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  Digits result;
  if (text.front() == '-') {
    result.negative = true;
    text.remove_prefix(1);
  }
  auto const e = text.find('e');
  for (char const c : text.substr(0, e)) {
    if (c != '.') result.text.push_back(c);
  }
  int exponent = 0;
  auto const* digits = text.data() + e + 1;
  if (*digits == '+') ++digits;
  std::from_chars(digits, text.data() + text.size(), exponent);
  result.point = exponent + 1;
  return result;
}

void append_plain(std::string& out, Digits const& digits) {
  auto const size = static_cast<int>(digits.text.size());
  if (digits.point <= 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-digits.point), '0');
    out += digits.text;
  } else if (digits.point >= size) {
    out += digits.text;
    out.append(static_cast<std::size_t>(digits.point - size), '0');
  } else {
    out.append(digits.text, 0, static_cast<std::size_t>(digits.point));
    out += '.';
    out.append(digits.text, static_cast<std::size_t>(digits.point));
  }
}

void append_exponential(std::string& out, Digits const& digits, bool two_digits) {
  out += digits.text[0];
  if (digits.text.size() > 1) {
    out += '.';
    out.append(digits.text, 1);
  }
  int const exponent = digits.point - 1;
  out += exponent < 0 ? "e-" : "e+";
  auto const text = std::to_string(std::abs(exponent));
  if (two_digits && text.size() < 2) out += '0';
  out += text;
}

void append_jq_number(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "null";
    return;
  }
  if (std::isinf(value)) value = std::copysign(std::numeric_limits<double>::max(), value);
  if (value == 0) {
    out += std::signbit(value) ? "-0" : "0";
    return;
  }
  if (std::abs(value) < 1e15 && value == std::trunc(value)) {
    out += std::to_string(static_cast<std::int64_t>(value));
    return;
  }
  auto const digits = shortest(value);
  if (digits.negative) out += '-';
  auto const size = static_cast<int>(digits.text.size());
  if (digits.point <= -4 || digits.point > size + 15) {
    append_exponential(out, digits, true);
  } else {
    append_plain(out, digits);
  }
}

void append_ecmascript_number(std::string& out, double value) {
  if (value == 0 || std::isnan(value)) {
    out += std::isnan(value) ? "null" : "0";
    return;
  }
  if (std::isinf(value)) value = std::copysign(std::numeric_limits<double>::max(), value);
  auto const digits = shortest(value);
  if (digits.negative) out += '-';
  if (digits.point > -6 && digits.point <= 21) {
    append_plain(out, digits);
  } else {
    append_exponential(out, digits, false);
  }
}

void append_string(std::string& out, std::string_view text, bool escape_delete) {
  constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  std::size_t start = 0;
  auto flush = [&](std::size_t end) { out.append(text, start, end - start); };
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto const c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\' && (c != 0x7f || !escape_delete)) continue;
    flush(i);
    start = i + 1;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        out += "\\u00";
        out += kHex[c >> 4U];
        out += kHex[c & 15U];
    }
  }
  flush(text.size());
  out += '"';
}

// UTF-16 code unit order, as RFC 8785 sorts keys. It differs from byte order only between the
// supplementary planes (surrogates, 0xd800 and up) and U+E000 to U+FFFF.
bool utf16_less(std::string_view a, std::string_view b) {
  auto const [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (x == a.end() || y == b.end()) return x == a.end() && y != b.end();
  auto const ca = static_cast<unsigned char>(*x);
  auto const cb = static_cast<unsigned char>(*y);
  bool const a_wide = ca >= 0xf0;
  bool const b_wide = cb >= 0xf0;
  if (a_wide != b_wide && std::min(ca, cb) >= 0xee) return a_wide;
  return ca < cb;
}

enum class Style { compact, pretty, canonical };

class Printer {
 public:
  Printer(std::string& out, Style style, int indent)
      : out_(out), style_(style), indent_(static_cast<std::size_t>(indent)) {}

  void print(Json const& root) {
    open(root);
    while (!levels_.empty()) {
      auto& level = levels_.back();
      if (level.next == level.count) {
        bool const array = level.value->is_array();
        levels_.pop_back();
        new_line();
        out_ += array ? ']' : '}';
        continue;
      }
      if (level.next != 0) out_ += ',';
      new_line();
      auto const at = level.next++;
      if (level.value->is_array()) {
        open(level.value->items()[at]);
      } else {
        auto const* member = level.sorted.empty() ? &level.value->members()[at] : level.sorted[at];
        append_string(out_, member->key.as_string(), style_ != Style::canonical);
        out_ += style_ == Style::pretty ? ": " : ":";
        open(member->value);
      }
    }
  }

 private:
  struct Level {
    Json const* value;
    std::size_t next = 0;
    std::size_t count = 0;
    std::vector<Json::Member const*> sorted;
  };

  void new_line() {
    if (style_ != Style::pretty) return;
    out_ += '\n';
    out_.append(levels_.size() * indent_, ' ');
  }

  void open(Json const& value) {
    switch (value.kind()) {
      case Json::Kind::null: out_ += "null"; return;
      case Json::Kind::boolean: out_ += value.as_boolean() ? "true" : "false"; return;
      case Json::Kind::number:
        if (style_ == Style::canonical) {
          append_ecmascript_number(out_, value.as_number());
        } else if (!value.literal_text().empty()) {
          out_ += value.literal_text();
        } else {
          append_jq_number(out_, value.as_number());
        }
        return;
      case Json::Kind::string:
        append_string(out_, value.as_string(), style_ != Style::canonical);
        return;
      case Json::Kind::sealed:
        append_string(out_, shown_text(value), style_ != Style::canonical);
        return;
      case Json::Kind::array:
      case Json::Kind::object: break;
    }
    out_ += value.is_array() ? '[' : '{';
    if (value.size() == 0) {
      out_ += value.is_array() ? ']' : '}';
      return;
    }
    Level level{&value, 0, value.size(), {}};
    if (style_ == Style::canonical && value.is_object()) {
      for (auto const& member : value.members()) level.sorted.push_back(&member);
      std::sort(level.sorted.begin(), level.sorted.end(), [](auto const* a, auto const* b) {
        return utf16_less(a->key.as_string(), b->key.as_string());
      });
    }
    levels_.push_back(std::move(level));
  }

  std::string& out_;
  Style style_;
  std::size_t indent_;
  std::vector<Level> levels_;
};

}  // namespace

std::string number_to_text(double value) {
  std::string out;
  append_jq_number(out, value);
  return out;
}

void append_quoted(std::string& out, std::string_view text) {
  append_string(out, text, true);
}

void append_text(std::string& out, Json const& value) {
  Printer(out, Style::compact, 0).print(value);
}

std::string to_text(Json const& value) {
  std::string out;
  append_text(out, value);
  return out;
}

std::string to_pretty_text(Json const& value, int indent) {
  std::string out;
  Printer(out, Style::pretty, indent).print(value);
  return out;
}

std::string to_canonical(Json const& value) {
  std::string out;
  Printer(out, Style::canonical, 0).print(value);
  return out;
}

}  // namespace skald
