#include "tests/simulation/player.hpp"

#include <csignal>
#include <cstdio>
#include <iostream>
#include <string>

#include "tests/simulation/violation.hpp"
#include "tests/simulation/world.hpp"

namespace skald::simulation {
namespace {

thread_local volatile std::sig_atomic_t playing_high = 0;
thread_local volatile std::sig_atomic_t playing_low = 0;

void on_abort(int) {
  auto const seed = (static_cast<unsigned long long>(static_cast<unsigned>(playing_high)) << 32U) |
                    static_cast<unsigned>(playing_low);
  std::fprintf(stderr, "simulation: aborted in seed %llu; tell it with --start %llu --story\n",
               seed, seed);
}

}  // namespace

void name_the_seed_on_abort() {
  std::signal(SIGABRT, on_abort);
}

std::optional<Digest> play(std::uint64_t seed, Counts& counts, std::ostream* story) {
  playing_high = static_cast<std::sig_atomic_t>(seed >> 32U);
  playing_low = static_cast<std::sig_atomic_t>(seed);
  try {
    return World(seed, counts, story).play();
  } catch (Violation const& violation) {
    std::cerr << "seed " + std::to_string(seed) + ": " + violation.what() + '\n';
    return std::nullopt;
  }
}

void tell_failure(std::uint64_t seed) {
  std::cerr << "the story of seed " << seed << ":\n";
  Counts counts;
  play(seed, counts, &std::cerr);
  std::cerr << "again: simulation --seeds 1 --start " << seed << " --story\n";
}

}  // namespace skald::simulation
