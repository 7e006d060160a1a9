// skald plan, signal: what a cancel would undo, and an event for a run.

#include "runtime/cli/input.hpp"
#include "runtime/cli/server.hpp"
#include "runtime/view/draw_run.hpp"

namespace skald::cli {
namespace {

struct Options {
  std::string run;
  std::string type;
  std::optional<std::string> data;
  std::string source;
  std::string id;
};

// What an undo calls, or the steps of its block when that is not known.
std::string undone_by(Json const& undo) {
  if (auto const* child = undo.find("child")) return "child run " + std::string(child->as_string());
  auto const& calls = undo["calls"];
  auto const& steps = calls.size() > 0 ? calls : undo["by"];
  std::string text;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    auto const& step = calls.size() > 0 ? steps[i]["call"] : steps[i];
    if (step.is_string()) text += (text.empty() ? "" : ", ") + std::string(step.as_string());
  }
  return text;
}

// Rows in the order of the undoing; those of a child run below the child: 2, 2.1, 2.2.
void add_undo_rows(Json const& undos, std::string const& before, Json& rows) {
  unsigned order = 0;
  for (auto const& undo : undos.items()) {
    Json row = undo;
    auto const place = before + std::to_string(++order);
    row.set("order", place);
    row.set("task", view::step_text(undo));
    row.set("by", undone_by(undo));
    row.erase("undos");
    rows.push_back(std::move(row));
    if (auto const* inner = undo.find("undos")) add_undo_rows(*inner, place + ".", rows);
  }
}

void print_undos(Console& console, Json const& undos, bool begun) {
  Json rows = Json::array();
  add_undo_rows(undos, "", rows);
  std::vector<Column> columns{{"#", "order"}, {"TASK", "task"}, {"OUTCOME", "outcome"}};
  if (begun) columns.insert(columns.end(), {{"UNDO", "status"}, {"ATTEMPTS", "attempts"}});
  columns.insert(columns.end(), {{"UNDONE BY", "by"}, {"KEY", "key"}});
  console.rows(rows, columns);
}

std::string plan_heading(std::string_view phase, bool empty) {
  if (phase == "undoing") return "its plan, first to last:";
  if (phase == "done") return empty ? "nothing had to be undone" : "its plan, first to last:";
  if (phase == "kept") return "it has completed; when its parent unwinds, this is undone:";
  if (phase == "none") return "nothing was undone";
  if (phase == "stopping") {
    return empty ? "it is stopping, and nothing has to be undone so far"
                 : "it is stopping; when the open calls have settled, this is undone:";
  }
  return empty ? "a cancel now would undo nothing" : "a cancel now would undo, in this order:";
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
  auto const phase = (*plan)["phase"].as_string();
  console.note(plan_heading(phase, undos.size() == 0));
  if (undos.size() > 0) print_undos(console, undos, phase == "undoing" || phase == "done");
  return Exit::ok;
}

std::string what_came_of(Published const& event, Options const& options) {
  if (event.repeated) {
    return "event " + event.id + " of " + event.source + " had been sent before: nothing happened";
  }
  if (event.delivered > 0) return "run " + options.run + " took the event " + options.type;
  return "run " + options.run + " did not take it: it does not listen for " + options.type +
         " now, or what it listens for does not fit ('with', 'correlate'); the event is kept until "
         "the run ends, for a listen that begins later";
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
  return server_command("plan", "Show what a cancel would undo, what is being undone, or what was",
                        {run_argument(&options->run)},
                        [options](Console& console) { return plan(console, *options); });
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
