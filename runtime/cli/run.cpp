// skald run FILE: executes a workflow durably in a local data directory, without a server.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <set>

#include "runtime/cli/command.hpp"
#include "runtime/cli/dry_run.hpp"
#include "runtime/cli/engine_options.hpp"
#include "runtime/cli/input.hpp"
#include "runtime/cli/interrupt.hpp"
#include "runtime/cli/live_screen.hpp"
#include "runtime/cli/outgoing.hpp"
#include "runtime/cli/run_output.hpp"
#include "runtime/cli/server.hpp"
#include "runtime/cli/workflow_file.hpp"
#include "runtime/view/draw_run.hpp"

namespace skald::cli {
namespace {

struct RunOptions {
  std::string file;
  std::optional<std::string> input;
  std::string data_dir = ".skald";
  std::string id;
  std::string durability = "fsync";
  Outgoing outgoing;
  std::vector<std::string> with;
  std::uint64_t max_tasks = compiler::Options().max_tasks;
  bool allow_shell = false;
  std::vector<std::string> allow_scripts;
  std::optional<std::string> timeout;
  bool dry = false;
  std::optional<std::string> stubs;
};

// One `skald run`, from the file to the end of the run.
class LocalRun {
 public:
  LocalRun(Console& console, RunOptions const& options) : console_(console), options_(options) {}

  Exit execute() {
    compiler::Options no_functions;  // this process has none: a call of one could never be made
    no_functions.functions.emplace();
    no_functions.without_function =
        "'skald run' has none but those of use.functions: define it there, as a call of a service, "
        "or rehearse the workflow with --dry";
    no_functions.max_tasks = options_.max_tasks;
    auto documents = options_.outgoing.documents(options_.file);
    if (!documents) return console_.fail(documents.error());
    no_functions.documents = std::move(*documents);
    auto file = load_workflow(options_.file, no_functions);
    if (!file) return console_.fail(file.error());
    report(console_, *file);
    if (!file->ok()) return Exit::error;
    if (options_.input) {
      auto input = read_json_argument(*options_.input, "--input");
      if (!input) return console_.fail(input.error());
      input_ = std::move(*input);
    }
    if (options_.timeout) {
      auto timeout = parse_time_span(*options_.timeout);
      if (!timeout) return console_.fail(timeout.error());
      if (timeout->us <= 0) {
        return console_.fail({ErrorCode::invalid_argument, "--timeout must be longer than 0",
                              "leave it away to stay until the run ends, or give e.g. 30s"});
      }
      timeout_ = *timeout;
    }
    Interrupt interrupt;
    auto engine = open();
    if (!engine) return console_.fail(engine.error());
    auto begun = begin(*engine, *file);
    if (!begun) return console_.fail(begun.error());
    return follow(*engine, interrupt);
  }

 private:
  Result<Engine> open() const {
    EngineOptions settings;
    SKALD_TRY(options_.outgoing.apply(settings));
    settings.max_tasks = options_.max_tasks;
    settings.data_dir = options_.data_dir;
    settings.durability = parse_durability(options_.durability);
    settings.allow_shell = options_.allow_shell;
    settings.allow_scripts = options_.allow_scripts;
    return Engine::open(std::move(settings));
  }

  // Goes on with the run that has the id, or starts a new one.
  Result<void> begin(Engine& engine, WorkflowFile const& file) {
    if (!options_.id.empty()) {
      auto known = engine.describe(options_.id);
      if (known) return go_on(engine, *known, file);
      if (known.error().code != ErrorCode::not_found) return std::move(known).error();
    }
    for (auto const& child : options_.with) SKALD_TRY(deploy_child(engine, child));
    // Here is where one tries things out: the file counts, whatever its version says.
    auto deployed = engine.deploy(WorkflowSource{file.text, file.name, folder_of(options_.file)},
                                  {.replace = true});
    if (!deployed) return std::move(deployed).error();
    if (deployed->replaced) {
      note(file.name + " has changed since " + deployed->workflow + " was last run in " +
           options_.data_dir + "; this run takes the new definition, earlier ones keep theirs");
    }
    auto run = engine.start(deployed->workflow, input_, {.id = options_.id, .key = {}});
    if (!run) return std::move(run).error();
    id_ = run->id();
    note("run " + id_ + " of " + deployed->workflow + " has started; " + how_to_go_on());
    return {};
  }

