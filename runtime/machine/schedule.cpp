#include "runtime/machine/schedule.hpp"

#include <algorithm>
#include <utility>

namespace skald::runtime {
namespace {

// Folds one fact.
class ScheduleFold {
 public:
  ScheduleFold(ScheduleState& state, Time at) : state_(state), at_(at) {}

  void operator()(ScheduleSet const& fact) {
    state_.workflow = fact.workflow;
    state_.graph = fact.graph;
    state_.next = fact.next;
    state_.groups.clear();
    state_.gathered_bytes = 0;
  }

  void operator()(ScheduleFired const& fact) {
    state_.next = fact.next;
    if (fact.group != 0) forget(fact.group);
    if (fact.firing == Firing::skipped || fact.firing == Firing::missed) {
      ++state_.skipped;
      return;
    }
    ScheduledRun run{fact.run, state_.graph, fact.due, fact.input, false};
    if (fact.firing == Firing::queued) {
      state_.queued.push_back(std::move(run));
    } else {
      begin(std::move(run));
    }
  }

  void operator()(ScheduleLaunched const& fact) {
    if (!fact.watch) return end(fact.run);
    auto& run = state_.active.at(fact.run);
    if (!run.launched) --state_.unlaunched;
    run.launched = true;
    run.input = nullptr;
  }

  void operator()(ScheduleRunEnded const& fact) {
    end(fact.run);
    if (fact.next) state_.next = fact.next;
    if (state_.queued.empty() || !state_.active.empty()) return;
    auto run = std::move(state_.queued.front());
    state_.queued.pop_front();
    begin(std::move(run));
  }

  void operator()(ScheduleEventTaken const& fact) {
    auto const [at, is_new] = state_.groups.try_emplace(fact.group);
    auto& group = at->second;
    if (is_new) group.since = at_;
    state_.next_group = std::max(state_.next_group, fact.group + 1);
    group.filters.insert(fact.filter);
    group.identities.push_back(fact.identity);
    if (!fact.event.is_null()) group.events.push_back(fact.event);
    auto const bytes = fact.identity.size() + fact.event.byte_size() + fact.learned.byte_size();
    group.bytes += bytes;
    state_.gathered_bytes += bytes;
    if (!fact.learned.is_object()) return;
    for (auto const& [name, value] : fact.learned.members()) group.learned.set_shared(name, value);
  }

  void operator()(ScheduleEventsDropped const& fact) {
    forget(fact.group);
    ++state_.skipped;
  }

 private:
  void forget(std::uint32_t id) {
    auto const group = state_.groups.find(id);
    if (group == state_.groups.end()) return;
    state_.gathered_bytes -= group->second.bytes;
    state_.groups.erase(group);
  }

  void end(std::string const& run) {
    auto const found = state_.active.find(run);
    if (found == state_.active.end()) return;
    if (!found->second.launched) --state_.unlaunched;
    state_.active.erase(found);
  }

  void begin(ScheduledRun run) {
    end(run.run);
    ++state_.unlaunched;
    ++state_.started;
    state_.last_due = run.due;
    state_.last_run = run.run;
    auto id = run.run;
    state_.active.insert_or_assign(std::move(id), std::move(run));
  }

  ScheduleState& state_;
  Time at_;
};

Json put(std::optional<Time> const& time) {
  return time ? Json(time->us) : Json();
}

Json put(ScheduledRun const& run) {
  return Json::object({{"run", run.run},
                       {"graph", run.graph},
                       {"due", Json(run.due.us)},
                       {"input", run.input},
                       {"launched", run.launched}});
}

Json put(EventGroup const& group) {
  Json filters = Json::array();
  for (auto const filter : group.filters) filters.push_back(filter);
  Json identities = Json::array();
  for (auto const& identity : group.identities) identities.push_back(identity);
  return Json::object({{"since", Json(group.since.us)},
                       {"filters", filters},
                       {"identities", identities},
                       {"learned", group.learned},
                       {"events", group.events}});
}

}  // namespace

std::size_t value_bytes(ScheduleFact const& fact) noexcept {
  if (auto const* fired = std::get_if<ScheduleFired>(&fact.body)) return fired->input.byte_size();
  if (auto const* taken = std::get_if<ScheduleEventTaken>(&fact.body)) {
    return taken->event.byte_size() + taken->learned.byte_size();
  }
  return 0;
}

void evolve(ScheduleState& state, ScheduleFact const& fact) {
  state.name = fact.name;
  std::visit(ScheduleFold(state, fact.at), fact.body);
}

std::string scheduled_run_id(graph::WorkflowName const& name, Time due) {
  std::string moment;
  for (char const c : to_iso8601(due)) {
    if (c != '-' && c != ':') moment += c;
  }
  auto id = name.ns + "." + name.name + "-" + moment;
  constexpr std::size_t kLongest = 128;
  if (id.size() <= kLongest) return id;
  return sha256(name.ns + "/" + name.name).hex().substr(0, 32) + "-" + moment;
}

Json to_json(ScheduleState const& state) {
  Json json = Json::object({{"name", state.name},
                            {"workflow", state.workflow},
                            {"graph", state.graph},
                            {"next", put(state.next)}});
  Json active = Json::array();
  for (auto const& [id, run] : state.active) active.push_back(put(run));
  json.set("active", std::move(active));
  Json queued = Json::array();
  for (auto const& run : state.queued) queued.push_back(put(run));
  json.set("queued", std::move(queued));
  Json groups = Json::array();
  for (auto const& [id, group] : state.groups) groups.push_back(Json::array({id, put(group)}));
  json.set("groups", std::move(groups));
  json.set("next_group", state.next_group);
  json.set("started", Json(state.started));
  json.set("skipped", Json(state.skipped));
  json.set("last_due", put(state.last_due));
  json.set("last_run", state.last_run);
  return json;
}

char const* to_string(Firing firing) noexcept {
  switch (firing) {
    case Firing::started: return "started";
    case Firing::queued: return "queued";
    case Firing::skipped: return "skipped";
    case Firing::missed: return "missed";
  }
  return "started";
}

}  // namespace skald::runtime
