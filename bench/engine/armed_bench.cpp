// One run with very many armed effects: a loop whose every item has an undo, and a last step that
// refuses. Checks that all of them are undone, the last one first, and says what a step costs at
// each size: it must not grow with the number of effects.
//
//   armed_bench [--durability none] [--concurrency 1] [SIZE...]      (1000 10000 100000)
//
// Prints one line of JSON per size, each on an engine of its own.

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

#include "runtime/engine/engine.hpp"

namespace {

using Clock = std::chrono::steady_clock;

// @ stands for the loop's concurrency.
constexpr char kLoop[] = R"(
document: { dsl: '1.0.3', namespace: bench, name: armed, version: '1.0.0' }
do:
  - items:
      for: { each: item, in: '${ [range(.n)] }', concurrency: @ }
      do:
        - one:
            call: act
            with: { n: '${ $item }' }
            compensate: [ { undoOne: { call: undo, with: { n: '${ $item }' } } } ]
      output: { as: '{}' }
  - last: { call: last }
)";

double resident_mib() {
  std::ifstream in("/proc/self/statm");
  long total = 0;
  long resident = 0;
  in >> total >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1U << 20U);
}

struct Options {
  skald::Durability durability = skald::Durability::none;
  long concurrency = 1;
  std::vector<long> sizes;
};

struct Watch {
  std::atomic<long> acts = 0;
  std::atomic<long> undos = 0;
  std::atomic<long> wrong = 0;  // undos out of order
  Clock::time_point turned;     // when the last step refused
};

// The engine's files, gone with it.
struct Folder {
  std::string path;

  explicit Folder(std::string name) : path(std::move(name)) { clear(); }
  Folder(Folder const&) = delete;
  Folder& operator=(Folder const&) = delete;
  ~Folder() { clear(); }

  void clear() const {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

skald::Engine open(skald::Durability durability, std::string const& dir, Watch& watch, long size) {
  skald::EngineOptions options;
  options.data_dir = dir;
  options.durability = durability;
  options.partitions = 1;
  options.max_run_records = 100'000'000;
  auto opened = skald::Engine::open(options);
  if (!opened.ok()) {
    std::fprintf(stderr, "%s\n", opened.error().message.c_str());
    std::exit(1);
  }
  auto engine = std::move(*opened);
  using skald::Json;
  engine.add("act", skald::Function([&watch](skald::StepContext const&, Json const&, Json const&) {
               ++watch.acts;
               return skald::FunctionResult(skald::Returned{});
             }));
  engine.add("undo", skald::Function(
                         [&watch, size](skald::StepContext const&, Json const& with, Json const&) {
                           auto const n = static_cast<long>(with["n"].as_number());
                           if (n != size - 1 - watch.undos++) ++watch.wrong;
                           return skald::FunctionResult(skald::Returned{});
                         }));
  engine.add("last", skald::Function([&watch](skald::StepContext const&, Json const&, Json const&) {
               watch.turned = Clock::now();
               return skald::FunctionResult(skald::Refused{"bench"});
             }));
  return engine;
}

bool measure(Options const& options, long size) {
  Watch watch;
  Folder const folder("armed-bench-data");
  auto engine = open(options.durability, folder.path, watch, size);
  std::string text = kLoop;
  text.replace(text.find('@'), 1, std::to_string(options.concurrency));
  auto const deployed = engine.deploy(skald::WorkflowSource{text, "armed.yaml"});
  if (!deployed.ok()) {
    std::fprintf(stderr, "%s\n", deployed.error().message.c_str());
    return false;
  }
  auto const before = resident_mib();
  auto const begun = Clock::now();
  auto run = engine.start("bench/armed", skald::Json::object({{"n", static_cast<double>(size)}}));
  if (!run.ok()) {
    std::fprintf(stderr, "%s\n", run.error().message.c_str());
    return false;
  }
  auto const outcome = run->wait(std::chrono::hours(1));
  auto const ended = Clock::now();
  auto const micros = [size](auto span) {
    return std::chrono::duration<double, std::micro>(span).count() / static_cast<double>(size);
  };
  bool const good = outcome.ok() && outcome->status == skald::RunStatus::compensated &&
                    watch.undos == size && watch.acts == size && watch.wrong == 0;
  std::printf(
      "{\"armed\": %ld, \"good\": %s, \"us_per_step\": %.1f, \"us_per_undo\": %.1f, "
      "\"resident_mib\": %.0f, \"bytes_per_effect\": %.0f}\n",
      size, good ? "true" : "false", micros(watch.turned - begun), micros(ended - watch.turned),
      resident_mib(), (resident_mib() - before) * (1U << 20U) / static_cast<double>(size));
  std::fflush(stdout);
  return good;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    std::string const argument = argv[i];
    std::string const value = i + 1 < argc ? argv[i + 1] : "";
    if (argument == "--durability") {
      if (value == "fsync") options.durability = skald::Durability::fsync;
      ++i;
    } else if (argument == "--concurrency") {
      options.concurrency = std::stol(value);
      ++i;
    } else {
      options.sizes.push_back(std::stol(argument));
    }
  }
  if (options.sizes.empty()) options.sizes = {1'000, 10'000, 100'000};
  bool good = true;
  for (auto const size : options.sizes) good = measure(options, size) && good;
  return good ? 0 : 1;
}
