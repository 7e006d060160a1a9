// skald ls: the runs, newest first.

#include <fmt/format.h>

#include "runtime/cli/clock.hpp"
#include "runtime/cli/server.hpp"

namespace skald::cli {
namespace {

struct Options {
  std::string workflow;
  std::string status;
  std::uint64_t limit = 50;
  std::string after;
  std::string parent;
  bool roots = false;
  bool workflows = false;
  bool schedules = false;
};

// "5.3 s", of a run in a list.
std::string took(Json const& run) {
  auto const& started = run["started"];
  auto const& ended = run["ended"];
  if (!started.is_string()) return {};
  auto const begin = parse_iso8601(started.as_string());
  auto const end = ended.is_string() ? parse_iso8601(ended.as_string()) : Result<Time>(now());
  if (!begin || !end || *end < *begin) return {};
  return to_human(*end - *begin);
}

// For people: a moment without its fraction, and how long it took.
Json table_rows(Json const& runs) {
  Json rows = Json::array();
  for (auto const& run : runs.items()) {
    Json row = run;
    auto const& started = run["started"];
    if (started.is_string() && started.as_string().size() >= 19) {
      auto moment = std::string(started.as_string().substr(0, 19));
      moment[10] = ' ';
      row.set("started", moment);
    }
    row.set("took", took(run));
    rows.push_back(std::move(row));
  }
  return rows;
}

Exit list_workflows(Console& console) {
  auto client = connect(console);
  auto workflows = client.workflows();
  if (!workflows) return fail_on_server(console, workflows.error());
  if (console.format() == Format::table && workflows->size() == 0) {
    console.note("no workflows; 'skald deploy FILE' deploys one");
    return Exit::ok;
  }
  Json rows = Json::array();
  for (auto const& workflow : workflows->items()) {
    Json row = workflow;
    auto const& digest = workflow["digest"];
    bool const shorten = console.format() == Format::table && digest.is_string();
    if (shorten) row.set("digest", digest.as_string().substr(0, 12));
    rows.push_back(std::move(row));
  }
  console.rows(rows, {{"WORKFLOW", "workflow"}, {"DIGEST", "digest"}, {"DEPLOYED", "deployed"}});
  return Exit::ok;
}

// "2026-01-01 03:00:00" of a moment; a dash when there is none.
std::string moment(Json const& value) {
  if (!value.is_string() || value.as_string().size() < 19) return "-";
  std::string text(value.as_string().substr(0, 19));
  text[10] = ' ';
  return text;
}

Exit list_schedules(Console& console) {
  auto client = connect(console);
  auto schedules = client.schedules();
  if (!schedules) return fail_on_server(console, schedules.error());
  if (console.format() != Format::table) {
    console.data(*schedules);
    return Exit::ok;
  }
  if (schedules->size() == 0) {
    console.note("nothing starts by itself; a workflow with 'schedule:' does");
    return Exit::ok;
  }
  Json rows = Json::array();
  for (auto const& schedule : schedules->items()) {
    Json row = schedule;
    row.set("next", moment(schedule["next"]));
    row.set("last", moment(schedule["last"]));
    rows.push_back(std::move(row));
  }
  console.rows(rows, {{"WORKFLOW", "workflow"},
                      {"SCHEDULE", "schedule"},
                      {"NEXT", "next"},
                      {"LAST", "last"},
                      {"STARTED", "started"},
                      {"SKIPPED", "skipped"}});
  return Exit::ok;
}

Exit list(Console& console, Options const& options) {
  if (options.schedules) return list_schedules(console);
  if (options.workflows) return list_workflows(console);
  RunFilter filter;
  filter.workflow = options.workflow;
  filter.limit = options.limit;
  filter.after = options.after;
  filter.parent = options.parent;
  filter.roots = options.roots;
  if (!options.status.empty()) filter.status = parse_run_status(options.status);
  auto client = connect(console);
  auto page = client.list(filter);
  if (!page) return fail_on_server(console, page.error());
  auto const& runs = (*page)["runs"];
  if (console.format() != Format::table) {
    console.data(runs);
  } else if (runs.size() == 0) {
    console.note("no runs");
  } else {
    console.rows(table_rows(runs), {{"RUN", "id"},
                                    {"WORKFLOW", "workflow"},
                                    {"STATUS", "status"},
                                    {"STARTED", "started"},
                                    {"TIME", "took"}});
  }
  if (runs.size() == 0) note_unknown_workflow(console, client, options.workflow);
  auto const& next = (*page)["next"];
  if (next.is_string()) {
    console.note("more: skald ls --after '" + std::string(next.as_string()) + "'");
  }
  return Exit::ok;
}

}  // namespace

Command ls_command() {
  auto options = std::make_shared<Options>();
  return server_command(
      "ls", "List runs, newest first",
      {{.names = "--workflow",
        .target = &options->workflow,
        .help = "Only of this workflow: namespace/name or namespace/name/version",
        .value = "NAME"},
       {.names = "--parent",
        .target = &options->parent,
        .help = "Only children of this run",
        .value = "RUN"},
       {.names = "--roots", .target = &options->roots, .help = "Only runs that are no child"},
       {.names = "--status",
        .target = &options->status,
        .help = "Only with this status",
        .choices = {"pending", "running", "waiting", "compensating", "suspended", "completed",
                    "faulted", "compensated", "cancelled", "killed"}},
       {.names = "--workflows",
        .target = &options->workflows,
        .help = "The deployed workflows instead of the runs"},
       {.names = "--limit",
        .target = &options->limit,
        .help = "At most this many, 1 to 1000 (50)",
        .value = "N",
        .range = {1, 1000}},
       {.names = "--schedules",
        .target = &options->schedules,
        .help = "What starts by itself, and when next, instead of the runs"},
       {.names = "--after",
        .target = &options->after,
        .help = "Go on behind this cursor",
        .value = "CURSOR"}},
      [options](Console& console) { return list(console, *options); });
}

}  // namespace skald::cli
