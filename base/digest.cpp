#include "base/digest.hpp"

#include <openssl/sha.h>

#include <cstring>

namespace skald {

std::string Digest::hex() const {
  constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (auto const byte : bytes) {
    text += kHex[byte >> 4U];
    text += kHex[byte & 15U];
  }
  return text;
}

Digest sha256(std::string_view bytes) {
  Digest digest;
  SHA256(reinterpret_cast<unsigned char const*>(bytes.data()), bytes.size(), digest.bytes.data());
  return digest;
}

namespace {

constexpr std::uint64_t kMultiplier = 0x9e3779b97f4a7c15ULL;

std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
  auto const product =
      static_cast<unsigned __int128>(a ^ kMultiplier) * (b ^ 0xe7037ed1a0b428dbULL);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

std::uint64_t load(char const* at, std::size_t count) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, at, count);
  return word;
}

}  // namespace

std::uint64_t stable_hash(std::string_view bytes, std::uint64_t seed) noexcept {
  static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "words are read little-endian");
  std::uint64_t hash = mix(seed, bytes.size());
  auto const* at = bytes.data();
  auto left = bytes.size();
  for (; left >= 8; at += 8, left -= 8) hash = mix(hash, load(at, 8));
  if (left > 0) hash = mix(hash, load(at, left));
  return mix(hash, kMultiplier);
}

}  // namespace skald
