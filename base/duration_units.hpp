#pragma once

// The units in which workflows write a length of time as a map ({ hours: 1, minutes: 30 }), and the
// longest one they may write. The compiler reads such maps from YAML, the machine from values.

#include <array>
#include <optional>
#include <string_view>

#include "base/time.hpp"

namespace skald {

// Longer ones are refused: 100 years, each of 366 days.
inline constexpr Duration kLongestDuration{std::int64_t{100} * 366 * 86'400 * 1'000'000};

// Microseconds of one `name` ("days" to "milliseconds"); nothing for another name.
constexpr std::optional<double> microseconds_of(std::string_view name) {
  struct Unit {
    std::string_view name;
    double us;
  };
  constexpr std::array<Unit, 5> kUnits = {{{"days", 86'400e6},
                                           {"hours", 3'600e6},
                                           {"minutes", 60e6},
                                           {"seconds", 1e6},
                                           {"milliseconds", 1e3}}};
  for (auto const& unit : kUnits) {
    if (unit.name == name) return unit.us;
  }
  return std::nullopt;
}

}  // namespace skald
