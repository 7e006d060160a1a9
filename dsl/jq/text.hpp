#pragma once

// Small helpers for text: UTF-8, hexadecimal digits, jq's shortened dumps, and spelling distance.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace skald::jq {

// The digit's value, or -1.
inline int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Appends the code point as UTF-8; what is no code point becomes U+FFFD.
void append_code_point(std::string& out, std::int64_t code);

// The code point that begins at `at` of valid UTF-8; moves `at` behind it.
std::int32_t next_code_point(std::string_view text, std::size_t& at);

// Invalid bytes replaced by U+FFFD, as jq does when it makes a string of bytes.
std::string repair_utf8(std::string_view text);

// jq's shortened dump of a value in messages: at most `size` - 1 bytes, "..." when cut.
std::string dump_short(Json const& value, std::size_t size = 15);

// "number (1)": how messages name a value.
std::string describe(Json const& value);

// The candidate that `word` is most likely a misspelling of; empty when none is near.
std::string nearest(std::string_view word, std::vector<std::string> const& candidates);

}  // namespace skald::jq
