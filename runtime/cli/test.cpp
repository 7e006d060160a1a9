// skald test FILE.feature...: scenarios of workflows, each on an engine in memory.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ostream>

#include "runtime/cli/command.hpp"
#include "runtime/cli/engine_options.hpp"
#include "runtime/cli/input.hpp"
#include "runtime/cli/outgoing.hpp"
#include "runtime/cli/test_participant.hpp"
#include "runtime/cli/test_sweep.hpp"
#include "runtime/feature/scenario.hpp"

namespace skald::cli {
namespace {

struct TestOptions {
  std::vector<std::string> files;
  ParticipantOptions participant;
  Outgoing outgoing;
  SweepOptions sweep;
  std::string filter;
  std::string timeout = "60s";
};

// The names of the tasks that ran forward, in the order they began.
std::vector<std::string> order_of(Json const& view) {
  std::vector<std::string> order;
  auto const& steps = view["steps"];
  for (std::size_t i = 0; i < steps.size(); ++i) {
    auto const& step = steps[i];
    bool const ran = step["result"] != Json("skipped") && step["direction"] == Json("forward");
    if (ran) order.emplace_back(step["task"].as_string());
  }
  return order;
}

// Deploys and runs a definition on an engine of its own.
class Runner {
 public:
  Runner(EngineOptions settings, Duration timeout)
      : settings_(std::move(settings)), timeout_(timeout) {}

  Result<feature::Execution> operator()(std::string const& definition, Json const& input) const {
    EngineOptions options = settings_;
    options.in_memory = true;
    options.durability = Durability::none;
    options.partitions = 1;
    auto engine = Engine::open(std::move(options));
    if (!engine) return std::move(engine).error();
    auto deployed = engine->deploy(WorkflowSource{definition, "workflow"});
    if (!deployed) return std::move(deployed).error();
    if (deployed->missing_functions.size() > 0) return nobody_answers(deployed->missing_functions);
    auto run = engine->start(deployed->workflow, input);
    if (!run) return std::move(run).error();
    auto outcome = run->wait(std::chrono::microseconds(timeout_.us));
    if (!outcome) return std::move(outcome).error();
    auto view = engine->describe(run->id());
    if (!view) return std::move(view).error();
    return feature::Execution{to_string(outcome->status), std::move(outcome->output),
                              std::move(outcome->error), order_of(*view)};
  }

 private:
  // Its run would wait for a function for ever: this process has none.
  static Error nobody_answers(Json const& functions) {
    auto const name = std::string(functions[0].as_string());
    return {ErrorCode::failed_precondition, "nobody here offers the function '" + name + "'",
            "say what it answers: And calls of '" + name + "' are answered with: (docs/cli.md)"};
  }

