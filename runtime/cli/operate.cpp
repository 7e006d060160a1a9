// skald plan, cancel, kill, resume, signal: what an operator does to a run.

#include "runtime/cli/input.hpp"
#include "runtime/cli/server.hpp"

namespace skald::cli {
namespace {

struct Options {
  std::string run;
  std::string reason;
  std::string type;
  std::optional<std::string> data;
  std::string source;
  std::string id;
  bool wait = false;
  bool leave_effects = false;
};

Option reason_option(std::string* target) {
  return {.names = "--reason", .target = target, .help = "Why; stands in the run's history"};
}

// What would be undone, as rows in the order of the undoing.
void print_undos(Console& console, Json const& undos) {
  Json rows = Json::array();
  for (auto const& undo : undos.items()) {
    Json row = undo;
    row.set("order", static_cast<unsigned>(rows.size() + 1));
    std::string by;
    auto const& steps = undo["by"];
    for (std::size_t i = 0; i < steps.size(); ++i) {
      by += (i == 0 ? "" : ", ") + std::string(steps[i].is_string() ? steps[i].as_string() : "");
    }
    row.set("by", by);
    rows.push_back(std::move(row));
  }
  console.rows(rows, {{"#", "order"},
                      {"TASK", "task"},
                      {"OUTCOME", "outcome"},
                      {"UNDONE BY", "by"},
                      {"KEY", "key"}});
}

Exit plan(Console& console, Options const& options) {
  auto client = connect(console);
  auto plan = client.plan(options.run);
  if (!plan) return fail_on_server(console, plan.error());
  if (console.format() != Format::table) {
    console.data(*plan);
    return Exit::ok;
  }
  auto const& undos = (*plan)["undos"];
  auto const count = undos.size();
  if (count == 0) {
    console.note("a cancel now would undo nothing");
    return Exit::ok;
  }
  console.note("a cancel now would undo, in this order:");
  print_undos(console, undos);
  return Exit::ok;
}

Exit cancel(Console& console, Options const& options) {
  auto client = connect(console);
  auto done = client.cancel(options.run, options.reason, actor());
  if (!done) return fail_on_server(console, done.error());
  console.note("run " + options.run + " is being cancelled");
  if (!options.wait) return Exit::ok;
  return follow_run(console, client, options.run, {.live = console.interactive()});
}

Exit kill(Console& console, Options const& options) {
  auto client = connect(console);
  auto plan = client.plan(options.run);
  if (!plan) return fail_on_server(console, plan.error());
  auto const& undos = (*plan)["undos"];
  if (undos.size() > 0) {
    console.note(options.leave_effects ? "this stays behind:" : "this would stay behind:");
    print_undos(console, undos);
  }
  if (!options.leave_effects) {
    return console.fail({ErrorCode::failed_precondition,
                         "a kill ends the run at once and undoes nothing",
                         "skald cancel " + options.run +
                             " undoes it; to kill it all the same: "
                             "skald kill " +
                             options.run + " --leave-effects"});
  }
  auto done = client.kill(options.run, options.reason, actor());
  if (!done) return fail_on_server(console, done.error());
  console.note("run " + options.run + " was killed");
  return Exit::ok;
}

Exit resume(Console& console, Options const& options) {
  auto client = connect(console);
  auto done = client.resume(options.run, options.reason, actor());
  if (!done) return fail_on_server(console, done.error());
  console.note("run " + options.run + " goes on");
  return Exit::ok;
}

std::string what_came_of(Published const& event, Options const& options) {
  if (event.repeated) {
    return "event " + event.id + " of " + event.source + " had been sent before: nothing happened";
  }
  if (event.delivered > 0) return "run " + options.run + " took the event " + options.type;
  return "run " + options.run + " does not listen for " + options.type +
         " now; the event is kept until " + to_iso8601(event.kept_until) +
         " for a listen that begins later";
}

Exit signal(Console& console, Options const& options) {
  Json event = Json::object({{"type", options.type}, {"source", options.source}});
  if (!options.id.empty()) event.set("id", options.id);
  event.set("skaldrun", options.run);
  if (options.data) {
    auto data = read_json_argument(*options.data, "--data");
    if (!data) return console.fail(data.error());
    event.set("datacontenttype", "application/json");
    event.set("data", std::move(*data));
  }
  auto client = connect(console);
  auto done = client.publish(std::move(event));
  if (!done) return fail_on_server(console, done.error());
  if (console.format() != Format::table) {
    console.data(Json::object({{"id", done->id},
                               {"source", done->source},
                               {"delivered", done->delivered > 0},
                               {"repeated", done->repeated},
                               {"keptUntil", to_iso8601(done->kept_until)}}));
  }
  console.note(what_came_of(*done, options));
  return Exit::ok;
}

}  // namespace

Command plan_command() {
  auto options = std::make_shared<Options>();
  return server_command("plan", "Show what a cancel would undo now", {run_argument(&options->run)},
                        [options](Console& console) { return plan(console, *options); });
}

Command cancel_command() {
  auto options = std::make_shared<Options>();
  return server_command(
      "cancel", "Stop a run and undo what it has done",
      {run_argument(&options->run),
       reason_option(&options->reason),
       {.names = "-w,--wait", .target = &options->wait, .help = "Wait until it is undone"}},
      [options](Console& console) { return cancel(console, *options); });
}

Command kill_command() {
  auto options = std::make_shared<Options>();
  return server_command("kill", "End a run at once; what it has done stays",
                        {run_argument(&options->run),
                         reason_option(&options->reason),
                         {.names = "--leave-effects",
                          .target = &options->leave_effects,
                          .help = "Yes, undo nothing"}},
                        [options](Console& console) { return kill(console, *options); });
}

Command resume_command() {
  auto options = std::make_shared<Options>();
  return server_command("resume", "Go on with a suspended run",
                        {run_argument(&options->run), reason_option(&options->reason)},
                        [options](Console& console) { return resume(console, *options); });
}

Command signal_command() {
  auto options = std::make_shared<Options>();
  options->source = "skald/cli";
  return server_command(
      "signal", "Send an event to a run",
      {run_argument(&options->run),
       {.names = "TYPE",
        .target = &options->type,
        .help = "The event's type: travel.approval.v1",
        .required = true},
       {.names = "--data", .target = &options->data, .help = "Its data", .value = "JSON|@FILE"},
       {.names = "--source",
        .target = &options->source,
        .help = "Its source (skald/cli)",
        .value = "URI"},
       {.names = "--event-id",
        .target = &options->id,
        .help = "Its id; the same source and id are taken once",
        .value = "ID"}},
      [options](Console& console) { return signal(console, *options); });
}

}  // namespace skald::cli
