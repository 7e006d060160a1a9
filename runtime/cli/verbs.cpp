// skald cancel, kill, suspend, resume, retry, complete, skip: what an operator does to a run or one
// of its steps; the first four also to many runs at once.

#include "runtime/cli/bulk.hpp"
#include "runtime/cli/input.hpp"
#include "runtime/cli/server.hpp"
#include "runtime/view/draw_run.hpp"
#include "runtime/view/operation.hpp"

namespace skald::cli {
namespace {

constexpr char const* kDryRun = "  dry run: nothing has happened\n";

struct Options {
  Operation operation;
  std::string run;
  std::optional<std::string> value;  // JSON or @FILE
  BulkOptions bulk;
  bool dry_run = false;
  bool wait = false;
};

std::string_view text(Json const& object, std::string_view member) {
  auto const& value = object[member];
  return value.is_string() ? value.as_string() : std::string_view{};
}

// "cancel of run trip-42 by olga: too late"
std::string heading(Json const& effect) {
  std::string line(text(effect, "verb"));
  auto const step = text(effect, "step");
  line += step.empty() ? " of" : " of '" + std::string(step) + "' in";
  line += " run " + std::string(text(effect, "id"));
  if (auto const who = text(effect, "actor"); !who.empty()) line += " by " + std::string(who);
  if (auto const why = text(effect, "reason"); !why.empty()) line += ": " + std::string(why);
  return line;
}

std::string drawn_left(Json const& left) {
  constexpr std::size_t kMostLines = 20;
  if (left.size() == 0) return "  nothing is left behind\n";
  std::string out = "  left behind:\n";
  for (std::size_t i = 0; i < std::min(left.size(), kMostLines); ++i) {
    out += "    " + view::step_text(left[i]) + " (" + std::string(text(left[i], "outcome")) +
           ")  " + std::string(text(left[i], "key")) + '\n';
  }
  if (left.size() <= kMostLines) return out;
  return out + "    and " + std::to_string(left.size() - kMostLines) + " more; -o json has all\n";
}

std::string drawn(Json const& effect, bool dry_run) {
  auto out = heading(effect) + '\n';
  auto const status = text(effect, "status");
  auto const becomes = text(effect, "becomes");
  if (status == becomes) {
    out += "  the run " + std::string(dry_run ? "stays " : "is ") + std::string(status) + '\n';
  } else {
    out += "  the run " + std::string(dry_run ? "would become " : "was ") +
           std::string(dry_run ? becomes : status) + (dry_run ? ", it is " : ", it is now ") +
           std::string(dry_run ? status : becomes) + '\n';
  }
  for (auto const& sentence : effect["then"].items()) {
    out += "  - " + std::string(sentence.as_string()) + '\n';
  }
  for (auto const& call : effect["calls"].items()) {
    out += "  → " + std::string(text(call, "task")) + " attempt " + to_text(call["attempt"]) +
           ": " + std::string(text(call, "call")) + '\n';
  }
  if (auto const* left = effect.find("leftBehind")) out += drawn_left(*left);
  return out;
}

// A kill, and its dry run, that would leave something shows first what, and does nothing until it
// is told that this is known.
Exit refuse_kill(Console& console, Json const& effect, std::string const& run, bool dry_run) {
  console.show(effect,
               drawn(effect, true) + (dry_run ? kDryRun : "  not done: nothing has happened\n"));
  return console.fail({ErrorCode::failed_precondition,
                       "a kill would leave " + view::left_text(effect["leftBehind"]) + " behind",
                       "skald cancel " + shell_word(run) +
                           " undoes what has an undo; to kill it all the same: skald kill " +
                           shell_word(run) + " --leave-effects"});
}

Exit act(Console& console, Options const& options) {
  auto operation = options.operation;
  operation.actor = actor();
  if (options.value) {
    auto value = read_json_argument(*options.value,
                                    operation.verb == Verb::complete ? "--result" : "--input");
    if (!value) return console.fail(value.error());
    operation.value = std::move(*value);
  }
  auto client = connect(console);
  if (!options.bulk.where.empty()) {
    return operate_many(console, client, operation, options.bulk, options.dry_run);
  }
  if (options.run.empty()) {
    return console.fail({ErrorCode::invalid_argument, "which run?",
                         "give its id, or --where workflow=NAME,status=STATUS for many"});
  }
  bool const wary = operation.verb == Verb::kill && !operation.leave_effects;
  bool const follow = options.wait && !options.dry_run;
  std::uint64_t told = 0;  // facts before the operation are not told again
  if (follow) {
    auto const before = client.status(options.run);
    if (before) told = before->records;
  }
  auto effect = options.dry_run || wary ? client.preview(options.run, operation)
                                        : client.operate(options.run, operation);
  if (wary && effect && (*effect)["leftBehind"].size() > 0) {
    return refuse_kill(console, *effect, options.run, options.dry_run);
  }
  if (wary && effect && !options.dry_run) effect = client.operate(options.run, operation);
  if (!effect) return fail_on_server(console, effect.error());
  if (!follow || console.format() == Format::table) {
    console.show(*effect, drawn(*effect, options.dry_run) + (options.dry_run ? kDryRun : ""));
  }
  if (!follow) return Exit::ok;
  return follow_run(console, client, options.run, {.live = console.interactive(), .after = told});
}

using Shared = std::shared_ptr<Options>;

Shared options_of(Verb verb) {
  auto options = std::make_shared<Options>();
  options->operation.verb = verb;
  return options;
}

void add_words(std::vector<Option>& list, Shared const& options) {
  list.push_back({.names = "--reason",
                  .target = &options->operation.reason,
                  .help = "Why; stands in the run's history"});
  list.push_back({.names = "--dry-run",
                  .target = &options->dry_run,
                  .help = "Show what would happen, and do nothing"});
}

Command verb_command(std::string summary, std::vector<Option> list, Shared const& options,
                     std::string details = {}) {
  auto command =
      server_command(to_string(options->operation.verb), std::move(summary), std::move(list),
                     [options](Console& console) { return act(console, *options); });
  command.details = std::move(details);
  return command;
}

// A verb for one run, or for those that --where fits.
Command run_verb(Verb verb, std::string summary, Shared const& options, std::vector<Option> more,
                 std::string details) {
  options->operation.verb = verb;
  std::vector<Option> list{
      {.names = "RUN", .target = &options->run, .help = "The run's id"},
      {.names = "--where",
       .target = &options->bulk.where,
       .help = "Instead: all runs that fit, such as workflow=travel/booking,status=running",
       .value = "FILTER"},
      {.names = "-y,--yes", .target = &options->bulk.yes, .help = "Do not ask before many runs"}};
  add_words(list, options);
  list.insert(list.end(), more.begin(), more.end());
  return verb_command(std::move(summary), std::move(list), options, std::move(details));
}

Command step_verb(std::string summary, Shared const& options, std::vector<Option> more,
                  std::string details) {
  std::vector<Option> list{run_argument(&options->run),
                           {.names = "STEP",
                            .target = &options->operation.step,
                            .help = "The task's name or path; 'name:2' is its second entry",
                            .required = true}};
  list.insert(list.end(), more.begin(), more.end());
  add_words(list, options);
  return verb_command(std::move(summary), std::move(list), options, std::move(details));
}

}  // namespace

Command cancel_command() {
  auto const options = options_of(Verb::cancel);
  return run_verb(
      Verb::cancel, "Stop a run and undo what it has done", options,
      {{.names = "-w,--wait", .target = &options->wait, .help = "Wait until it is undone"}},
      "Many at once: skald cancel --where workflow=travel/booking,status=running --yes");
}

Command kill_command() {
  auto const options = options_of(Verb::kill);
  return run_verb(
      Verb::kill, "End a run at once; what it has done stays", options,
      {{.names = "--leave-effects",
        .target = &options->operation.leave_effects,
        .help = "Yes, also when something is left that may have happened"}},
      "Without --leave-effects it is refused when it would leave anything: an effect that a\n"
      "cancel would undo, or a call whose answer is not known.");
}

Command suspend_command() {
  auto const options = options_of(Verb::suspend);
  return run_verb(
      Verb::suspend, "Hold a run: no attempt begins, its clocks go on", options, {},
      "What expires meanwhile acts when the run is resumed.\n"
      "Many at once: skald suspend --where workflow=travel/booking --reason 'hotel is down'");
}

Command resume_command() {
  auto const options = options_of(Verb::resume);
  return run_verb(Verb::resume, "Go on with a suspended run", options,
                  {{.names = "--forward",
                    .target = &options->operation.forward,
                    .help = "Take a stop back; only while its plan is not recorded"},
                   {.names = "-w,--wait", .target = &options->wait, .help = "Wait until it ends"}},
                  {});
}

Command retry_command() {
  auto const options = options_of(Verb::retry);
  return step_verb("Make the next attempt of a step or an undo now", options,
                   {{.names = "-i,--input",
                     .target = &options->value,
                     .help = "Enter the task again with this input; the old entry stays armed",
                     .value = "JSON|@FILE"}},
                   {});
}

Command complete_command() {
  auto const options = options_of(Verb::complete);
  return step_verb("Say that a step is done, and give its output", options,
                   {{.names = "--result",
                     .target = &options->value,
                     .help = "What its participant would have answered",
                     .value = "JSON|@FILE",
                     .required = true}},
                   {});
}

Command skip_command() {
  auto const options = options_of(Verb::skip);
  return step_verb("Do not undo a step; the run ends with exceptions", options, {}, {});
}

}  // namespace skald::cli
