#include "base/json_bounds.hpp"

#include <cmath>
#include <forward_list>
#include <utility>
#include <vector>

namespace skald {
namespace {

// What a value takes, and one with storage of its own beyond that: about what Json::byte_size()
// counts. Punctuation of the text fits into it.
constexpr std::size_t kValueBytes = sizeof(Json);
constexpr std::size_t kStorageBytes = 24;
// A number with many digits is longer as text than in memory.
constexpr double kShortNumber = 1e9;
constexpr std::size_t kLongNumberBytes = 2 * kValueBytes;

// The length of a string as JSON text: a control character is six there, a quote two.
std::size_t text_bytes(std::string_view text) {
  std::size_t control = 0;
  std::size_t escaped = 0;
  for (char const c : text) {
    control += static_cast<unsigned char>(c) < 0x20 ? 1 : 0;
    escaped += c == '"' || c == '\\' ? 1 : 0;
  }
  return text.size() + 5 * control + escaped;
}

std::size_t number_bytes(Json const& value) {
  if (!value.literal_text().empty()) {
    return kValueBytes + kStorageBytes + value.literal_text().size();
  }
  double const number = value.as_number();
  bool const is_short = std::trunc(number) == number && std::abs(number) < kShortNumber;
  return is_short ? kValueBytes : kLongNumberBytes;
}

bool holds_others(Json const& value) {
  return value.is_array() || value.is_object() || value.is_sealed();
}

std::size_t own_bytes(Json const& value) {
  if (value.is_string()) return kValueBytes + kStorageBytes + text_bytes(value.as_string());
  if (value.is_number()) return number_bytes(value);
  return kValueBytes + (holds_others(value) ? kStorageBytes : 0);
}

}  // namespace

Exceeds exceeds(Json const& value, JsonBounds const& bounds) {
  if (!holds_others(value)) {
    return own_bytes(value) > bounds.max_bytes ? Exceeds::bytes : Exceeds::nothing;
  }
  std::size_t bytes = 0;
  std::vector<std::pair<Json const*, std::size_t>> todo{{&value, 0}};
  std::forward_list<Json> pieces;  // of sealed values, which give them away as values
  while (!todo.empty()) {
    auto const [at, depth] = todo.back();
    todo.pop_back();
    bytes += own_bytes(*at);
    if (bytes > bounds.max_bytes) return Exceeds::bytes;
    if (at->is_sealed()) todo.emplace_back(&pieces.emplace_front(at->pieces()), depth);
    if (!at->is_array() && !at->is_object()) continue;
    if (depth >= bounds.max_depth) return Exceeds::depth;
    // A wide value is stopped before its parts are noted down.
    if (at->size() * kValueBytes > bounds.max_bytes - bytes) return Exceeds::bytes;
    if (at->is_array()) {
      for (auto const& item : at->items()) todo.emplace_back(&item, depth + 1);
    } else {
      for (auto const& member : at->members()) {
        bytes += own_bytes(member.key);
        todo.emplace_back(&member.value, depth + 1);
      }
      if (bytes > bounds.max_bytes) return Exceeds::bytes;
    }
  }
  return Exceeds::nothing;
}

std::string bounds_fault(Json const& value, JsonBounds const& bounds) {
  switch (exceeds(value, bounds)) {
    case Exceeds::nothing: return {};
    case Exceeds::bytes:
      return "the value is larger than " + std::to_string(bounds.max_bytes) + " bytes";
    case Exceeds::depth:
      return "the value is nested deeper than " + std::to_string(bounds.max_depth) + " levels";
  }
  return {};
}

}  // namespace skald
