#include "runtime/engine/schedule_keeper.hpp"

#include <algorithm>

#include "compiler/explain/explain.hpp"

namespace skald::runtime {
namespace {

constexpr Duration kPatience = Duration::from_seconds(1);

}  // namespace

void ScheduleKeeper::begin() {
  for (auto const& [name, schedule] : schedules_) follow(schedule);
}

void ScheduleKeeper::done(std::vector<ScheduleFact> facts) {
  if (facts.empty()) return;
  auto const name = facts.front().name;
  ports_.keep(std::move(facts));
  follow(schedules_.at(name));
}

void ScheduleKeeper::follow(std::vector<ScheduleFact> const& facts) {
  std::set<std::string> names;
  for (auto const& fact : facts) names.insert(fact.name);
  for (auto const& name : names) follow(schedules_.at(name));
}

// Every start that its home does not know is asked for, every other is watched.
void ScheduleKeeper::follow(ScheduleState const& schedule) {
  for (auto const& [id, run] : schedule.active) {
    if (!asked_.emplace(schedule.name, id).second) continue;
    if (run.launched) {
      ports_.after_durable([this, name = schedule.name, run = id] { ports_.watch(name, run); });
    } else {
      ScheduledStart start{schedule.name, run.run, run.graph, run.input};
      ports_.after_durable([this, start = std::move(start)] { ports_.launch(start); });
    }
  }
}

void ScheduleKeeper::set(GraphPtr const& newest, std::string const& digest, Time now) {
  auto const name = newest->id.ns + "/" + newest->id.name;
  auto const known = schedules_.find(name);
  if (known == schedules_.end() && !newest->schedule) return;
  auto& schedule = schedules_[name];
  auto const before = schedule.graph.empty() ? nullptr : ports_.graph(schedule.graph);
  done(set_schedule(schedule, before.get(), *newest, digest, now));
}

std::vector<ScheduleFact> ScheduleKeeper::take(Json const& event, Time now) {
  std::vector<ScheduleFact> all;
  auto const add = [&all](std::vector<ScheduleFact> facts) {
    std::move(facts.begin(), facts.end(), std::back_inserter(all));
  };
  for (auto& [name, schedule] : schedules_) {
    if (schedule.graph.empty()) continue;
    auto const graph = ports_.graph(schedule.graph);
    if (graph == nullptr) continue;
    add(drop_old_events(schedule, now, keep_events_));
    add(take_event(schedule, *graph, event, now, limits_));
  }
  return all;
}

void ScheduleKeeper::launched(std::string const& name, std::string const& run, Time now) {
  asked_.erase({name, run});
  auto& schedule = schedules_.at(name);
  auto const active = schedule.active.find(run);
  if (active == schedule.active.end()) return;
  auto const graph = ports_.graph(active->second.graph);
  if (graph != nullptr) done(run_launched(schedule, *graph, run, now));
}

void ScheduleKeeper::not_launched(std::string const& name, std::string const& run, Time now) {
  asked_.erase({name, run});
  retries_.emplace(now + kPatience, name);
}

void ScheduleKeeper::ended(std::string const& name, std::string const& run, Time now) {
  asked_.erase({name, run});
  auto& schedule = schedules_.at(name);
  auto const graph = schedule.graph.empty() ? nullptr : ports_.graph(schedule.graph);
  done(run_ended(schedule, graph.get(), run, now));
}

void ScheduleKeeper::tick(Time now) {
  while (!retries_.empty() && retries_.begin()->first <= now) {
    auto const name = retries_.begin()->second;
    retries_.erase(retries_.begin());
    follow(schedules_.at(name));
  }
  for (auto& [name, schedule] : schedules_) {
    if (schedule.graph.empty() || !schedule.next || *schedule.next > now) continue;
    if (auto const graph = ports_.graph(schedule.graph)) done(pass_time(schedule, *graph, now));
  }
}

std::optional<Time> ScheduleKeeper::next_deadline() const {
  std::optional<Time> next;
  if (!retries_.empty()) next = retries_.begin()->first;
  for (auto const& [name, schedule] : schedules_) {
    if (schedule.graph.empty() || !schedule.next) continue;
    if (!next || *schedule.next < *next) next = schedule.next;
  }
  return next;
}

Json ScheduleKeeper::list() const {
  Json all = Json::array();
  for (auto const& [name, schedule] : schedules_) {
    auto const graph = schedule.graph.empty() ? nullptr : ports_.graph(schedule.graph);
    Json active = Json::array();
    for (auto const& [id, run] : schedule.active) active.push_back(id);
    auto const moment = [](std::optional<Time> at) { return at ? Json(to_iso8601(*at)) : Json(); };
    Json entry = Json::object({{"name", name},
                               {"workflow", schedule.workflow},
                               {"schedule", graph ? compiler::schedule_text(*graph) : "none"},
                               {"next", graph ? moment(schedule.next) : Json()},
                               {"last", moment(schedule.last_due)},
                               {"lastRun", schedule.last_run}});
    entry.set("active", std::move(active));
    entry.set("queued", Json(std::uint64_t{schedule.queued.size()}));
    entry.set("started", Json(schedule.started));
    entry.set("skipped", Json(schedule.skipped));
    all.push_back(std::move(entry));
  }
  return all;
}

}  // namespace skald::runtime
