#include "runtime/cli/yaml_text.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace skald::cli {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// Texts that every YAML reader takes for themselves without quotes.
bool is_plain(std::string_view text) {
  static constexpr std::array<std::string_view, 10> kWords{"true", "false", "null", "yes", "no",
                                                           "on",   "off",   "y",    "n",   "nan"};
  if (text.empty() || !(is_letter(text.front()) || text.front() == '/') || text.back() == ' ') {
    return false;
  }
  std::string lower(text);
  for (auto& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (std::ranges::find(kWords, lower) != kWords.end()) return false;
  return std::ranges::all_of(text, [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '/' || c == '-' || c == ' ';
  });
}

std::string scalar(Json const& value) {
  if (value.is_string() && is_plain(value.as_string())) return std::string(value.as_string());
  return to_text(value);  // JSON is YAML, empty containers included
}

bool is_block(Json const& value) {
  return value.size() > 0;
}

void append(std::string& out, Json const& value, std::size_t indent, bool in_sequence) {
  bool first = true;
  auto const start = [&] {
    if (!first || !in_sequence) out.append(indent, ' ');
    first = false;
  };
  if (value.is_array()) {
    for (auto const& item : value.items()) {
      start();
      out += "- ";
      if (is_block(item)) {
        append(out, item, indent + 2, true);
      } else {
        out += scalar(item) + '\n';
      }
    }
    return;
  }
  for (auto const& member : value.members()) {
    start();
    out += scalar(member.key) + ':';
    if (is_block(member.value)) {
      out += '\n';
      append(out, member.value, indent + 2, false);
    } else {
      out += ' ' + scalar(member.value) + '\n';
    }
  }
}

}  // namespace

std::string to_yaml(Json const& value) {
  if (!is_block(value)) return scalar(value) + '\n';
  std::string out;
  append(out, value, 0, false);
  return out;
}

}  // namespace skald::cli
