#include "dsl/yaml/surrogates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace skald::dsl::yaml {
namespace {

constexpr std::size_t kPair = 12;
// Control characters can not stand in a text that gets here, so these two are nobody else's.
constexpr std::string_view kFilling = "\x01\x02";

std::optional<std::uint32_t> unit_at(std::string_view text, std::size_t offset) {
  if (offset + 6 > text.size() || text.substr(offset, 2) != "\\u") return std::nullopt;
  std::uint32_t value = 0;
  char const* const end = text.data() + offset + 6;
  auto const [stop, error] = std::from_chars(text.data() + offset + 2, end, value, 16);
  if (stop != end || error != std::errc{}) return std::nullopt;
  return value;
}

bool is_escaped(std::string_view text, std::size_t offset) {
  std::size_t count = 0;
  while (count < offset && text[offset - 1 - count] == '\\') ++count;
  return count % 2 == 1;
}

}  // namespace

Surrogates::Surrogates(std::string_view text) : original_(text), text_(text) {
  for (std::size_t at = text.find("\\u"); at != std::string_view::npos; at = text.find("\\u", at)) {
    auto const high = unit_at(text, at);
    auto const low = unit_at(text, at + 6);
    bool const pair = high && low && *high >= 0xd800 && *high < 0xdc00 && *low >= 0xdc00 &&
                      *low <= 0xdfff && !is_escaped(text, at);
    if (!pair) {
      at += 2;
      continue;
    }
    std::uint32_t const point = 0x10000 + ((*high - 0xd800) << 10U) + (*low - 0xdc00);
    text_.replace(at, kPair, fmt::format("\\U{:08x}{}", point, kFilling));
    pairs_.push_back(at);
    at += kPair;
  }
}

std::string Surrogates::restore(std::string value, std::size_t offset, Style style) const {
  if (pairs_.empty()) return value;
  auto pair = std::lower_bound(pairs_.begin(), pairs_.end(), offset);
  for (std::size_t at = value.find(kFilling); at != std::string::npos && pair != pairs_.end();
       at = value.find(kFilling, at), ++pair) {
    if (style == Style::double_quoted) {
      value.erase(at, kFilling.size());
    } else if (at + kFilling.size() < kPair) {
      break;
    } else {
      std::size_t const begin = at + kFilling.size() - kPair;
      value.replace(begin, kPair, original_.substr(*pair, kPair));
      at = begin + kPair;
    }
  }
  return value;
}

}  // namespace skald::dsl::yaml
