#pragma once

// Strong ids: an integer with a name of its own, so that a task index can not be handed over where
// an activation is meant.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace skald::base {

template <class Tag, class Integer = std::uint32_t>
struct StrongInt {
  using integer = Integer;
  static constexpr Integer kNone = static_cast<Integer>(-1);

  Integer value = kNone;

  constexpr bool valid() const { return value != kNone; }
  constexpr explicit operator bool() const { return valid(); }
  auto operator<=>(StrongInt const&) const = default;
};

}  // namespace skald::base

template <class Tag, class Integer>
struct std::hash<skald::base::StrongInt<Tag, Integer>> {
  std::size_t operator()(skald::base::StrongInt<Tag, Integer> id) const noexcept {
    return std::hash<Integer>{}(id.value);
  }
};

namespace skald {

// A position in one partition's log; 1 is the first frame's.
using Lsn = base::StrongInt<struct LsnTag, std::uint64_t>;

}  // namespace skald
