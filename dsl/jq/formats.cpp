// The @formats.

#include <array>
#include <cmath>

#include "dsl/jq/ops.hpp"
#include "dsl/jq/strings.hpp"
#include "dsl/jq/text.hpp"

namespace skald::jq {
namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

std::string text_of(Json const& value) {
  std::string text;
  append_as_text(text, value);
  return text;
}

// Appends `text` with some characters replaced.
template <class Replacement>
void escape(std::string& out, std::string_view text, Replacement replacement) {
  for (char const c : text) {
    std::string_view const other = replacement(c);
    if (other.data() != nullptr) {
      out += other;
    } else {
      out += c;
    }
  }
}

std::string_view html(char c) {
  switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '\'': return "&apos;";
    case '"': return "&quot;";
    case '\0': return "\\0";
    default: return {};
  }
}

std::string_view tabs(char c) {
  switch (c) {
    case '\t': return "\\t";
    case '\r': return "\\r";
    case '\n': return "\\n";
    case '\\': return "\\\\";
    case '\0': return "\\0";
    default: return {};
  }
}

bool row(Run& run, Json const& value, bool csv, std::string& out) {
  if (!value.is_array()) {
    return type_error(
        run, value,
        csv ? "cannot be csv-formatted, only array" : "cannot be tsv-formatted, only array");
  }
  bool first = true;
  for (auto const& item : value.items()) {
    if (!first) out += csv ? ',' : '\t';
    first = false;
    if (item.is_string()) {
      if (csv) out += '"';
      escape(out, item.as_string(), [csv](char c) -> std::string_view {
        if (!csv) return tabs(c);
        return c == '"' ? "\"\"" : (c == '\0' ? "\\0" : std::string_view());
      });
      if (csv) out += '"';
    } else if (item.is_boolean() || (item.is_number() && !std::isnan(item.as_number()))) {
      append_text(out, item);
    } else if (item.is_array() || item.is_object()) {
      return type_error(run, item, "is not valid in a csv row");
    }
  }
  return true;
}

bool shell(Run& run, Json const& value, std::string& out) {
  auto quote = [&](Json const& item) {
    if (item.is_array() || item.is_object()) {
      return type_error(run, item, "can not be escaped for shell");
    }
    if (!item.is_string()) return append_text(out, item), true;
    out += '\'';
    escape(out, item.as_string(), [](char c) -> std::string_view {
      return c == '\'' ? "'\\''" : (c == '\0' ? "\\0" : std::string_view());
    });
    out += '\'';
    return true;
  };
  if (!value.is_array()) return quote(value);
  bool first = true;
  for (auto const& item : value.items()) {
    if (!first) out += ' ';
    first = false;
    if (!quote(item)) return false;
  }
  return true;
}

void encode_uri(std::string_view text, std::string& out) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (char const c : text) {
    bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else {
      auto const byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    }
  }
}

bool decode_uri(Run& run, Json const& value, std::string& out) {
  auto const text = text_of(value);
  auto const wrong = [&] { return type_error(run, Json(text), "is not a valid uri encoding"); };
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    int const high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    int const low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return wrong();
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (!is_valid_utf8(decoded)) return wrong();
  out += decoded;
  return true;
}

// Base 64 (6 bits a digit, groups of 4) and base 32 (5 bits, groups of 8).
void encode_base(std::string_view text, std::string_view digits, unsigned bits, std::size_t group,
                 std::string& out) {
  std::size_t const group_bytes = group * bits / 8;
  auto const begin = out.size();
  out.resize(begin + (text.size() + group_bytes - 1) / group_bytes * group, '=');
  auto* to = out.data() + begin;
  std::uint32_t buffer = 0;
  unsigned held = 0;
  for (char const c : text) {
    buffer = (buffer << 8U) | static_cast<unsigned char>(c);
    held += 8;
    while (held >= bits) {
      held -= bits;
      *to++ = digits[(buffer >> held) & ((1U << bits) - 1U)];
    }
  }
  if (held != 0) *to = digits[(buffer << (bits - held)) & ((1U << bits) - 1U)];
}

bool decode_base(Run& run, Json const& value, std::string_view digits, unsigned bits,
                 std::string& out) {
  auto const text = text_of(value);
  std::string decoded;
  std::uint32_t buffer = 0;
  unsigned held = 0;
  std::size_t read = 0;
  for (char const c : text) {
    if (c == '=') break;
    auto const digit = digits.find(c);
    if (digit == std::string_view::npos) {
      return type_error(run, Json(text),
                        bits == 6 ? "is not valid base64 data" : "is not valid base32 data");
    }
    buffer = (buffer << bits) | static_cast<std::uint32_t>(digit);
    held += bits;
    ++read;
    if (held >= 8) {
      held -= 8;
      decoded += static_cast<char>((buffer >> held) & 0xffU);
    }
  }
  if (bits == 6 && read % 4 == 1) return type_error(run, Json(text), "trailing base64 byte found");
  out += repair_utf8(decoded);
  return true;
}

}  // namespace

bool is_format(std::string_view name) {
  static constexpr std::array<std::string_view, 12> kNames = {
      "text", "json", "csv",    "tsv",     "html",   "uri",
      "urid", "sh",   "base64", "base64d", "base32", "base32d"};
  for (auto const known : kNames) {
    if (known == name) return true;
  }
  return false;
}

bool format_value(Run& run, std::string_view name, Json const& value, std::string& out) {
  if (!no_secret(run, value)) return false;
  if (name == "text") return append_as_text(out, value), true;
  if (name == "json") return out += dump_json(value), true;
  if (name == "csv" || name == "tsv") return row(run, value, name == "csv", out);
  if (name == "html") return escape(out, text_of(value), html), true;
  if (name == "uri") return encode_uri(text_of(value), out), true;
  if (name == "urid") return decode_uri(run, value, out);
  if (name == "sh") return shell(run, value, out);
  if (name == "base64") return encode_base(text_of(value), kBase64, 6, 4, out), true;
  if (name == "base64d") return decode_base(run, value, kBase64, 6, out);
  if (name == "base32") return encode_base(text_of(value), kBase32, 5, 8, out), true;
  if (name == "base32d") return decode_base(run, value, kBase32, 5, out);
  return run.fail(std::string(name) + " is not a valid format");
}

}  // namespace skald::jq
