#pragma once

// The wall clock, for what people see and for `now` in a tried expression.

#include <chrono>

#include "base/time.hpp"

namespace skald::cli {

inline Time now() {
  auto const since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

}  // namespace skald::cli
