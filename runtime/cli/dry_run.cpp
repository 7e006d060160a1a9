#include "runtime/cli/dry_run.hpp"

#include <ostream>

#include "runtime/cli/clock.hpp"
#include "runtime/cli/run_output.hpp"
#include "runtime/cli/stub_file.hpp"
#include "runtime/cli/workflow_file.hpp"
#include "runtime/rehearsal/rehearsal.hpp"
#include "runtime/view/run_view.hpp"

namespace skald::cli {
namespace {

std::string joined(std::vector<std::string> const& names) {
  std::string out;
  for (auto const& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

Json failures_json(std::vector<runtime::Rehearsed::Failure> const& failures) {
  Json out = Json::array();
  for (auto const& failure : failures) {
    Json undone = Json::array();
    for (auto const& name : failure.undone) undone.push_back(name);
    out.push_back(Json::object({{"task", failure.task}, {"undone", std::move(undone)}}));
  }
  return out;
}

std::string drawn_failures(std::vector<runtime::Rehearsed::Failure> const& failures) {
  if (failures.empty()) return {};
  std::size_t width = 0;
  for (auto const& each : failures) width = std::max(width, count_code_points(each.task));
  std::string out = "\nif it failed at\n";
  for (auto const& each : failures) {
    out += "  " + each.task + std::string(width - count_code_points(each.task), ' ') +
           (each.undone.empty() ? "  nothing before it would be undone"
                                : "  undone: " + joined(each.undone)) +
           "\n";
  }
  return out;
}

}  // namespace

Exit dry_run(Console& console, std::string const& path, Json const& input,
             std::optional<std::string> const& stubs_path, std::string const& id) {
  auto file = load_workflow(path);
  if (!file) return console.fail(file.error());
  report(console, *file);
  if (!file->ok()) return Exit::error;
  auto failed = Exit::ok;
  auto stubs = read_stubs(console, stubs_path, *file->graph, failed);
  if (!stubs) return failed;
  auto const rehearsed = runtime::rehearse(*file->graph, input, *stubs, now(),
                                           id.empty() ? runtime::kRehearsedRun : id);
  if (!rehearsed) return console.fail(rehearsed.error());
  Json view = view::run_view(rehearsed->records, *file->graph);
  view.set("wouldUndo", failures_json(rehearsed->failures));
  console.show(view, console.format() == Format::table
                         ? draw_now(console, view) + drawn_failures(rehearsed->failures)
                         : "");
  console.note("a dry run: nothing was called, and the times are made up");
  if (!stubs->unknown().empty()) {
    console.note("without a stub, taken for a success with no content: " +
                 joined(stubs->unknown()));
  }
  if (!rehearsed->untaken.empty()) {
    console.note("events that fitted no listen: " + joined(rehearsed->untaken) +
                 "; look at its 'with' and 'correlate' ($workflow.id is '" +
                 (id.empty() ? runtime::kRehearsedRun : id) + "')");
  }
  if (!rehearsed->ended) {
    console.note("it does not end: it waits for " + rehearsed->waiting_for +
                 "; the stubs can have it below 'events'");
    return Exit::timed_out;
  }
  auto const& status = view["status"];
  return status.is_string() ? exit_of_status(status.as_string()) : Exit::ok;
}

}  // namespace skald::cli
