// skald plan, signal: what a cancel would undo, and an event for a run.

#include "runtime/cli/input.hpp"
#include "runtime/cli/listening.hpp"
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
void add_undo_rows(Json const& undos, std::string const& before, std::string const& scope,
                   Json& rows) {
  unsigned order = 0;
  for (auto const& undo : undos.items()) {
    Json row = undo;
    auto const place = before + std::to_string(++order);
    row.set("order", place);
    row.set("scope", scope);
    row.set("task", view::step_text(undo));
    row.set("by", undone_by(undo));
    row.erase("undos");
    rows.push_back(std::move(row));
    if (auto const* inner = undo.find("undos")) add_undo_rows(*inner, place + ".", scope, rows);
  }
}

void print_undos(Console& console, Json const& rows, bool begun, bool scopes) {
  if (rows.size() == 0) return;
  std::vector<Column> columns;
  if (scopes) columns.push_back({"SCOPE", "scope"});
  columns.insert(columns.end(), {{"#", "order"}, {"TASK", "task"}, {"OUTCOME", "outcome"}});
  if (begun) columns.insert(columns.end(), {{"UNDO", "status"}, {"ATTEMPTS", "attempts"}});
  columns.insert(columns.end(), {{"UNDONE BY", "by"}, {"KEY", "key"}});
  console.rows(rows, columns);
}

std::string_view text(Json const& object, std::string_view member) {
  auto const& value = object[member];
  return value.is_string() ? value.as_string() : std::string_view{};
}

// The task that handles the error: the scope inside of it is the one that unwinds.
std::string scope_of(Json const& unwinding) {
  auto const handler = text(unwinding, "handler");
  return std::string(handler.substr(handler.rfind('/') + 1));
}

// "next: b, which is suspended"; empty when everything is undone.
std::string next_undo(Json const& undos) {
  for (auto const& undo : undos.items()) {
    auto const status = text(undo, "status");
    if (status == "done" || status == "skipped") continue;
    auto line = "next: " + view::step_text(undo);
    return status == "pending" ? line : line + ", which is " + std::string(status);
  }
  return {};
}

// What unwinds inside of the run, or has unwound there: a line for each scope; its undos as rows.
void add_inner(Console& console, Json const& unwinding, Json& rows) {
  auto const scope = scope_of(unwinding);
  bool const over = text(unwinding, "status") == "done";
  bool const stopping = text(unwinding, "status") == "stopping";
  auto const* undos = unwinding.find("undos");
  if (scope.empty() || (undos == nullptr && !stopping)) return;
  auto line = "'" + scope + "' " + (over ? "has unwound" : stopping ? "is stopping" : "unwinds");
  line += ' ' + view::unwinding_text(unwinding);
  if (stopping) line += "; next: its open calls settle";
  if (undos != nullptr) {
    auto const next = next_undo(*undos);
    if (!next.empty()) line += "; " + next;
    add_undo_rows(*undos, "", scope, rows);
  }
  console.note(line);
}

std::string plan_heading(std::string_view phase, bool empty, bool inner) {
  if (phase == "undoing") return "its plan, first to last:";
  if (phase == "done") return empty ? "nothing had to be undone" : "its plan, first to last:";
  if (phase == "kept") return "it has completed; when its parent unwinds, this is undone:";
  if (phase == "none") return inner ? "nothing else was undone" : "nothing was undone";
  if (phase == "stopping") {
    if (inner) {
      return empty ? "then the run ends, and nothing else has to be undone"
                   : "then the run undoes the rest, in this order:";
    }
    return empty ? "it is stopping, and nothing has to be undone so far"
                 : "it is stopping; when the open calls have settled, this is undone:";
  }
  if (inner) {
    return empty ? "a cancel now would undo nothing else"
                 : "a cancel now would then undo the rest, in this order:";
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
  Json rows = Json::array();
  for (auto const& unwinding : (*plan)["unwinding"].items()) add_inner(console, unwinding, rows);
  bool const inner = rows.size() > 0;
  auto const& undos = (*plan)["undos"];
  auto const phase = text(*plan, "phase");
  console.note(plan_heading(phase, undos.size() == 0, inner));
  add_undo_rows(undos, "", "the run", rows);
  print_undos(console, rows, inner || phase == "undoing" || phase == "done", inner);
  return Exit::ok;
}

// Why the run did not take it. What can not be found out is not worth a failure.
std::string why_not(Client& client, Options const& options, Json const& event) {
  std::string unknown = "does not listen for " + options.type +
                        " now, or what it listens for does not fit ('with', 'correlate')";
  auto view = client.describe(options.run);
  if (!view || !(*view)["workflow"].is_string()) return unknown;
  auto const deployed = client.workflow((*view)["workflow"].as_string());
  if (!deployed) return unknown;
  auto const graph = graph::from_json((*deployed)["graph"]);
  return graph ? why_not_taken(*view, *graph, event) : unknown;
}

std::string what_came_of(Client& client, Published const& published, Json const& event,
                         Options const& options) {
  if (published.repeated) {
    return "event " + published.id + " of " + published.source +
           " had been sent before: nothing happened";
  }
  if (published.delivered > 0) return "run " + options.run + " took the event " + options.type;
  return "run " + options.run + " did not take it: it " + why_not(client, options, event) +
         "; the event is kept until the run ends, for a listen that begins later";
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
  auto done = client.publish(event);
  if (!done) return fail_on_server(console, done.error());
  if (console.format() != Format::table) {
    console.data(Json::object({{"id", done->id},
                               {"source", done->source},
                               {"delivered", done->delivered > 0},
                               {"repeated", done->repeated},
                               {"keptUntil", to_iso8601(done->kept_until)}}));
  }
  console.note(what_came_of(client, *done, event, options));
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
