#pragma once

// SHA-256 of bytes: content digests of step graphs, digests of start bodies, chained frames.

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace skald {

struct Digest {
  std::array<std::uint8_t, 32> bytes{};

  auto operator<=>(Digest const&) const = default;
  // 64 lower-case hexadecimal digits.
  std::string hex() const;
  // The first 12 hexadecimal digits, for people.
  std::string short_hex() const { return hex().substr(0, 12); }
};

Digest sha256(std::string_view bytes);

// 64-bit hash that is the same on every machine and in every version; for partitioning and for
// hashes of state. Not for anything an attacker may choose.
std::uint64_t stable_hash(std::string_view bytes, std::uint64_t seed = 0) noexcept;

}  // namespace skald
