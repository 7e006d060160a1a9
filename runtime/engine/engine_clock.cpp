#include "runtime/engine/engine_clock.hpp"

#include <algorithm>
#include <chrono>

namespace skald::runtime {

Time EngineClock::wall() {
  auto const since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

Duration EngineClock::monotonic() {
  auto const since = std::chrono::steady_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

EngineClock::EngineClock(Time last_recorded)
    : engine_(std::max(last_recorded, wall())), monotonic_(monotonic()) {}

Time EngineClock::now() {
  std::lock_guard const lock(mutex_);
  auto const monotonic_now = monotonic();
  auto const passed = monotonic_now - monotonic_;
  if (passed.us <= 0) return engine_;
  monotonic_ = monotonic_now;
  engine_ = engine_ + passed;
  constexpr std::int64_t kSlew = 2000;  // one part in
  auto const behind = wall() - engine_;
  unslewed_us_ += passed.us;
  auto const most = unslewed_us_ / kSlew;
  unslewed_us_ %= kSlew;
  engine_.us += std::clamp(behind.us, -most, most);
  return engine_;
}

}  // namespace skald::runtime
