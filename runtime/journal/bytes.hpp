#pragma once

// Little-endian integers in byte strings, whatever the machine.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace skald::runtime {

template <class Integer>
void put_integer(char* out, Integer value) noexcept {
  auto bits = static_cast<std::make_unsigned_t<Integer>>(value);
  for (std::size_t i = 0; i < sizeof(Integer); ++i) {
    out[i] = static_cast<char>(static_cast<unsigned char>(bits >> (8 * i)));
  }
}

template <class Integer>
Integer get_integer(char const* in) noexcept {
  using Bits = std::make_unsigned_t<Integer>;
  Bits bits = 0;
  for (std::size_t i = 0; i < sizeof(Integer); ++i) {
    bits =
        static_cast<Bits>(bits | (static_cast<Bits>(static_cast<unsigned char>(in[i])) << (8 * i)));
  }
  return static_cast<Integer>(bits);
}

}  // namespace skald::runtime
