// What an Engine tells about its runs and workflows.

#include <algorithm>
#include <map>

#include "runtime/engine/engine_impl.hpp"
#include "runtime/engine/event_sinks.hpp"
#include "runtime/engine/history_pages.hpp"
#include "runtime/engine/run_feed.hpp"
#include "runtime/engine/run_reader.hpp"
#include "runtime/view/plan_view.hpp"
#include "runtime/view/run_view.hpp"

namespace skald {
namespace {

constexpr Duration kIndexPatience = Duration::from_seconds(5);

// Longer than any write takes, but for one on a full disk.
constexpr std::chrono::seconds kDiskPatience{5};

Error journal_behind() {
  return {ErrorCode::overloaded, "the journal is behind", "try again; `/healthz` shows the disk"};
}

Json deployment_json(runtime::Deployments::Item const& item) {
  return Json::object({{"workflow", item.deployed.workflow},
                       {"digest", item.deployed.digest},
                       {"deployed", to_iso8601(item.deployed.at)}});
}

// As time_key() makes them: "t/", 16 hexadecimal digits, "/", the run.
bool is_cursor(std::string_view text) {
  if (!text.starts_with("t/") || text.size() < 20 || text[18] != '/') return false;
  auto const digits = text.substr(2, 16);
  return digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool fits(Json const& summary, RunFilter const& filter) {
  auto const workflow = summary["workflow"].as_string();
  bool const named = filter.workflow.empty() || workflow == filter.workflow ||
                     workflow.starts_with(filter.workflow + "/");
  bool const status = !filter.status ||
                      summary["status"].as_string() == std::string_view(to_string(*filter.status));
  auto const& parent = summary["parent"];
  bool const family = filter.parent.empty() || parent == Json(filter.parent);
  return named && status && family && (!filter.roots || parent.is_null());
}

}  // namespace

Result<Json> Engine::describe(std::string const& run, std::stop_token stop) const {
  return runtime::RunFeed(*impl_, run).view(stop);
}

Result<Json> Engine::history(std::string const& run, HistoryFilter const& filter,
                             std::stop_token stop) const {
  return impl_->pages->page(*impl_, run, filter, stop);
}

std::unique_ptr<runtime::RunFeed> Engine::feed(std::string run) const {
  return std::make_unique<runtime::RunFeed>(*impl_, std::move(run));
}

Result<Json> Engine::graph(std::string const& run) const {
  runtime::RunReader reader(*impl_, run);
  std::string digest;
  SKALD_TRY(reader.read([&](runtime::Record const& record) {
    if (auto const* started = std::get_if<runtime::RunStarted>(&record.body)) {
      digest = started->graph;
    }
    return false;
  }));
  auto const& graph = *reader.graph();
  return Json::object(
      {{"workflow", graph.id.text()}, {"digest", digest}, {"graph", graph::to_json(graph)}});
}

Result<Json> Engine::plan(std::string const& run) const {
  runtime::RunReader reader(*impl_, run);
  std::optional<view::RunFold> fold;
  Time last;
  SKALD_TRY(reader.read([&](runtime::Record const& record) {
    if (!fold) fold.emplace(*reader.graph());
    fold->add(record);
    last = record.at;
    return true;
  }));
  // A child has fewer levels below it than its parent, so this ends.
  auto children = [this](std::string const& child) { return this->plan(child).value_or(Json()); };
  auto json = view::plan_view(*fold, *reader.graph(), last, children);
  // Its child may be suspended, and then it is.
  auto const known = status(run);
  if (known.ok() && known->status == RunStatus::suspended) json.set("status", "suspended");
  return json;
}

Result<Json> Engine::preview(std::string const& run, Operation operation) const {
  auto const now = impl_->clock->now();
  auto asked = impl_->thread_of(run).ask_durable(
      run, kDiskPatience,
      [run, operation = std::move(operation), now](runtime::Partition& partition) {
        return partition.preview(run, operation, now);
      });
  if (!asked) return journal_behind();
  return std::move(*asked);
}

Result<Outcome> Engine::status(std::string const& run) const {
  auto report = impl_->thread_of(run).ask_durable(
      run, kDiskPatience, [run](runtime::Partition& partition) { return partition.report(run); });
  if (!report) return journal_behind();
  return outcome_of(std::move(*report));
}

Result<Json> Engine::list(RunFilter const& filter) const {
  if (!filter.after.empty() && !is_cursor(filter.after)) {
    return Error{ErrorCode::invalid_argument, "'" + filter.after + "' is no cursor of a list",
                 "a page gives the cursor of the next one; without a cursor the list begins"};
  }
  auto const limit = std::clamp<std::size_t>(filter.limit, 1, 1000);
  std::vector<std::pair<std::string, Json>> found;  // time key, summary
  for (auto const& unit : impl_->units) {
    unit.index->wait_applied(unit.journal->durable(), kIndexPatience);
    std::size_t count = 0;
    std::vector<std::string> keys;
    // The summaries are read outside the scan, which may hold a lock.
    auto after = filter.after;
    while (count <= limit) {
      keys.clear();
      unit.index->scan("t/", after, [&](std::string_view key, std::string_view) {
        keys.emplace_back(key);
        return keys.size() < limit + 1;
      });
      if (keys.empty()) break;
      for (auto const& key : keys) {
        auto const run = key.substr(key.find('/', 2) + 1);
        auto const text = unit.index->get(runtime::run_key(run));
        if (!text.ok()) return text.error();
        auto summary = *text ? parse_json(**text) : Result<Json>(Json());
        if (!summary.ok() || !summary->is_object() || !fits(*summary, filter)) continue;
        found.emplace_back(key, std::move(*summary));
        ++count;
      }
      after = keys.back();
    }
  }
  std::sort(found.begin(), found.end(),
            [](auto const& a, auto const& b) { return a.first < b.first; });
  Json runs = Json::array();
  Json next;
  for (auto& [key, summary] : found) {
    if (runs.size() == limit) break;
    summary.erase("bodyDigest");
    runs.push_back(std::move(summary));
    next = Json(key);
  }
  if (found.size() <= limit) next = nullptr;
  return Json::object({{"runs", runs}, {"next", next}});
}

Json Engine::workflows() const {
  Json all = Json::array();
  for (auto const& item : impl_->deployments.all()) all.push_back(deployment_json(*item));
  return all;
}

Result<Json> Engine::workflow(std::string_view name) const {
  auto const item = impl_->deployments.find(name);
  if (!item) return runtime::no_such_workflow(name, impl_->deployments.names());
  auto json = deployment_json(*item);
  json.set("source", item->deployed.source);
  json.set("sourceName", item->deployed.source_name);
  json.set("graph", graph::to_json(*item->graph));
  auto const& id = item->graph->id;
  auto const entries = schedules();
  for (auto const& entry : entries.items()) {
    if (entry["name"] == Json(id.ns + "/" + id.name)) json.set("schedule", entry);
  }
  return json;
}

Json Engine::targets() const {
  Json out = Json::array();
  for (auto const& target : impl_->http->targets()) {
    out.push_back(Json::object({{"target", target.name},
                                {"limit", Json(std::uint64_t{target.limit})},
                                {"inFlight", Json(std::uint64_t{target.in_flight})},
                                {"queued", Json(std::uint64_t{target.queued})},
                                {"rate", target.rate > 0 ? Json(target.rate) : Json()},
                                {"breaker", target.breaker},
                                {"failures", Json(std::uint64_t{target.failures})}}));
  }
  return out;
}

Json Engine::event_sinks() const {
  std::vector<runtime::SinkReport> found;
  for (auto const& unit : impl_->units) {
    auto const some =
        unit.thread->ask([](runtime::Partition& partition) { return partition.outbox().report(); });
    found.insert(found.end(), some.begin(), some.end());
  }
  return runtime::sinks_json(found);
}

Json Engine::health() const {
  std::size_t live = 0;
  std::uint64_t lag = 0;
  auto space = runtime::Space::ok;
  std::map<std::string, std::size_t> unoffered;  // calls by function
  for (auto const& unit : impl_->units) {
    live += unit.thread->ask([](runtime::Partition& partition) { return partition.live(); });
    auto const waiting =
        unit.thread->ask([](runtime::Partition& partition) { return partition.unoffered(); });
    for (auto const& [function, calls] : waiting) unoffered[function] += calls;
    lag += unit.journal->durable().value -
           std::min(unit.index->applied(), unit.journal->durable()).value;
    space = std::max(space, unit.journal->space());
  }
  auto const durability =
      impl_->options.in_memory ? "memory" : runtime::to_string(impl_->options.durability);
  Json missing = Json::array();
  for (auto const& [function, calls] : unoffered) {
    missing.push_back(
        Json::object({{"function", function}, {"calls", Json(std::uint64_t{calls})}}));
  }
  return Json::object({{"status", space == runtime::Space::ok ? "ok" : "degraded"},
                       {"durability", durability},
                       {"partitions", Json(std::uint64_t{impl_->units.size()})},
                       {"liveRuns", Json(std::uint64_t{live})},
                       {"indexLag", Json(lag)},
                       {"disk", runtime::to_string(space)},
                       {"missingFunctions", missing},
                       {"eventSinks", event_sinks()},
                       {"time", to_iso8601(impl_->clock->now())}});
}

}  // namespace skald
