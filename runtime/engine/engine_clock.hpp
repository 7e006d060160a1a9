#pragma once

// Engine time: begins at max(last recorded, wall clock), advances with the monotonic clock, and
// slews towards the wall clock by at most 0.05 %. It never jumps and never goes back.
//
// Thread-safety: now() may be called from any thread.

#include <mutex>

#include "base/time.hpp"

namespace skald::runtime {

class EngineClock {
 public:
  explicit EngineClock(Time last_recorded);
  Time now();

  static Time wall();

 private:
  static Duration monotonic();

  std::mutex mutex_;
  Time engine_;
  Duration monotonic_;
  std::int64_t unslewed_us_ = 0;  // passed time that has not been used for slewing yet
};

}  // namespace skald::runtime