  Result<void> go_on(Engine& engine, Json const& known, WorkflowFile const& file) {
    id_ = options_.id;
    if (options_.input && known["input"] != input_) {
      return Error{ErrorCode::conflict, "run '" + id_ + "' was started with another input",
                   "leave --input away to go on with it, or take another --id"};
    }
    auto const workflow = std::string(known["workflow"].as_string());
    auto const named = file.graph->id.ns + "/" + file.graph->id.name;
    if (!workflow.starts_with(named + "/")) {
      return Error{ErrorCode::conflict,
                   "run '" + id_ + "' is a run of " + workflow + ", not of " + named,
                   "give the file of that workflow, or take another --id"};
    }
    if (known["status"] == Json("suspended")) {
      SKALD_TRY(engine.resume(id_, "continued with skald run", actor()));
      note("run " + id_ + " of " + workflow + " was suspended (" + reason_of(known) +
           "); it is resumed");
    } else if (known["ended"].is_string()) {
      note("run " + id_ + " of " + workflow + " has ended before; this is its end");
    } else {
      note("run " + id_ + " of " + workflow + " goes on");
    }
    if (known["digest"] != Json(graph::digest(*file.graph).hex())) {
      note(file.name + " has changed since; the run stays on the definition it began with");
    }
    return {};
  }

  static std::string reason_of(Json const& view) {
    auto const& reason = view["reason"];
    return reason.is_string() ? std::string(reason.as_string()) : "no reason is known";
  }

  // A workflow that the file runs as a child.
  static Result<void> deploy_child(Engine& engine, std::string const& name) {
    auto source = load(name);
    if (!source) return std::move(source).error();
    auto deployed = engine.deploy(std::move(*source), {.replace = true});
    if (!deployed) return std::move(deployed).error();
    auto const& missing = deployed->missing_functions;
    if (missing.size() == 0) return {};
    return Error{ErrorCode::failed_precondition,
                 name + " calls the function '" + std::string(missing[0].as_string()) +
                     "', and 'skald run' has none but those of use.functions",
                 "define it there, as a call of a service"};
  }

  Exit follow(Engine& engine, Interrupt const& interrupt) {
    using Clock = std::chrono::steady_clock;
    auto const begun = Clock::now();
    bool const live = console_.interactive() && console_.format() == Format::table;
    LiveScreen screen(console_.out(), console_.width(), console_.height());
    constexpr unsigned kRoundsToLook = 10;  // a view of a long run costs something
    unsigned rounds = 0;
    while (true) {
      auto const outcome = engine.wait(id_, patience(Clock::now() - begun));
      if (outcome) break;
      if (outcome.error().code != ErrorCode::timed_out) return console_.fail(outcome.error());
      if (live) redraw(engine, screen);
      if (!live && ++rounds % kRoundsToLook == 0) tell_waiting(engine);
      if (interrupt.raised()) {
        screen.clear();
        if (!live) tell_waiting(engine);
        return leave("interrupted", Exit::interrupted);
      }
      if (timeout_ && Clock::now() - begun >= std::chrono::microseconds(timeout_->us)) {
        screen.clear();
        if (!live) tell_waiting(engine);
        return leave("the time given with --timeout has passed", Exit::timed_out);
      }
    }
    screen.clear();
    auto view = engine.describe(id_);
    if (!view) return console_.fail(view.error());
    auto const end = show_end(console_, *view);
    if (end == Exit::suspended) {
      note("run " + id_ + " is suspended: " + reason_of(*view));
      note("mend what is wrong; then " + how_to_go_on());
    }
    return end;
  }

  // Short enough for a picture and a signal, and no longer than --timeout leaves.
  std::chrono::microseconds patience(std::chrono::nanoseconds passed) const {
    std::chrono::microseconds const most = std::chrono::milliseconds(100);
    if (!timeout_) return most;
    auto const left = std::chrono::microseconds(timeout_->us) -
                      std::chrono::duration_cast<std::chrono::microseconds>(passed);
    return std::clamp(left, std::chrono::microseconds(0), most);
  }

  void redraw(Engine& engine, LiveScreen& screen) const {
    if (auto view = engine.describe(id_)) screen.draw(draw_now(console_, *view));
  }

  // What a run waits for that nobody here will bring, once for each. Without a screen nothing else
  // would tell.
  void tell_waiting(Engine& engine) {
    auto const view = engine.describe(id_);
    if (!view || !(*view)["steps"].is_array()) return;
    for (auto const& step : (*view)["steps"].items()) {
      tell_retrying(step);
      if (!step["waitingFor"].is_string() || step["result"] != Json("waiting")) continue;
      bool const listens = step["kind"] == Json("listen");
      if (!listens && !step["lock"].is_string()) continue;
      auto const what = std::string(step["task"].as_string()) + " waits for " +
                        std::string(step["waitingFor"].as_string());
      if (!told_.insert(what).second) continue;
      note(what + (listens
                       ? "; if no step here sends it: stop this command, then " + how_to_signal()
                       : ""));
    }
  }

