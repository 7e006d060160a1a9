// Sagas per second of an engine in this process: three C++ steps that do nothing, each with an
// undo, so many in flight, on a real data directory.
//
//   engine_bench [--in-flight 256] [--sagas 100000] [--durability fsync] [--partitions 0]
//                [--fail] [--dir DIR]
//
// Prints a line of JSON (cpuMicros: processor time of the whole process per saga, which other
// programs on the machine disturb less than the rate), and one about opening the directory again
// afterwards, which reads all of its log: with the index, and when that has to be built again.
// --fail lets the third step refuse, so that two undos follow.

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/engine/engine.hpp"

namespace {

using Clock = std::chrono::steady_clock;

constexpr char kSaga[] = R"(
document: { dsl: '1.0.3', namespace: bench, name: saga, version: '1.0.0' }
do:
  - one:
      call: act
      with: { n: 1 }
      compensate: [ { undoOne: { call: undo } } ]
  - two:
      call: act
      with: { n: 2 }
      compensate: [ { undoTwo: { call: undo } } ]
  - three: { call: last }
)";

struct Options {
  std::size_t in_flight = 256;
  std::size_t sagas = 100'000;
  skald::Durability durability = skald::Durability::fsync;
  unsigned partitions = 0;
  bool fail = false;
  std::string dir = "engine-bench-data";
};

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    std::string const name = argv[i];
    if (name == "--fail") {
      options.fail = true;
      continue;
    }
    std::string const value = i + 1 < argc ? argv[++i] : "";
    if (name == "--in-flight") options.in_flight = std::stoul(value);
    if (name == "--sagas") options.sagas = std::stoul(value);
    if (name == "--partitions") options.partitions = static_cast<unsigned>(std::stoul(value));
    if (name == "--dir") options.dir = value;
    if (name == "--durability" && value == "interval") {
      options.durability = skald::Durability::interval;
    }
    if (name == "--durability" && value == "none") options.durability = skald::Durability::none;
  }
  return options;
}

// Keeps so many sagas going until enough have ended.
class Load {
 public:
  Load(skald::Engine& engine, Options const& options) : engine_(engine), options_(options) {
    latencies_.reserve(options.sagas);
  }

  double run() {
    auto const begin = Clock::now();
    for (std::size_t i = 0; i < std::min(options_.in_flight, options_.sagas); ++i) start();
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return latencies_.size() == options_.sagas; });
    return std::chrono::duration<double>(Clock::now() - begin).count();
  }

  double percentile(double p) {
    std::sort(latencies_.begin(), latencies_.end());
    return latencies_[static_cast<std::size_t>(p * static_cast<double>(latencies_.size() - 1))];
  }
  std::size_t odd() const { return odd_; }

 private:
  void start() {
    if (started_++ >= options_.sagas) return;
    auto const begin = Clock::now();
    engine_.start_async(
        "bench/saga", skald::Json(), {}, [this, begin](skald::Result<skald::Started> started) {
          engine_.when_ended(started.value().id,
                             [this, begin](auto outcome) { ended(begin, outcome.value().status); });
        });
  }

  void ended(Clock::time_point begin, skald::RunStatus status) {
    auto const wanted = options_.fail ? skald::RunStatus::compensated : skald::RunStatus::completed;
    if (status != wanted) ++odd_;
    {
      std::lock_guard const lock(mutex_);
      latencies_.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
      if (latencies_.size() == options_.sagas) done_.notify_one();
    }
    start();
  }

  skald::Engine& engine_;
  Options const& options_;
  std::atomic<std::size_t> started_ = 0;
  std::atomic<std::size_t> odd_ = 0;
  std::mutex mutex_;
  std::condition_variable done_;
  std::vector<double> latencies_;
};

skald::EngineOptions engine_options(Options const& options) {
  skald::EngineOptions result;
  result.data_dir = options.dir;
  result.durability = options.durability;
  result.partitions = options.partitions;
  return result;
}

// What this process has used of the processors so far, in microseconds.
double cpu_micros() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  auto const micros = [](timeval t) { return 1e6 * double(t.tv_sec) + double(t.tv_usec); };
  return micros(usage.ru_utime) + micros(usage.ru_stime);
}

int measure(Options const& options) {
  auto opened = skald::Engine::open(engine_options(options));
  if (!opened.ok()) {
    std::fprintf(stderr, "%s\n", opened.error().message.c_str());
    return 1;
  }
  auto engine = std::move(*opened);
  auto const act = [](skald::StepContext const&, skald::Json const&, skald::Json const&) {
    return skald::FunctionResult(skald::Returned{});
  };
  engine.add("act", skald::Function(act));
  engine.add("undo", skald::Function(act));
  engine.add("last", skald::Function([fail = options.fail](skald::StepContext const&,
                                                           skald::Json const&, skald::Json const&) {
               if (fail) return skald::FunctionResult(skald::Refused{"no"});
               return skald::FunctionResult(skald::Returned{});
             }));
  auto const deployed = engine.deploy({kSaga, "bench"});
  if (!deployed.ok()) {
    std::fprintf(stderr, "%s\n", deployed.error().message.c_str());
    return 1;
  }
  Load load(engine, options);
  auto const used = cpu_micros();
  auto const seconds = load.run();
  auto const sagas = static_cast<double>(options.sagas);
  std::printf(
      "{\"sagas\":%zu,\"inFlight\":%zu,\"seconds\":%.2f,\"perSecond\":%.0f,\"cpuMicros\":%.1f,"
      "\"p50ms\":%.3f,\"p99ms\":%.3f,\"unexpected\":%zu}\n",
      options.sagas, options.in_flight, seconds, sagas / seconds, (cpu_micros() - used) / sagas,
      load.percentile(0.5), load.percentile(0.99), load.odd());
  return load.odd() == 0 ? 0 : 1;
}

double reopen(Options const& options) {
  auto const begin = Clock::now();
  auto const opened = skald::Engine::open(engine_options(options));
  if (!opened.ok()) std::fprintf(stderr, "%s\n", opened.error().message.c_str());
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

void measure_restart(Options const& options) {
  auto const followed = reopen(options);
  for (auto const& entry : std::filesystem::directory_iterator(options.dir)) {
    if (entry.is_directory()) std::filesystem::remove_all(entry.path() / "index");
  }
  std::printf("{\"sagas\":%zu,\"restartSeconds\":%.2f,\"restartWithoutIndexSeconds\":%.2f}\n",
              options.sagas, followed, reopen(options));
}

}  // namespace

int main(int argc, char** argv) {
  auto const options = parse(argc, argv);
  std::filesystem::remove_all(options.dir);
  auto const code = measure(options);
  if (code == 0) measure_restart(options);
  std::filesystem::remove_all(options.dir);
  return code;
}
