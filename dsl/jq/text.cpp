#include "dsl/jq/text.hpp"

#include <algorithm>

namespace skald::jq {

void append_code_point(std::string& out, std::int64_t code) {
  if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) code = 0xfffd;
  auto const c = static_cast<std::uint32_t>(code);
  auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0U | (c >> 6U));
    put(0x80U | (c & 0x3fU));
  } else if (c < 0x10000) {
    put(0xe0U | (c >> 12U));
    put(0x80U | ((c >> 6U) & 0x3fU));
    put(0x80U | (c & 0x3fU));
  } else {
    put(0xf0U | (c >> 18U));
    put(0x80U | ((c >> 12U) & 0x3fU));
    put(0x80U | ((c >> 6U) & 0x3fU));
    put(0x80U | (c & 0x3fU));
  }
}

std::int32_t next_code_point(std::string_view text, std::size_t& at) {
  auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : std::uint32_t{0};
  };
  auto const c = byte(at);
  std::uint32_t code = c;
  std::size_t size = 1;
  if (c >= 0xf0) {
    code = ((c & 7U) << 18U) | ((byte(at + 1) & 0x3fU) << 12U) | ((byte(at + 2) & 0x3fU) << 6U) |
           (byte(at + 3) & 0x3fU);
    size = 4;
  } else if (c >= 0xe0) {
    code = ((c & 15U) << 12U) | ((byte(at + 1) & 0x3fU) << 6U) | (byte(at + 2) & 0x3fU);
    size = 3;
  } else if (c >= 0xc0) {
    code = ((c & 31U) << 6U) | (byte(at + 1) & 0x3fU);
    size = 2;
  }
  at = std::min(at + size, text.size());
  return static_cast<std::int32_t>(code);
}

namespace {

// How long a sequence is that begins with this byte; 1 as well when none does.
std::size_t sequence_size(unsigned char lead) {
  if (lead < 0xc2 || lead > 0xf4) return 1;
  return lead < 0xe0 ? 2 : (lead < 0xf0 ? 3 : 4);
}

}  // namespace

std::string repair_utf8(std::string_view text) {
  if (is_valid_utf8(text)) return std::string(text);
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    auto const lead = static_cast<unsigned char>(text[at]);
    auto const size = sequence_size(lead);
    if (at + size > text.size()) return append_code_point(out, 0xfffd), out;
    std::size_t taken = 1;
    while (taken < size && at + taken < text.size() &&
           (static_cast<unsigned char>(text[at + taken]) & 0xc0U) == 0x80U) {
      ++taken;
    }
    auto const part = text.substr(at, taken);
    if (is_valid_utf8(part)) {
      out += part;
    } else {
      append_code_point(out, 0xfffd);
    }
    at += taken;
  }
  return out;
}

namespace {

// The beginning of a value's text: at least `wanted` bytes of it, or all. Every level prints a
// character, so this can not go deep.
void dump_beginning(std::string& out, Json const& value, std::size_t wanted) {
  if (out.size() > wanted) return;
  if (value.is_string()) {
    auto text = value.as_string();
    while (text.size() > wanted) {
      text.remove_suffix(text.size() - wanted);
      while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0U) == 0x80U) {
        text.remove_suffix(1);
      }
      // The lead byte of the character that was cut in two.
      if (!is_valid_utf8(text)) text.remove_suffix(1);
    }
    append_text(out, Json(text));
  } else if (value.is_array()) {
    out += '[';
    for (std::size_t i = 0; i < value.size() && out.size() <= wanted; ++i) {
      if (i != 0) out += ',';
      dump_beginning(out, value[i], wanted);
    }
    out += ']';
  } else if (value.is_object()) {
    out += '{';
    for (std::size_t i = 0; i < value.size() && out.size() <= wanted; ++i) {
      if (i != 0) out += ',';
      dump_beginning(out, value.members()[i].key, wanted);
      out += ':';
      dump_beginning(out, value.members()[i].value, wanted);
    }
    out += '}';
  } else if (!value.literal_text().empty()) {
    out += value.literal_text().substr(0, wanted + 1);
  } else {
    append_text(out, value);
  }
}

}  // namespace

std::string dump_short(Json const& value, std::size_t size) {
  std::string text;
  // So much that it shows whether more follows, wherever a text is cut.
  dump_beginning(text, value, size + 4);
  if (text.size() <= size - 1) return text;
  std::size_t end = size - 4;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  text.resize(end);
  return text + "...";
}

std::string describe(Json const& value) {
  return std::string(to_string(value.kind())) + " (" + dump_short(value) + ")";
}

// Nobody writes longer names by hand, and comparing them takes the square of their length.
constexpr std::size_t kLongestWord = 64;

std::string nearest(std::string_view word, std::vector<std::string> const& candidates) {
  std::string best;
  if (word.size() > kLongestWord) return best;
  std::size_t best_distance = word.size() < 4 ? 2 : 3;
  std::vector<std::size_t> row;
  for (auto const& candidate : candidates) {
    auto const longer = std::max(candidate.size(), word.size());
    auto const shorter = std::min(candidate.size(), word.size());
    if (longer - shorter >= best_distance) continue;
    row.resize(candidate.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= word.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i;
      for (std::size_t j = 1; j < row.size(); ++j) {
        auto const above = row[j];
        auto const change = diagonal + (word[i - 1] == candidate[j - 1] ? 0U : 1U);
        row[j] = std::min({above + 1, row[j - 1] + 1, change});
        diagonal = above;
      }
    }
    if (row.back() < best_distance) {
      best_distance = row.back();
      best = candidate;
    }
  }
  return best;
}

}  // namespace skald::jq
