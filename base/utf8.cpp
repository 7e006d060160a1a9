#include "base/json.hpp"

namespace skald {

std::size_t count_code_points(std::string_view text) noexcept {
  std::size_t count = 0;
  for (char const c : text) count += (static_cast<unsigned char>(c) & 0xc0U) != 0x80U ? 1 : 0;
  return count;
}

bool is_valid_utf8(std::string_view text) noexcept {
  auto const* p = reinterpret_cast<unsigned char const*>(text.data());
  auto const* const end = p + text.size();
  auto follows = [&](unsigned char low, unsigned char high) {
    return p != end && *p >= low && *p <= high ? (++p, true) : false;
  };
  while (p != end) {
    unsigned char const c = *p++;
    if (c < 0x80) continue;
    if (c < 0xc2 || c > 0xf4) return false;
    bool good = true;
    if (c < 0xe0) {
      good = follows(0x80, 0xbf);
    } else if (c < 0xf0) {
      good = follows(c == 0xe0 ? 0xa0 : 0x80, c == 0xed ? 0x9f : 0xbf) && follows(0x80, 0xbf);
    } else {
      good = follows(c == 0xf0 ? 0x90 : 0x80, c == 0xf4 ? 0x8f : 0xbf) && follows(0x80, 0xbf) &&
             follows(0x80, 0xbf);
    }
    if (!good) return false;
  }
  return true;
}

}  // namespace skald
