#include "runtime/executor/secret_forms.hpp"

#include <algorithm>
#include <cstdint>

#include "base/base64.hpp"
#include "base/json.hpp"
#include "runtime/executor/url.hpp"

namespace skald::runtime {
namespace {

void replace(std::string& text, std::string_view what, std::string_view by) {
  std::string out;
  std::size_t begin = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, begin)) {
    out.append(text, begin, at - begin).append(by);
    begin = at + what.size();
  }
  text = out.append(text, begin);
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  replace(text, what, by);
  return text;
}

// The digits of escapes like %2F in lower case.
std::string lower_escapes(std::string text) {
  for (std::size_t i = 0; i + 2 < text.size(); ++i) {
    if (text[i] != '%') continue;
    for (std::size_t digit = i + 1; digit <= i + 2; ++digit) {
      if (text[digit] >= 'A' && text[digit] <= 'F')
        text[digit] = static_cast<char>(text[digit] + 32);
    }
  }
  return text;
}

void append_unit(std::string& out, std::uint32_t unit) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\u";
  for (unsigned shift = 16; shift > 0; shift -= 4) out += kDigits[(unit >> (shift - 4)) & 15U];
}

// Valid UTF-8 with what is not ASCII as \u escapes.
std::string ascii_only(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    auto const byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      out += text[i++];
      continue;
    }
    std::size_t const length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
    std::uint32_t point = byte & (0xFFU >> (length + 1));
    for (std::size_t k = 1; k < length && i + k < text.size(); ++k) {
      point = (point << 6U) | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    }
    if (point >= 0x10000) {
      append_unit(out, 0xD800 + ((point - 0x10000) >> 10U));
      append_unit(out, 0xDC00 + ((point - 0x10000) & 0x3FFU));
    } else {
      append_unit(out, point);
    }
    i += length;
  }
  return out;
}

void add_json_forms(std::string_view secret, std::vector<std::string>& out) {
  std::string text = to_text(Json(secret));
  text = text.substr(1, text.size() - 2);
  out.push_back(text);
  out.push_back(replaced(text, "/", "\\/"));
  out.push_back(ascii_only(text));
  for (char const c : {'<', '>', '&'}) {
    std::string escape;
    append_unit(escape, static_cast<unsigned char>(c));
    replace(text, std::string_view(&c, 1), escape);
  }
  out.push_back(std::move(text));
}

void add_url_forms(std::string_view secret, std::vector<std::string>& out) {
  std::string const all = encode_component(secret);
  for (std::string const& form :
       {all, replaced(all, "%2F", "/"), replaced(all, "%20", "+"), encode_unsafe(secret)}) {
    out.push_back(form);
    out.push_back(lower_escapes(form));
  }
}

void add_base64(std::string form, std::vector<std::string>& out) {
  std::string url_safe = form;
  std::replace(url_safe.begin(), url_safe.end(), '+', '-');
  std::replace(url_safe.begin(), url_safe.end(), '/', '_');
  out.push_back(std::move(form));
  out.push_back(std::move(url_safe));
}

void add_base64_forms(std::string_view secret, std::vector<std::string>& out) {
  std::string whole = to_base64(secret);
  add_base64(whole, out);
  while (whole.ends_with('=')) whole.pop_back();
  add_base64(whole, out);
  // With 0, 1 or 2 bytes before it, the first 0, 2 or 3 digits depend on those as well, and the
  // last one on what follows.
  for (std::size_t before = 0; before < 3; ++before) {
    std::string const shifted = to_base64(std::string(before, ' ') + std::string(secret));
    std::size_t const first = (before * 8 + 5) / 6;
    std::size_t const last = (before + secret.size()) * 8 / 6;
    if (last > first) add_base64(shifted.substr(first, last - first), out);
  }
}

}  // namespace

std::string fold_blanks(std::string_view text) {
  std::string out;
  for (char const c : text) {
    bool const blank = static_cast<unsigned char>(c) <= ' ';
    if (blank && (out.empty() || out.back() == ' ')) continue;
    out += blank ? ' ' : c;
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

std::vector<std::string> secret_forms(std::string_view secret) {
  std::vector<std::string> all{std::string(secret), fold_blanks(secret)};
  add_json_forms(secret, all);
  add_url_forms(secret, all);
  add_base64_forms(secret, all);
  std::vector<std::string> out;
  for (auto& form : all) {
    if (std::find(out.begin(), out.end(), form) == out.end()) out.push_back(std::move(form));
  }
  return out;
}

}  // namespace skald::runtime
