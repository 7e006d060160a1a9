#include "runtime/executor/addresses.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace skald::runtime {
namespace {

struct Range4 {
  std::uint32_t first;
  unsigned bits;
};

// The blocks that RFC 6890 and its successors keep from the internet.
constexpr std::array<Range4, 14> kKept = {{{0x00000000, 8},    // this network
                                           {0x0A000000, 8},    // private
                                           {0x64400000, 10},   // shared by carriers
                                           {0x7F000000, 8},    // loopback
                                           {0xA9FE0000, 16},   // link-local
                                           {0xAC100000, 12},   // private
                                           {0xC0000000, 24},   // protocols
                                           {0xC0000200, 24},   // documentation
                                           {0xC0A80000, 16},   // private
                                           {0xC6120000, 15},   // benchmarks
                                           {0xC6336400, 24},   // documentation
                                           {0xCB007100, 24},   // documentation
                                           {0xE0000000, 4},    // multicast
                                           {0xF0000000, 4}}};  // reserved, broadcast

bool is_public4(std::uint32_t address) {
  return std::none_of(kKept.begin(), kKept.end(), [&](Range4 const& each) {
    return (address ^ each.first) >> (32 - each.bits) == 0;
  });
}

std::uint32_t word_at(in6_addr const& address, std::size_t at) {
  std::uint32_t word = 0;
  for (std::size_t i = at; i < at + 4; ++i) word = word << 8U | address.s6_addr[i];
  return word;
}

bool is_public6(in6_addr const& address) {
  auto const first = word_at(address, 0);
  bool const low = first == 0 && word_at(address, 4) == 0;
  if (low) return false;  // ::, ::1, ::ffff:0:0/96 (mapped) and ::/96
  if (first == 0x0064FF9B) return is_public4(word_at(address, 12));  // translated
  if (first >> 16U == 0x2002) {                                      // 6to4
    return is_public4((first & 0xFFFFU) << 16U | word_at(address, 4) >> 16U);
  }
  if (first >> 29U != 1) return false;                // only 2000::/3 is given out
  return first != 0x20010DB8 && first != 0x20010000;  // documentation, Teredo
}

}  // namespace

bool is_public(std::string const& address) {
  in_addr four{};
  if (inet_pton(AF_INET, address.c_str(), &four) == 1) return is_public4(ntohl(four.s_addr));
  in6_addr six{};
  if (inet_pton(AF_INET6, address.c_str(), &six) != 1) return false;
  bool const mapped = word_at(six, 0) == 0 && word_at(six, 4) == 0 && word_at(six, 8) == 0xFFFF;
  return mapped ? is_public4(word_at(six, 12)) : is_public6(six);
}

}  // namespace skald::runtime
