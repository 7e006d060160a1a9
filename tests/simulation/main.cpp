// The simulator: plays worlds, one per seed, and says what it has seen. Ends with 1 and the story
// of the first world in which a promise was broken.

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

#include "tests/simulation/violation.hpp"
#include "tests/simulation/world.hpp"

namespace {

using skald::Digest;
using skald::simulation::Counts;
using skald::simulation::Violation;
using skald::simulation::World;

volatile std::sig_atomic_t playing_high = 0;
volatile std::sig_atomic_t playing_low = 0;

// An assertion of the engine has failed: say which seed it was.
void on_abort(int) {
  auto const seed = (static_cast<unsigned long long>(static_cast<unsigned>(playing_high)) << 32U) |
                    static_cast<unsigned>(playing_low);
  std::fprintf(stderr, "simulation: aborted in seed %llu; tell it with --start %llu --story\n",
               seed, seed);
}

struct Options {
  std::uint64_t start = 1;
  std::uint64_t seeds = 1000;
  unsigned repeat = 1;
  bool story = false;
};

// Empty when the world kept all promises.
std::optional<Digest> play(std::uint64_t seed, Counts& counts, std::ostream* story) {
  playing_high = static_cast<std::sig_atomic_t>(seed >> 32U);
  playing_low = static_cast<std::sig_atomic_t>(seed);
  try {
    return World(seed, counts, story).play();
  } catch (Violation const& violation) {
    std::cerr << "seed " << seed << ": " << violation.what() << '\n';
    return std::nullopt;
  }
}

int fail(std::uint64_t seed) {
  std::cerr << "the story of seed " << seed << ":\n";
  Counts counts;
  play(seed, counts, &std::cerr);
  std::cerr << "again: simulation --seeds 1 --start " << seed << " --story\n";
  return 1;
}

int run(Options const& options) {
  auto const begun = std::chrono::steady_clock::now();
  Counts counts;
  std::string hashes;
  for (unsigned round = 0; round < options.repeat; ++round) {
    std::string together;
    for (std::uint64_t i = 0; i < options.seeds; ++i) {
      auto const seed = options.start + i;
      auto const digest = play(seed, counts, options.story ? &std::cout : nullptr);
      if (!digest) return options.story ? 1 : fail(seed);
      together = skald::sha256(together + digest->hex()).hex();
    }
    if (round > 0 && together != hashes) {
      std::cerr << "the same seeds gave another hash: " << hashes << ", then " << together << '\n';
      return 1;
    }
    hashes = together;
  }
  auto const seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  auto const played = static_cast<double>(options.seeds) * options.repeat;
  for (auto const& [what, count] : counts) std::cout << what << ": " << count << '\n';
  std::printf("seeds %llu to %llu, %u times: hash %.16s, %.0f seeds per second\n",
              static_cast<unsigned long long>(options.start),
              static_cast<unsigned long long>(options.start + options.seeds - 1), options.repeat,
              hashes.c_str(), played / seconds);
  return 0;
}

constexpr char kUsage[] =
    "usage: simulation [--seeds N] [--start SEED] [--repeat N] [--story]\n"
    "Plays simulated worlds with the real engine and checks the promises of a saga.\n";

// Nothing when the arguments are wrong.
std::optional<Options> parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    std::string const name = argv[i];
    if (name == "--story") {
      options.story = true;
      continue;
    }
    char* end = nullptr;
    auto const value = i + 1 < argc ? std::strtoull(argv[++i], &end, 10) : 0;
    if (end == nullptr || *end != '\0') return std::nullopt;
    if (name == "--seeds") {
      options.seeds = value;
    } else if (name == "--start") {
      options.start = value;
    } else if (name == "--repeat") {
      options.repeat = static_cast<unsigned>(value);
    } else {
      return std::nullopt;
    }
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  auto const options = parse(argc, argv);
  if (!options) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  std::signal(SIGABRT, on_abort);
  return run(*options);
}
