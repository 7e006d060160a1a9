// What a step of a long run costs: a loop whose every iteration arms an undo, and then everything
// is undone. The machine alone: no disk, no threads, no participants.
//
//   unwind_bench [--iterations 100000] [--at-once 0]
//
// Prints a table: the time of a turn (decide, evolve, pending) at the beginning and at the end of
// each direction, and the memory. --at-once: so many iterations in parallel (`concurrency`). Ends
// with 1 when the undos are not the iterations, newest first.

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "compiler/compiler.hpp"
#include "dsl/yaml/reader.hpp"
#include "runtime/machine/machine.hpp"

namespace {

using namespace skald;
using namespace skald::runtime;
using Clock = std::chrono::steady_clock;

struct Options {
  std::size_t iterations = 100'000;
  std::size_t at_once = 0;
};

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    std::string const name = argv[i];
    if (name == "--iterations") options.iterations = std::stoul(argv[i + 1]);
    if (name == "--at-once") options.at_once = std::stoul(argv[i + 1]);
  }
  return options;
}

std::string workflow(Options const& options) {
  auto const concurrency =
      options.at_once > 0 ? ", concurrency: " + std::to_string(options.at_once) : std::string();
  return "document: { dsl: '1.0.3', namespace: bench, name: armed, version: '1.0.0' }\n"
         "do:\n"
         "  - all:\n"
         "      for: { each: n, in: '${ [range(" +
         std::to_string(options.iterations) + ")] }'" + concurrency +
         " }\n"
         "      do:\n"
         "        - book:\n"
         "            call: book\n"
         "            with: { n: '${ $n }' }\n"
         "            compensate: [ { cancel: { call: cancel, with: { n: '${ $n }' } } } ]\n"
         "  - last: { call: last }\n";
}

double resident_mib() {
  std::ifstream in("/proc/self/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  in >> all >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

class Bench {
 public:
  explicit Bench(std::shared_ptr<graph::StepGraph const> graph) : graph_(std::move(graph)) {
    limits_.run_records = 100'000'000;
  }

  void start() {
    StartRun begin;
    begin.run = "bench";
    begin.graph = "0";
    begin.input = Json::object();
    feed(std::move(begin));
    times_.clear();
  }

  // Answers calls until the run has ended.
  void play() {
    while (state_.status != RunStatus::ended) {
      CallEffect call;
      bool found = false;
      bool more = false;
      for (auto& effect : effects_) {
        more = more || std::holds_alternative<ContinueEffect>(effect);
        if (found || !std::holds_alternative<CallEffect>(effect)) continue;
        call = std::move(std::get<CallEffect>(effect));
        found = true;
      }
      if (more) {
        feed(Continue{});
        continue;
      }
      AttemptAnswered answer;
      answer.activation = call.activation;
      answer.attempt = call.attempt;
      bool const last = call.function == "last";
      answer.answer.kind = last ? saga::Answer::Kind::refused : saga::Answer::Kind::returned;
      if (last) begin_unwinding();
      if (call.function == "cancel") undone_.push_back(call.with["n"].as_number());
      feed(std::move(answer));
    }
    print("undo, first 1,000", times_, 0);
    print("undo, last 1,000", times_, times_.size() - std::min<std::size_t>(1'000, times_.size()));
  }

  bool newest_first(std::size_t iterations) const {
    return undone_.size() == iterations &&
           std::is_sorted(undone_.begin(), undone_.end(), std::greater<>());
  }

 private:
  void feed(InputBody body) {
    auto const begun = Clock::now();
    now_ = now_ + Duration::from_ms(1);
    advance(*graph_, state_, {now_, 1, std::move(body)}, limits_);
    effects_ = pending(*graph_, state_);
    times_.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begun).count());
  }

  void begin_unwinding() {
    std::printf("%-22s %10s %10s %10s %10s\n", "", "p50 us", "p99 us", "max us", "MiB");
    auto const end = times_.size() - std::min<std::size_t>(1'000, times_.size());
    print("forward, first 1,000", times_, 0);
    print("forward, last 1,000", times_, end);
    times_.clear();
  }

  static void print(char const* what, std::vector<double> const& all, std::size_t from) {
    auto const to = std::min(all.size(), from + 1'000);
    std::vector<double> part(all.begin() + static_cast<std::ptrdiff_t>(from),
                             all.begin() + static_cast<std::ptrdiff_t>(to));
    if (part.empty()) return;
    std::sort(part.begin(), part.end());
    std::printf("%-22s %10.1f %10.1f %10.1f %10.0f\n", what, part[part.size() / 2],
                part[part.size() * 99 / 100], part.back(), resident_mib());
  }

  std::shared_ptr<graph::StepGraph const> graph_;
  Limits limits_;
  State state_;
  Time now_{1'700'000'000'000'000};
  std::vector<Effect> effects_;
  std::vector<double> times_;
  std::vector<double> undone_;
};

}  // namespace

int main(int argc, char** argv) {
  auto const options = parse(argc, argv);
  auto const read = dsl::read_yaml(workflow(options), "armed.yaml");
  auto const made = compiler::compile(*read.document);
  if (!made.graph) {
    std::fprintf(stderr, "%s\n", dsl::render(made.diagnostics).c_str());
    return 1;
  }
  Bench bench(made.graph);
  bench.start();
  bench.play();
  bool const right = options.at_once > 0 || bench.newest_first(options.iterations);
  std::printf("%zu iterations, %s\n", options.iterations,
              right ? "undone newest first" : "WRONG: not undone newest first");
  return right ? 0 : 1;
}
