#include "tests/simulation/campaign.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "tests/simulation/exposure.hpp"
#include "tests/simulation/player.hpp"

namespace skald::simulation {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kBlock = 50;  // seeds that a thread takes at once

// What the file holds.
struct Progress {
  std::string build;  // that plays it; what another build has played says nothing of this one
  std::uint64_t first = 1;
  std::uint64_t next = 1;  // every seed from first up to here, without this one, has been played
  double seconds = 0;
  Counts counts;
};

// Digest of the program's own file.
std::string this_build() {
  std::ifstream in("/proc/self/exe", std::ios::binary);
  return sha256(std::string(std::istreambuf_iterator<char>(in), {})).hex();
}

std::optional<Progress> read(CampaignOptions const& options) {
  Progress progress;
  progress.build = this_build();
  progress.first = progress.next = options.first;
  std::ifstream in(options.file);
  if (!in) return progress;
  std::string const text(std::istreambuf_iterator<char>(in), {});
  auto const json = parse_json(text);
  if (!json.ok() || !(*json)["counts"].is_object()) {
    std::cerr << options.file << " is not a campaign's file: move it away, or name another\n";
    return std::nullopt;
  }
  if ((*json)["build"] != Json(progress.build)) {
    std::cerr << options.file << " was played by another build: move it away to begin anew\n";
    return std::nullopt;
  }
  progress.first = static_cast<std::uint64_t>((*json)["first"].as_number());
  progress.next = static_cast<std::uint64_t>((*json)["next"].as_number());
  progress.seconds = (*json)["seconds"].as_number();
  for (auto const& [what, count] : (*json)["counts"].members()) {
    progress.counts[std::string(what.as_string())] = static_cast<std::uint64_t>(count.as_number());
  }
  return progress;
}

bool write(std::string const& file, Progress const& progress) {
  Json counts = Json::object();
  for (auto const& [what, count] : progress.counts) {
    counts.set(what, Json(static_cast<double>(count)));
  }
  auto const json = Json::object({{"build", Json(progress.build)},
                                  {"first", Json(static_cast<double>(progress.first))},
                                  {"next", Json(static_cast<double>(progress.next))},
                                  {"seconds", Json(progress.seconds)},
                                  {"counts", counts}});
  auto const fresh = file + ".new";
  {
    std::ofstream out(fresh, std::ios::trunc);
    out << to_text(json) << '\n';
    if (!out.flush()) return false;
  }
  std::error_code error;
  std::filesystem::rename(fresh, file, error);
  return !error;
}

// The threads take blocks of seeds; finished blocks are added in their order, so that the file
// never claims a seed that has not been played.
class Players {
 public:
  Players(CampaignOptions const& options, Progress& progress)
      : options_(options),
        progress_(progress),
        next_(progress.next),
        end_(Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                std::chrono::duration<double>(options.minutes * 60))) {}

  // The seed that broke a promise.
  std::optional<std::uint64_t> run() {
    saved_ = begun_ = Clock::now();
    before_ = progress_.seconds;
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < options_.jobs; ++i) threads.emplace_back([this] { work(); });
    for (auto& thread : threads) thread.join();
    save();
    return broken_;
  }

 private:
  void work() {
    while (Clock::now() < end_ && !stopped_) {
      auto const block = next_.fetch_add(kBlock);
      Counts counts;
      for (auto seed = block; seed < block + kBlock; ++seed) {
        if (play(seed, counts, nullptr)) continue;
        std::scoped_lock const lock(mutex_);
        stopped_ = true;
        broken_ = std::min(broken_.value_or(seed), seed);
        return;
      }
      finished(block, std::move(counts));
    }
  }

  void finished(std::uint64_t block, Counts counts) {
    std::scoped_lock const lock(mutex_);
    done_.emplace(block, std::move(counts));
    while (!done_.empty() && done_.begin()->first == progress_.next) {
      for (auto const& [what, count] : done_.begin()->second) progress_.counts[what] += count;
      progress_.next += kBlock;
      done_.erase(done_.begin());
    }
    if (Clock::now() - saved_ > std::chrono::seconds(30)) save();
  }

  void save() {
    saved_ = Clock::now();
    progress_.seconds = before_ + std::chrono::duration<double>(saved_ - begun_).count();
    if (!write(options_.file, progress_)) std::cerr << "can not write " << options_.file << '\n';
  }

  CampaignOptions const& options_;
  Progress& progress_;
  std::atomic<std::uint64_t> next_;
  std::atomic<bool> stopped_ = false;
  Clock::time_point end_;
  Clock::time_point begun_;
  Clock::time_point saved_;
  double before_ = 0;
  std::mutex mutex_;
  std::map<std::uint64_t, Counts> done_;
  std::optional<std::uint64_t> broken_;
};

std::uint64_t of(Counts const& counts, std::string const& what) {
  auto const at = counts.find(what);
  return at == counts.end() ? 0 : at->second;
}

void print_rows(Counts const& counts) {
  std::printf("%-12s", "");
  for (auto const row : Exposure::kRows) std::printf("%12s", std::string(row).c_str());
  std::printf("\n");
  std::optional<std::uint64_t> least;
  for (auto const fault : Exposure::kFaults) {
    std::printf("%-12s", std::string(fault).c_str());
    for (auto const row : Exposure::kRows) {
      auto const count = of(counts, Exposure::cell(row, fault));
      if (Exposure::possible(row, fault)) {
        least = std::min(least.value_or(count), count);
      } else if (count == 0) {
        std::printf("%12s", "-");
        continue;
      }
      std::printf("%12llu", static_cast<unsigned long long>(count));
    }
    std::printf("\n");
  }
  std::printf("the rarest pair: %llu\n", static_cast<unsigned long long>(least.value_or(0)));
}

void print(Progress const& progress) {
  for (auto const& [what, count] : progress.counts) {
    if (!what.starts_with("row ")) {
      std::printf("%s: %llu\n", what.c_str(), static_cast<unsigned long long>(count));
    }
  }
  std::printf("\nhow effects turned out (SAGA 2), and the faults they met:\n");
  print_rows(progress.counts);
  auto const records = static_cast<double>(of(progress.counts, "records"));
  std::printf("\nbuild %s\n", progress.build.substr(0, 12).c_str());
  std::printf("seeds %llu to %llu in %.0f s: %.3g records (%.0f per second), %.3g unwindings\n",
              static_cast<unsigned long long>(progress.first),
              static_cast<unsigned long long>(progress.next - 1), progress.seconds, records,
              progress.seconds > 0 ? records / progress.seconds : 0.0,
              static_cast<double>(of(progress.counts, "unwindings")));
}

}  // namespace

int campaign(CampaignOptions const& options) {
  auto progress = read(options);
  if (!progress) return 2;
  auto const broken = Players(options, *progress).run();
  print(*progress);
  if (!broken) return 0;
  tell_failure(*broken);
  return 1;
}

}  // namespace skald::simulation