  EngineOptions settings_;
  Duration timeout_;
};

struct Score {
  std::size_t passed = 0;
  std::size_t failed = 0;
  Json results = Json::array();  // in the formats for programs
};

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

void run_feature(Console& console, feature::Feature const& feature, TestOptions const& options,
                 feature::Execute const& execute, Score& score) {
  auto const paint = console.paint();
  for (auto const& scenario : feature.scenarios) {
    if (!has(scenario.name, options.filter)) continue;
    auto const verdict = feature::run_scenario(scenario, execute);
    ++(verdict.passed ? score.passed : score.failed);
    if (console.format() != Format::table) {
      Json result = Json::object({{"feature", feature.name},
                                  {"scenario", scenario.name},
                                  {"passed", Json(verdict.passed)}});
      if (!verdict.passed) {
        result.set("place", feature.file + ":" + std::to_string(verdict.line));
        result.set("why", verdict.why);
      }
      score.results.push_back(std::move(result));
      continue;
    }
    if (verdict.passed) {
      console.out() << fmt::format("{} {} · {}\n", paint.green("✓"), feature.name, scenario.name);
    } else {
      console.out() << fmt::format("{} {} · {}\n    {}:{}: {}\n", paint.red("✗"), feature.name,
                                   scenario.name, feature.file, verdict.line, verdict.why);
    }
    console.out().flush();
  }
}

Exit test(Console& console, TestOptions const& options) {
  if (options.files.front() == "participant") {
    if (options.files.size() != 2) {
      return console.fail({ErrorCode::invalid_argument, "one URL, of the service to try",
                           "skald test participant http://127.0.0.1:8081/reservations/{id}"});
    }
    auto participant = options.participant;
    participant.url = options.files.back();
    return test_participant(console, participant);
  }
  if (options.sweep.on || options.sweep.replay) {
    if (options.files.size() != 1) {
      return console.fail({ErrorCode::invalid_argument, "one workflow file, to be swept",
                           "skald test booking.yaml --sweep --input @trip.json"});
    }
    auto sweep = options.sweep;
    sweep.file = options.files.front();
    return test_sweep(console, sweep);
  }
  EngineOptions settings;
  settings.allow_private_documents = true;  // the author's own machine
  if (auto applied = options.outgoing.apply(settings); !applied) {
    return console.fail(applied.error());
  }
  auto timeout = parse_time_span(options.timeout);
  if (!timeout) return console.fail(timeout.error());
  std::vector<feature::Feature> features;
  for (auto const& path : options.files) {
    if (!path.ends_with(".feature")) {
      return console.fail(
          {ErrorCode::invalid_argument, "'" + path + "' is no feature file",
           "scenarios stand in files that end with .feature (docs/cli.md); a workflow is "
           "tried with --sweep"});
    }
    auto text = read_file(path);
    if (!text) return console.fail(text.error());
    auto feature = feature::parse_feature(*text, path);
    if (!feature) return console.fail(feature.error());
    features.push_back(std::move(*feature));
  }
  Score score;
  feature::Execute const execute = Runner(std::move(settings), *timeout);
  for (auto const& feature : features) run_feature(console, feature, options, execute, score);
  console.show(score.results, fmt::format("{} passed, {} failed\n", score.passed, score.failed));
  return score.failed == 0 ? Exit::ok : Exit::error;
}

std::vector<Option> sweep_options(SweepOptions& sweep) {
  return {{.names = "--sweep",
           .target = &sweep.on,
           .help = "A workflow file: every fault at every point of it"},
          {.names = "-i,--input",
           .target = &sweep.input,
           .help = "--sweep: the run's input ({})",
           .value = "JSON|@FILE"},
          {.names = "--stubs",
           .target = &sweep.stubs,
           .help = "--sweep: answers of the calls (docs/dry-run.md)",
           .value = "FILE"},
          {.names = "--with",
           .target = &sweep.with,
           .help = "--sweep: another workflow file, which this one runs as a child; may be "
                   "repeated",
           .value = "FILE",
           .file = true},
          {.names = "--id",
           .target = &sweep.id,
           .help = "--sweep: the run's id (dry-run)",
           .value = "ID"},
          {.names = "--replay",
           .target = &sweep.replay,
           .help = "--sweep: only this schedule, as a story",
           .value = "SCHEDULE"},
          {.names = "--most",
           .target = &sweep.most,
           .help = "--sweep: at most so many schedules (100000)",
           .value = "N"}};
}

}  // namespace

Command test_command() {
  auto options = std::make_shared<TestOptions>();
  Command command = {
      .name = "test",
      .summary = "Run scenarios, sweep a workflow with faults, or try a participant",
      .group = "Author",
      .options = {{.names = "FILE",
                   .target = &options->files,
                   .help = "Feature files (Gherkin)",
                   .required = true,
                   .file = true},
                  {.names = "--filter",
                   .target = &options->filter,
                   .help = "Only scenarios whose name contains this"},
                  {.names = "--timeout",
                   .target = &options->timeout,
                   .help = "Of one scenario (60s)",
                   .value = "TIME"},
                  {.names = "--action",
                   .target = &options->participant.action,
                   .help = "participant: what books (PUT URL)",
                   .value = "'METHOD URL'"},
                  {.names = "--undo",
                   .target = &options->participant.undo,
                   .help = "participant: what cancels (DELETE URL)",
                   .value = "'METHOD URL'"},
                  {.names = "--state",
                   .target = &options->participant.state,
                   .help = "participant: what tells whether it is there",
                   .value = "'METHOD URL'"},
                  {.names = "--body",
                   .target = &options->participant.body,
                   .help = "participant: what the action sends; {id} is replaced",
                   .value = "JSON|@FILE"},
                  {.names = "--rounds",
                   .target = &options->participant.rounds,
                   .help = "participant: of each check with calls at once (20)",
                   .value = "N"}},
      .run = [options](Console& console) { return test(console, *options); },
      .prints_data = true,
      .details =
          "Ends with 'N passed, N failed'; exits 0 when none failed.\n\n"
          "skald test participant URL tries a service that workflows are to call: duplicates,\n"
          "an undo before its action, an action after its undo, both at once\n"
          "(docs/participants.md). {id} in the URL and the body is a new id in each check:\n"
          "  skald test participant http://127.0.0.1:8081/reservations/{id} --body @trip.json\n\n"
          "skald test FILE --sweep plays a workflow with a crash and a cancel at every moment\n"
          "and every kind of bad answer at every call, also while it is being undone, and\n"
          "says which promise of a saga was broken (docs/sagas/sweep.md)."};
  for (auto& each : sweep_options(options->sweep)) command.options.push_back(std::move(each));
  return with_outgoing(std::move(command), options->outgoing);
}

}  // namespace skald::cli
