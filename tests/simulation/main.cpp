// The simulator: plays worlds, one per seed, and says what it has seen. Ends with 1 and the story
// of the first world in which a promise was broken.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

#include "base/digest.hpp"
#include "tests/simulation/campaign.hpp"
#include "tests/simulation/player.hpp"

namespace {

using skald::simulation::CampaignOptions;
using skald::simulation::Counts;
using skald::simulation::play;
using skald::simulation::tell_failure;

struct Options {
  std::uint64_t start = 1;
  std::uint64_t seeds = 1000;
  unsigned repeat = 1;
  bool story = false;
  CampaignOptions campaign;  // when it names a file
};

int run(Options const& options) {
  auto const begun = std::chrono::steady_clock::now();
  Counts counts;
  std::string hashes;
  for (unsigned round = 0; round < options.repeat; ++round) {
    std::string together;
    for (std::uint64_t i = 0; i < options.seeds; ++i) {
      auto const seed = options.start + i;
      auto const digest = play(seed, counts, options.story ? &std::cout : nullptr);
      if (!digest) {
        if (!options.story) tell_failure(seed);
        return 1;
      }
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
    "       simulation --campaign FILE [--minutes M] [--jobs N] [--start SEED]\n"
    "Plays simulated worlds with the real engine and checks the promises of a saga. A campaign\n"
    "goes on for M minutes (10) on N threads (2) and keeps in FILE how far it has come.\n";

// Nothing when the arguments are wrong.
std::optional<Options> parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    std::string const name = argv[i];
    if (name == "--story") {
      options.story = true;
      continue;
    }
    if (++i >= argc) return std::nullopt;
    if (name == "--campaign") {
      options.campaign.file = argv[i];
      continue;
    }
    char* end = nullptr;
    if (name == "--minutes") {
      options.campaign.minutes = std::strtod(argv[i], &end);
      if (*end != '\0' || !(options.campaign.minutes > 0)) return std::nullopt;
      continue;
    }
    auto const value = std::strtoull(argv[i], &end, 10);
    if (*end != '\0' || value == 0) return std::nullopt;
    if (name == "--seeds") {
      options.seeds = value;
    } else if (name == "--start") {
      options.start = options.campaign.first = value;
    } else if (name == "--repeat") {
      options.repeat = static_cast<unsigned>(value);
    } else if (name == "--jobs") {
      options.campaign.jobs = static_cast<unsigned>(value);
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
  skald::simulation::name_the_seed_on_abort();
  return options->campaign.file.empty() ? run(*options) : campaign(options->campaign);
}
