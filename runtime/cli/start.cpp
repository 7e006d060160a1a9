// skald start WORKFLOW.

#include <fmt/format.h>

#include "runtime/cli/engine_options.hpp"
#include "runtime/cli/input.hpp"
#include "runtime/cli/server.hpp"
#include "runtime/view/draw_run.hpp"

namespace skald::cli {
namespace {

struct Options {
  std::string workflow;
  std::optional<std::string> input;
  std::string id;
  std::string key;
  bool wait = false;
  std::optional<std::string> timeout;
};

Exit start(Console& console, Options const& options) {
  auto input =
      options.input ? read_json_argument(*options.input, "--input") : Result<Json>(Json::object());
  if (!input) return console.fail(input.error());
  std::optional<std::chrono::milliseconds> timeout;
  if (options.timeout) {
    auto const span = parse_time_span(*options.timeout);
    if (!span) return console.fail(span.error());
    timeout = std::chrono::milliseconds(span->milliseconds());
  }
  auto client = connect(console);
  auto started =
      client.start(options.workflow, std::move(*input), {.id = options.id, .key = options.key});
  if (!started) return fail_on_server(console, started.error());
  if (options.wait || timeout) {
    console.note("run " + started->id + " has started");
    return follow_run(console, client, started->id,
                      {.timeout = timeout, .live = console.interactive()});
  }
  console.show(Json::object({{"id", started->id}, {"created", started->created}}),
               started->id + "\n");
  console.note(fmt::format("{}; see it with: skald watch {}",
                           started->created ? "started" : "was started before", started->id));
  // An input that the workflow refuses ends the run at once.
  auto const now = client.status(started->id);
  if (!now || now->status != RunStatus::faulted) return Exit::ok;
  console.note("it has ended already: faulted: " + view::error_text(now->error));
  return exit_of_status("faulted");
}

}  // namespace

Command start_command() {
  auto options = std::make_shared<Options>();
  return server_command(
      "start", "Start a run",
      {{.names = "WORKFLOW",
        .target = &options->workflow,
        .help = "namespace/name (the newest version) or namespace/name/version",
        .required = true},
       {.names = "-i,--input",
        .target = &options->input,
        .help = "Its input ({} when not given)",
        .value = "JSON|@FILE"},
       {.names = "--id",
        .target = &options->id,
        .help = "Of the run; the same id and input give the same run",
        .value = "ID"},
       {.names = "--key",
        .target = &options->key,
        .help = "Idempotency key; the same key and input give the same run",
        .value = "KEY"},
       {.names = "-w,--wait", .target = &options->wait, .help = "Wait for its end and show it"},
       {.names = "--timeout",
        .target = &options->timeout,
        .help = "Wait at most this long (ends with 7 when the time is up)",
        .value = "TIME"}},
      [options](Console& console) { return start(console, *options); });
}

}  // namespace skald::cli
