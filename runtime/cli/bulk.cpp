#include "runtime/cli/bulk.hpp"

#include <functional>
#include <iostream>
#include <map>
#include <vector>

#include "runtime/cli/server.hpp"
#include "runtime/view/operation.hpp"

namespace skald::cli {
namespace {

constexpr std::size_t kShown = 10;

Error bad_filter(std::string_view part) {
  return {ErrorCode::invalid_argument, "--where can not have '" + std::string(part) + "'",
          "it takes workflow=NAMESPACE/NAME and status=STATUS, separated by commas"};
}

// All runs that fit and have not ended.
Result<std::vector<Json>> matching(Client const& client, RunFilter filter) {
  Json found = Json::array();
  filter.limit = 1000;
  while (true) {
    auto const page = client.list(filter);
    if (!page) return page.error();
    for (auto const& run : (*page)["runs"].items()) {
      auto const status = parse_run_status(run["status"].as_string());
      if (status && !is_end(*status)) found.push_back(run);
    }
    auto const& next = (*page)["next"];
    if (!next.is_string()) return parents_first(found);
    filter.after = next.as_string();
  }
}

std::string count_of(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " run" : " runs");
}

void show_first(Console& console, std::vector<Json> const& runs) {
  for (std::size_t i = 0; i < std::min(runs.size(), kShown); ++i) {
    auto const& run = runs[i];
    console.note("  " + std::string(run["id"].as_string()) + "  " +
                 std::string(run["workflow"].as_string()) + "  " +
                 std::string(run["status"].as_string()));
  }
  if (runs.size() > kShown) console.note("  ... and " + count_of(runs.size() - kShown) + " more");
}

bool agreed(Console& console, Verb verb, std::size_t count) {
  console.err() << to_string(verb) << ' ' << count_of(count) << "? [y/N] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

// The operation on one run, or what it would do. A dry run is refused as the operation would be.
Result<Json> operate_one(Client& client, std::string const& id, Operation const& operation,
                         bool dry_run) {
  if (!dry_run) return client.operate(id, operation);
  auto effect = client.preview(id, operation);
  if (!effect || operation.verb != Verb::kill || operation.leave_effects) return effect;
  auto const& left = (*effect)["leftBehind"];
  if (left.size() == 0) return effect;
  return Error{ErrorCode::failed_precondition,
               "it would leave " + view::left_text(left) + " behind", ""};
}

// What has come of the nearest parent of a run that was told, if one was: what it was told has gone
// to its children, and a refusal only says that.
Json const* told_above(std::map<std::string, Json, std::less<>> const& told, std::string_view run) {
  while (run.find(':') != std::string_view::npos) {
    run = run.substr(0, run.rfind(':'));
    if (auto const at = told.find(run); at != told.end()) return &at->second;
  }
  return nullptr;
}

// {"id", "workflow", "done", "becomes", "left", "why"} of each run.
Json operate_all(Console& console, Client& client, Operation const& operation,
                 std::vector<Json> const& runs, bool dry_run) {
  Json rows = Json::array();
  std::map<std::string, Json, std::less<>> told;  // what they become
  for (auto const& run : runs) {
    auto const id = std::string(run["id"].as_string());
    auto const effect = operate_one(client, id, operation, dry_run);
    if (effect.ok()) told[id] = (*effect)["becomes"];
    bool const refused = !effect.ok() && effect.error().code == ErrorCode::failed_precondition;
    auto const* above = refused ? told_above(told, id) : nullptr;
    bool const done = effect.ok() || above != nullptr;
    auto row = Json::object({{"id", id}, {"workflow", run["workflow"]}, {"done", done}});
    auto const& becomes = effect.ok() ? (*effect)["becomes"] : run["status"];
    row.set("becomes", above != nullptr ? *above : becomes);
    if (!done) row.set("why", effect.error().message);
    if (effect.ok() && (*effect)["leftBehind"].size() > 0) {
      row.set("left", view::left_text((*effect)["leftBehind"]));
    }
    rows.push_back(std::move(row));
    bool const tell = console.interactive() && rows.size() % 100 == 0;
    if (tell) console.note("  " + std::to_string(rows.size()) + " of " + count_of(runs.size()));
  }
  return rows;
}

}  // namespace

Result<RunFilter> parse_where(std::string_view where) {
  RunFilter filter;
  while (!where.empty()) {
    auto const part = where.substr(0, where.find(','));
    where.remove_prefix(std::min(part.size() + 1, where.size()));
    auto const equals = part.find('=');
    if (equals == std::string_view::npos) return bad_filter(part);
    auto const name = part.substr(0, equals);
    auto const value = part.substr(equals + 1);
    if (name == "workflow" && !value.empty()) {
      filter.workflow = value;
    } else if (name == "status" && parse_run_status(value)) {
      filter.status = parse_run_status(value);
    } else {
      return bad_filter(part);
    }
  }
  return filter;
}

Exit operate_many(Console& console, Client& client, Operation const& operation,
                  BulkOptions const& options, bool dry_run) {
  auto const filter = parse_where(options.where);
  if (!filter) return console.fail(filter.error());
  auto const runs = matching(client, *filter);
  if (!runs) return console.fail(runs.error());
  if (runs->empty()) {
    console.note("no run matches " + options.where + " (runs that have ended do not count)");
    bool const unknown = note_unknown_workflow(console, client, filter->workflow);
    if (console.format() != Format::table) console.data(Json::array());
    return unknown ? Exit::not_found : Exit::ok;
  }
  console.note(count_of(runs->size()) + (runs->size() == 1 ? " fits " : " fit ") + options.where);
  show_first(console, *runs);
  bool const ask = !options.yes && !dry_run;
  if (ask && !console.interactive()) {
    return console.fail({ErrorCode::failed_precondition, "nobody is there to agree",
                         "add --yes, or --dry-run to see what would happen"});
  }
  if (ask && !agreed(console, operation.verb, runs->size())) {
    console.note("nothing was done");
    return Exit::ok;
  }
  auto const rows = operate_all(console, client, operation, *runs, dry_run);
  std::size_t refused = 0;
  for (auto const& row : rows.items()) refused += row["done"].truthy() ? 0U : 1U;
  std::vector<Column> columns{
      {"RUN", "id"}, {"WORKFLOW", "workflow"}, {dry_run ? "WOULD BECOME" : "STATUS", "becomes"}};
  bool const kill = operation.verb == Verb::kill;
  if (kill) columns.push_back({dry_run ? "WOULD LEAVE BEHIND" : "LEFT BEHIND", "left"});
  columns.push_back({"REFUSED BECAUSE", "why"});
  console.rows(rows, columns);
  if (refused == 0) return Exit::ok;
  console.note(count_of(refused) + (dry_run ? " would be refused" : " refused"));
  if (kill && !operation.leave_effects) {
    console.note("cancel undoes what they have done; --leave-effects kills them all the same");
  }
  return Exit::not_allowed;
}

}  // namespace skald::cli