  // What is tried again and again without a screen that shows it, an undo perhaps without end.
  void tell_retrying(Json const& step) {
    constexpr std::size_t kAttemptsToTell = 3;
    auto const& attempts = step["attempts"];
    if (step.find("ended") != nullptr || attempts.size() <= kAttemptsToTell) return;
    auto const name = view::step_text(step);
    if (!told_.insert(name + " is tried again").second) return;
    auto const& why = attempts[attempts.size() - 2]["message"];  // the last may be under way
    note(name + " is tried again and again" +
         (why.is_string() ? ": " + std::string(why.as_string()) : ""));
  }

  std::string how_to_signal() const {
    return "'skald serve --data-dir " + shell_word(options_.data_dir) + "' and 'skald signal " +
           shell_word(id_) + " TYPE'";
  }

  Exit leave(std::string const& why, Exit code) {
    note(why + "; run " + id_ + " is kept in " + options_.data_dir + "; " + how_to_go_on());
    return code;
  }

  std::string how_to_go_on() const {
    std::string command = "skald run " + shell_word(options_.file) + " --id " + shell_word(id_);
    if (options_.data_dir != ".skald") command += " --data-dir " + shell_word(options_.data_dir);
    return "to continue it: " + command + options_.outgoing.words();
  }

  void note(std::string const& text) { console_.note(text); }

  Console& console_;
  RunOptions const& options_;
  Json input_ = Json::object();
  std::optional<Duration> timeout_;
  std::string id_;
  std::set<std::string> told_;
};

Exit run(Console& console, RunOptions const& options) {
  if (!options.dry && !options.stubs) return LocalRun(console, options).execute();
  Json input = Json::object();
  if (options.input) {
    auto given = read_json_argument(*options.input, "--input");
    if (!given) return console.fail(given.error());
    input = std::move(*given);
  }
  return dry_run(console, options.file, input, options.stubs, options.id);
}

}  // namespace

Command run_command() {
  auto options = std::make_shared<RunOptions>();
  return with_outgoing(
      {.name = "run",
       .summary = "Execute a workflow file here, durably, without a server",
       .group = "Author",
       .options =
           {{.names = "FILE",
             .target = &options->file,
             .help = "Workflow file",
             .required = true,
             .file = true},
            {.names = "-i,--input",
             .target = &options->input,
             .help = "Its input ({} when not given)",
             .value = "JSON|@FILE"},
            {.names = "-d,--data-dir",
             .target = &options->data_dir,
             .help = "Where the run is kept (.skald)",
             .value = "DIR",
             .file = true},
            {.names = "--id",
             .target = &options->id,
             .help = "Of the run; one that exists goes on where it stopped",
             .value = "ID"},
            {.names = "--with",
             .target = &options->with,
             .help = "Another workflow file, which this one runs as a child; may be "
                     "repeated",
             .value = "FILE",
             .file = true},
            {.names = "--max-tasks",
             .target = &options->max_tasks,
             .help = "Of a workflow, with the functions it calls; a larger one is refused (5000)",
             .value = "N",
             .range = {1, 1'000'000}},
            {.names = "--allow-shell",
             .target = &options->allow_shell,
             .help = "Let the workflow run shell commands on this machine"},
            {.names = "--allow-script",
             .target = &options->allow_scripts,
             .help = "Let it run scripts in this language: js, python; may be repeated",
             .value = "LANGUAGE"},
            {.names = "--durability",
             .target = &options->durability,
             .help = "What an acknowledgement means (fsync)",
             .choices = {"fsync", "interval", "none"}},
            {.names = "--timeout",
             .target = &options->timeout,
             .help = "Leave the run after this time; it can be continued",
             .value = "TIME"},
            {.names = "--dry",
             .target = &options->dry,
             .help = "Call nothing: show the path it takes, and what would be undone"},
            {.names = "--stubs",
             .target = &options->stubs,
             .help = "Answers for a dry run (docs/dry-run.md)",
             .value = "FILE",
             .file = true}},
       .run = [options](Console& console) { return run(console, *options); },
       .prints_data = true,
       .details = "Ends with the exit code of the run's end: 0 completed, 5 compensated,\n"
                  "6 suspended, 8 faulted. Ctrl-C leaves the run resumable."},
      options->outgoing);
}

}  // namespace skald::cli
