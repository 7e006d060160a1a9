#pragma once

// What every executor does with an attempt: an answer in words, and the moment at which its time is
// up.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "runtime/executor/executor.hpp"

namespace skald::runtime {

inline saga::Answer plain_answer(saga::Answer::Kind kind, std::string message) {
  saga::Answer answer;
  answer.kind = kind;
  answer.message = std::move(message);
  return answer;
}

// A year at the most, so that no clock overflows.
inline std::chrono::steady_clock::time_point deadline_of(
    CallRequest const& request,
    std::chrono::steady_clock::time_point since = std::chrono::steady_clock::now()) {
  constexpr std::int64_t kLongestUs = 365LL * 24 * 3600 * 1'000'000;
  auto const us = std::clamp<std::int64_t>(request.timeout.us, 0, kLongestUs);
  return since + std::chrono::microseconds(us);
}

}  // namespace skald::runtime
