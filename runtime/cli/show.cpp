// skald show, watch, wait: one run, now, all the time, or at its end.

#include "runtime/cli/engine_options.hpp"
#include "runtime/cli/next_verbs.hpp"
#include "runtime/cli/run_output.hpp"
#include "runtime/cli/server.hpp"

namespace skald::cli {
namespace {

struct Options {
  std::string run;
  bool attempts = false;
  bool watch = false;
  std::optional<std::string> timeout;
};

Exit show(Console& console, Options const& options) {
  auto client = connect(console);
  if (options.watch) {
    bool const live = console.interactive() && console.format() == Format::table;
    return follow_run(console, client, options.run, {.live = live});
  }
  auto view = client.describe(options.run);
  if (!view) return fail_on_server(console, view.error());
  console.show(*view, draw_now(console, *view, options.attempts) + next_verbs(*view));
  return Exit::ok;
}

Exit wait(Console& console, Options const& options) {
  std::optional<std::chrono::milliseconds> timeout;
  if (options.timeout) {
    auto const span = parse_time_span(*options.timeout);
    if (!span) return console.fail(span.error());
    timeout = std::chrono::milliseconds(span->milliseconds());
  }
  auto client = connect(console);
  return follow_run(console, client, options.run, {.timeout = timeout, .quiet = true});
}

}  // namespace

Command show_command() {
  auto options = std::make_shared<Options>();
  return server_command("show", "Draw a run: steps, attempts, waits, and the way back",
                        {run_argument(&options->run),
                         {.names = "-a,--attempts",
                          .target = &options->attempts,
                          .help = "Every attempt, also of calls that succeeded at once"},
                         {.names = "-w,--watch",
                          .target = &options->watch,
                          .help = "Draw it again at every change until it ends"}},
                        [options](Console& console) { return show(console, *options); });
}

Command watch_command() {
  auto options = std::make_shared<Options>();
  options->watch = true;
  return server_command("watch", "Follow a run until it ends", {run_argument(&options->run)},
                        [options](Console& console) { return show(console, *options); });
}

Command wait_command() {
  auto options = std::make_shared<Options>();
  return server_command("wait", "Wait until a run ends; the exit code says how",
                        {run_argument(&options->run),
                         {.names = "--timeout",
                          .target = &options->timeout,
                          .help = "At most this long (ends with 7 when the time is up)",
                          .value = "TIME"}},
                        [options](Console& console) { return wait(console, *options); });
}

}  // namespace skald::cli
