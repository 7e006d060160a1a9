#include "base/json_bounds.hpp"

#include <utility>
#include <vector>

namespace skald {
namespace {

// What a value takes, and one with storage of its own beyond that: about what Json::byte_size()
// counts.
constexpr std::size_t kValueBytes = sizeof(Json);
constexpr std::size_t kStorageBytes = 24;

std::size_t own_bytes(Json const& value) {
  if (value.is_string()) return kValueBytes + kStorageBytes + value.as_string().size();
  return kValueBytes + (value.is_array() || value.is_object() ? kStorageBytes : 0);
}

}  // namespace

Exceeds exceeds(Json const& value, JsonBounds const& bounds) {
  std::size_t bytes = 0;
  std::vector<std::pair<Json const*, std::size_t>> todo{{&value, 0}};
  while (!todo.empty()) {
    auto const [at, depth] = todo.back();
    todo.pop_back();
    bytes += own_bytes(*at);
    if (bytes > bounds.max_bytes) return Exceeds::bytes;
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
