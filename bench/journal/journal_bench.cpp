// How many records a second the journal makes durable, and how long one takes: one loop that keeps
// a number of 256-byte records in flight, as a partition does.
//
//   journal_bench [DIR] [fsync|interval|none] [SECONDS]

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "runtime/journal/file_journal.hpp"

namespace {

using namespace skald;
using namespace skald::runtime;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kRecord = 256;

struct Outcome {
  double per_second = 0;
  double p50_us = 0;
  double p99_us = 0;
  double p999_us = 0;
};

double percentile(std::vector<float>& sorted, double part) {
  return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
}

Outcome measure(FileJournalOptions const& options, std::uint64_t in_flight, double seconds) {
  std::atomic<std::uint64_t> durable = 0;
  FileJournal journal(options);
  JournalCallbacks callbacks;
  callbacks.on_durable = [&](Lsn lsn) {
    durable = lsn.value;
    durable.notify_one();
  };
  callbacks.on_failure = [](Error const& error) {
    fmt::print(stderr, "{}\n", error.message);
    std::_Exit(1);
  };
  journal
      .recover(
          Lsn{0}, [](JournalEntry const&) -> Result<void> { return {}; }, callbacks)
      .value();
  std::string const record(kRecord, 'r');
  std::vector<Clock::time_point> sent(in_flight + 1);
  std::vector<float> latencies;
  latencies.reserve(1U << 24U);
  std::uint64_t appended = 0;
  std::uint64_t answered = 0;
  auto const begin = Clock::now();
  auto const end = begin + std::chrono::duration<double>(seconds);
  while (Clock::now() < end) {
    while (appended - answered < in_flight) {
      ++appended;
      sent[appended % sent.size()] = Clock::now();
      journal.append(record);
    }
    durable.wait(answered);
    std::uint64_t const reached = durable;
    auto const now = Clock::now();
    while (answered < reached) {
      ++answered;
      std::chrono::duration<float, std::micro> const took = now - sent[answered % sent.size()];
      latencies.push_back(took.count());
    }
  }
  double const took = std::chrono::duration<double>(Clock::now() - begin).count();
  journal.close().value();
  std::sort(latencies.begin(), latencies.end());
  return {static_cast<double>(answered) / took, percentile(latencies, 0.5),
          percentile(latencies, 0.99), percentile(latencies, 0.999)};
}

// Opens the log again: everything is read and verified.
void measure_recovery(FileJournalOptions const& options) {
  FileJournal journal(options);
  auto const begin = Clock::now();
  auto const recovery =
      journal.recover(Lsn{0}, [](JournalEntry const&) -> Result<void> { return {}; }, {}).value();
  double const took = std::chrono::duration<double>(Clock::now() - begin).count();
  fmt::print("{:>9} {} records read again in {:.2f} s, {:.0f} a second\n", "", recovery.entries,
             took, static_cast<double>(recovery.entries) / took);
}

}  // namespace

int main(int count, char** arguments) {
  std::string const root = count > 1 ? arguments[1] : "journal-bench";
  std::string const mode = count > 2 ? arguments[2] : "fsync";
  double const seconds = count > 3 ? std::atof(arguments[3]) : 3;
  fmt::print("{} mode, {}-byte records, {} s each\n", mode, kRecord, seconds);
  fmt::print("{:>9} {:>12} {:>9} {:>9} {:>9}\n", "in flight", "records/s", "p50 us", "p99 us",
             "p99.9 us");
  for (std::uint64_t const in_flight : {1, 64, 256, 1024}) {
    FileJournalOptions options;
    options.dir = root + "/log";
    options.durability = mode == "none"       ? Durability::none
                         : mode == "interval" ? Durability::interval
                                              : Durability::fsync;
    // As a log that has been running for a while: full segments, one ahead.
    options.segments.first = options.segments.full;
    std::filesystem::remove_all(root);
    create_log(real_disk(), options.dir, 0, options.segments).value();
    Outcome const outcome = measure(options, in_flight, seconds);
    fmt::print("{:>9} {:>12.0f} {:>9.0f} {:>9.0f} {:>9.0f}\n", in_flight, outcome.per_second,
               outcome.p50_us, outcome.p99_us, outcome.p999_us);
    if (in_flight == 1024) measure_recovery(options);
    std::filesystem::remove_all(root);
  }
  return 0;
}
