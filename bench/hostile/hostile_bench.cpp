// Texts and programs made to cost as much as they can, each in a process of its own: processor
// time and peak memory, against the bar of 100 ms and 64 MiB. Ends with 1 when one is over it.
//
//   hostile_bench [part of a name]

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "bench/hostile/cases.hpp"

namespace {

using skald::bench::HostileCase;

constexpr double kMostMs = 100;
constexpr double kMostMib = 64;

struct Cost {
  bool ended = false;  // by itself
  double ms = 0;
  double mib = 0;
};

Cost cost_of(HostileCase const& hostile) {
  auto const child = fork();
  if (child < 0) return {};
  if (child == 0) {
    rlimit const two_seconds{2, 2};
    setrlimit(RLIMIT_CPU, &two_seconds);
    rlimit const gibibyte{1U << 30U, 1U << 30U};
    setrlimit(RLIMIT_AS, &gibibyte);
    hostile.run();
    _exit(0);
  }
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child) return {};
  auto const ms = [](timeval const& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  };
  return {WIFEXITED(status) && WEXITSTATUS(status) == 0, ms(usage.ru_utime) + ms(usage.ru_stime),
          static_cast<double>(usage.ru_maxrss) / 1024};
}

}  // namespace

int main(int argc, char** argv) {
  std::string const wanted = argc > 1 ? argv[1] : "";
  int over = 0;
  fmt::print("{:>8} {:>8}  case\n", "ms", "MiB");
  for (auto const& hostile : skald::bench::hostile_cases()) {
    if (hostile.name.find(wanted) == std::string::npos) continue;
    // The best of up to three: what a case costs, and not what else the machine does.
    Cost best = cost_of(hostile);
    for (int i = 0; i < 2 && best.ended && best.ms > kMostMs; ++i)
      best.ms = std::min(best.ms, cost_of(hostile).ms);
    bool const good = best.ended && best.ms <= kMostMs && best.mib <= kMostMib;
    over += good ? 0 : 1;
    fmt::print("{:>8.1f} {:>8.1f}  {}{}\n", best.ms, best.mib, hostile.name,
               good ? "" : (best.ended ? "  OVER" : "  KILLED"));
    std::fflush(stdout);
  }
  fmt::print("{} over {} ms or {} MiB\n", over, kMostMs, kMostMib);
  return over == 0 ? 0 : 1;
}
