// How long a large workflow takes: to check (YAML, compiler, nothing else) and to deploy into an
// engine on disk (both again, the graph's digest and bytes, the commit).
//
//   compiler_bench [lines, default 2000] [rounds, default 20]
//
// It has what large workflows are made of: HTTP calls with undos and retries, loops, choices,
// forks, try and catch, and an expression or two in each task.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "compiler/compiler.hpp"
#include "dsl/yaml/reader.hpp"
#include "runtime/engine/engine.hpp"

namespace {

using Clock = std::chrono::steady_clock;

constexpr char kHead[] =
    R"(document: {{ dsl: '1.0.3', namespace: bench, name: large, version: '1.0.{}' }}
use:
  retries:
    transient:
      delay: {{ milliseconds: 200 }}
      backoff: {{ exponential: {{ max: {{ minutes: 1 }} }} }}
      limit: {{ attempt: {{ count: 6 }} }}
saga: {{ retry: transient }}
do:
)";

// One group of tasks: 32 lines.
constexpr char kGroup[] = R"--(  - reserve{0}:
      if: ${{ $workflow.input.amount > {0} and ($workflow.input.city | length) < 100 }}
      call: http
      with:
        method: put
        endpoint: ${{ "http://hotel.example/rooms/{0}/\($workflow.id)" }}
        body: '${{ $workflow.input | {{city, from, to, nights: (.nights // {0})}} }}'
      timeout: {{ after: {{ seconds: 5 }} }}
      retry: transient
      compensate:
        - release{0}:
            call: http
            with:
              method: delete
              endpoint: ${{ "http://hotel.example/rooms/{0}/\($workflow.id)" }}
  - weigh{0}:
      switch:
        - heavy: {{ when: $tasks.reserve{0}.weight > 20, then: each{0} }}
        - light: {{ then: note{0} }}
  - each{0}:
      for: {{ each: seat, in: .seats }}
      do:
        - hold{0}: {{ set: {{ seat: '${{ $seat }}', place: '${{ $index + {0} }}' }} }}
  - both{0}:
      fork:
        branches:
          - left{0}: {{ set: {{ a: '${{ .a }}' }} }}
          - right{0}: {{ set: {{ b: '${{ [.items[]?.price] | add }}' }} }}
  - ship{0}:
      try: [ book{0}: {{ call: carrier, with: {{ order: '${{ $tasks.reserve{0}.id }}' }}, compensate: [] }} ]
      catch: {{ errors: {{ with: {{ status: 503 }} }}, do: [ late{0}: {{ set: {{ late: true }} }} ] }}
  - note{0}: {{ set: {{ id: '${{ $workflow.id }}', state: '${{ if .late then "late" else "sent" end }}' }} }}
)--";

std::string workflow(int lines, int version) {
  std::string text = fmt::format(kHead, version);
  auto count = std::count(text.begin(), text.end(), '\n');
  for (int group = 0; count < lines; ++group) {
    std::string const next = fmt::format(kGroup, group);
    count += std::count(next.begin(), next.end(), '\n');
    text += next;
  }
  return text;
}

double cpu_ms() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

// Processor time as well: other load on the machine does not count in it.
template <class Work>
void report(char const* what, int rounds, Work work) {
  std::vector<double> times;
  double const cpu = cpu_ms();
  for (int i = 0; i < rounds; ++i) {
    auto const begin = Clock::now();
    work(i);
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
  }
  std::sort(times.begin(), times.end());
  fmt::print("{:8} p50 {:.1f} ms, worst {:.1f} ms, {:.1f} ms of processor time each\n", what,
             times[times.size() / 2], times.back(), (cpu_ms() - cpu) / rounds);
}

void check(std::string const& text) {
  auto const yaml = skald::dsl::read_yaml(text, "large.yaml");
  auto findings = yaml.diagnostics;
  if (yaml.document) {
    auto compiled = skald::compiler::compile(*yaml.document);
    if (compiled.graph != nullptr) return;
    findings = std::move(compiled.diagnostics);
  }
  fmt::print(stderr, "{}\n", skald::dsl::render(findings));
  std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  int const lines = argc > 1 ? std::atoi(argv[1]) : 2'000;
  int const rounds = argc > 2 ? std::max(1, std::atoi(argv[2])) : 20;
  auto const text = workflow(lines, 0);
  fmt::print("{} lines, {} KiB\n", std::count(text.begin(), text.end(), '\n'), text.size() / 1024);
  report("check", rounds, [&](int) { check(text); });

  auto const folder = std::filesystem::temp_directory_path() / "skald-compiler-bench";
  std::filesystem::remove_all(folder);
  skald::EngineOptions options;
  options.data_dir = folder.string();
  auto engine = skald::Engine::open(options).value();
  report("deploy", rounds, [&](int i) {
    auto const deployed = engine.deploy(skald::WorkflowSource{workflow(lines, i), "large.yaml"});
    if (deployed.ok()) return;
    fmt::print(stderr, "{}\n", deployed.error().message);
    std::exit(1);
  });
  return 0;
}
