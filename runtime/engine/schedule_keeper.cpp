#include "runtime/engine/schedule_keeper.hpp"

#include <algorithm>

#include "compiler/explain/explain.hpp"
#include "runtime/engine/event_log.hpp"

namespace skald::runtime {
namespace {

constexpr Duration kPatience = Duration::from_seconds(1);

}  // namespace

void ScheduleKeeper::begin() {
  for (auto const& [name, schedule] : schedules_) {
    for (auto const& [run, entry] : schedule.active) ask(schedule, run);
  }
}

void ScheduleKeeper::done(std::vector<ScheduleFact> facts) {
  if (facts.empty()) return;
  ports_.keep(facts);
  follow(facts);
}

void ScheduleKeeper::follow(std::vector<ScheduleFact> const& facts) {
  for (auto const& fact : facts) follow(fact);
}

// Looks only at the runs the fact is about: there may be many others.
void ScheduleKeeper::follow(ScheduleFact const& fact) {
  auto const& schedule = schedules_.at(fact.name);
  if (auto const* fired = std::get_if<ScheduleFired>(&fact.body)) {
    ask(schedule, fired->run);
  } else if (auto const* launched = std::get_if<ScheduleLaunched>(&fact.body)) {
    ask(schedule, launched->run);
  } else if (std::holds_alternative<ScheduleRunEnded>(fact.body)) {
    ask(schedule, schedule.last_run);  // a queued one may have begun
  }
}

// A start that its home does not know is asked for, another is watched.
void ScheduleKeeper::ask(ScheduleState const& schedule, std::string const& id) {
  auto const active = schedule.active.find(id);
  if (active == schedule.active.end() || !asked_.emplace(schedule.name, id).second) return;
  auto const& run = active->second;
  if (run.launched) {
    ports_.after_durable([this, name = schedule.name, run = id] { ports_.watch(name, run); });
  } else {
    ScheduledStart start{schedule.name, run.run, run.graph, run.input};
    ports_.after_durable([this, start = std::move(start)] { ports_.launch(start); });
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
  if (!address_of(event).empty()) return all;
  auto const add = [&all](std::vector<ScheduleFact> facts) {
    std::move(facts.begin(), facts.end(), std::back_inserter(all));
  };
  for (auto& [name, schedule] : schedules_) {
    if (schedule.graph.empty()) continue;
    auto const graph = ports_.graph(schedule.graph);
    if (graph == nullptr) continue;
    add(drop_old_events(schedule, now, keep_events_));
    add(take_event(schedule, *graph, event, now, limits_, most_));
  }
  return all;
}

void ScheduleKeeper::launched(std::string const& name, std::string const& run, Time now) {
  asked_.erase({name, run});
  auto& schedule = schedules_.at(name);
  auto const active = schedule.active.find(run);
  if (active == schedule.active.end()) return;
  auto const graph = ports_.graph(active->second.graph);
  auto const newest = schedule.graph.empty() ? nullptr : ports_.graph(schedule.graph);
  if (graph != nullptr) done(run_launched(schedule, *graph, newest.get(), run, now));
}

void ScheduleKeeper::not_launched(std::string const& name, std::string const& run, Time now) {
  asked_.erase({name, run});
  retries_.try_emplace(name, Retry{now + kPatience, {}}).first->second.runs.insert(run);
}

void ScheduleKeeper::ended(std::string const& name, std::string const& run, Time now) {
  asked_.erase({name, run});
  auto& schedule = schedules_.at(name);
  auto const graph = schedule.graph.empty() ? nullptr : ports_.graph(schedule.graph);
  done(run_ended(schedule, graph.get(), run, now));
}

void ScheduleKeeper::tick(Time now) {
  for (auto retry = retries_.begin(); retry != retries_.end();) {
    auto const& schedule = schedules_.at(retry->first);
    bool const due = retry->second.at <= now;
    for (auto const& run : due ? retry->second.runs : std::set<std::string>()) ask(schedule, run);
    retry = due ? retries_.erase(retry) : std::next(retry);
  }
  for (auto& [name, schedule] : schedules_) {
    if (auto const next = next_firing(schedule); !next || *next > now) continue;
    if (auto const graph = ports_.graph(schedule.graph)) done(pass_time(schedule, *graph, now));
  }
}

std::optional<Time> ScheduleKeeper::next_deadline() const {
  std::optional<Time> next;
  auto const want = [&next](Time at) { next = next ? std::min(*next, at) : at; };
  for (auto const& [name, retry] : retries_) want(retry.at);
  for (auto const& [name, schedule] : schedules_) {
    if (auto const at = next_firing(schedule)) want(*at);
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
    entry.set("gathering", Json(std::uint64_t{schedule.groups.size()}));
    entry.set("started", Json(schedule.started));
    entry.set("skipped", Json(schedule.skipped));
    all.push_back(std::move(entry));
  }
  return all;
}

}  // namespace skald::runtime
