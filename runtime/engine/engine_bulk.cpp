// An operator's verb on all runs that a filter fits.

#include <algorithm>

#include "runtime/engine/engine.hpp"
#include "runtime/view/operation.hpp"

namespace skald {
namespace {

// So many runs are touched by one call; what it gives says where to go on.
constexpr std::size_t kMostRuns = 1000;

// A kill that would leave something, and was not told that this is known.
bool is_refused(Operation const& operation, Json const& left) {
  return operation.verb == Verb::kill && !operation.leave_effects && left.size() > 0;
}

// True when a parent of the run was told: what it was told has gone to its children.
bool was_told(Json const& done, std::string_view run) {
  return std::ranges::any_of(done.items(),
                             [run](Json const& told) { return is_below(run, told.as_string()); });
}

// One run of many: its id, or why not. A dry run is refused as the operation would be.
void operate_one(Engine& engine, std::string const& id, Operation const& operation, bool dry_run,
                 Json& done, Json& refused) {
  auto const effect = dry_run ? engine.preview(id, operation) : engine.operate(id, operation);
  if (!effect.ok()) {
    bool const nothing_left = effect.error().code == ErrorCode::failed_precondition;
    if (nothing_left && was_told(done, id)) return done.push_back(id);
    refused.push_back(Json::object({{"id", id}, {"why", effect.error().message}}));
    return;
  }
  auto const& left = (*effect)["leftBehind"];
  if (!is_refused(operation, left)) return done.push_back(id);
  auto const why = "a kill would leave " + view::left_text(left) + " behind";
  refused.push_back(Json::object({{"id", id}, {"why", why}, {"leftBehind", left}}));
}

}  // namespace

Result<Json> Engine::operate_many(RunFilter filter, Operation operation, bool dry_run) {
  if (needs_step(operation.verb)) {
    return Error{
        ErrorCode::invalid_argument,
        std::string("many runs at once can not be told to '") + to_string(operation.verb) + "'",
        "cancel, kill, suspend and resume can"};
  }
  if (filter.workflow.empty() && !filter.status && filter.parent.empty()) {
    return Error{ErrorCode::invalid_argument, "the filter does not say which runs",
                 "give a workflow, a status or a parent"};
  }
  filter.limit = kMostRuns;
  auto const page = list(filter);
  if (!page.ok()) return page.error();
  Json done = Json::array();
  Json refused = Json::array();
  for (auto const& run : parents_first((*page)["runs"])) {
    auto const status = parse_run_status(run["status"].as_string());
    if (!status || is_end(*status)) continue;
    operate_one(*this, std::string(run["id"].as_string()), operation, dry_run, done, refused);
  }
  return Json::object({{"verb", to_string(operation.verb)},
                       {"dryRun", dry_run},
                       {"done", std::move(done)},
                       {"refused", std::move(refused)},
                       {"next", (*page)["next"]}});
}

}  // namespace skald
