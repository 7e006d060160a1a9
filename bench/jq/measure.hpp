#pragma once

// Processor time of this thread, so that other load on the machine does not count.

#include <algorithm>
#include <cstddef>
#include <ctime>

namespace skald::bench {

inline double now_ns() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

// Nanoseconds for each call of `work`, the best of three measurements.
template <class Work>
double measure(double seconds, Work work) {
  double best = 1e18;
  for (int round = 0; round < 3; ++round) {
    std::size_t count = 0;
    double const begin = now_ns();
    double spent = 0;
    while (spent < seconds / 3 * 1e9) {
      for (int i = 0; i < 64; ++i) work();
      count += 64;
      spent = now_ns() - begin;
    }
    best = std::min(best, spent / static_cast<double>(count));
  }
  return best;
}

}  // namespace skald::bench
