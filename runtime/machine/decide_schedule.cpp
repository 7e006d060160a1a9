// What a schedule decides: when time has passed, an event has come, a run has begun or ended.

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "base/cron.hpp"
#include "runtime/machine/event_match.hpp"
#include "runtime/machine/schedule.hpp"
#include "runtime/machine/tree.hpp"

namespace skald::runtime {
namespace {

using graph::Schedule;

constexpr std::size_t kMostQueued = 1'000;
// Firings of one turn, and starts on their way. The other firings follow when some have arrived.
constexpr std::size_t kMostAtOnce = 1'000;
// A firing that comes later than this was missed: a running engine is never so late.
constexpr Duration kGrace = Duration::from_seconds(60);

// The firings of a schedule, one after the other.
class Firings {
 public:
  explicit Firings(Schedule const& schedule) : every_(schedule.every) {
    if (every_) return;
    auto cron = Cron::parse(schedule.cron);
    auto zone = TimeZone::parse(schedule.zone_rule);
    SKALD_ASSERT(std::holds_alternative<Cron>(cron) && zone.ok(), "a schedule was not verified");
    cron_ = std::get<Cron>(cron);
    zone_ = *zone;
  }

  Time after(Time at) const { return every_ ? at + *every_ : cron_.next(at, zone_); }

  // The last one that is not later than `now`; `first` is one that is not.
  Time last_until(Time now, Time first) const {
    if (every_) return first + Duration{(now - first).us / every_->us * every_->us};
    for (auto span = Duration::from_seconds(3600); now - span > first; span = span + span) {
      if (auto const found = cron_.next(now - span, zone_); found <= now) {
        first = found;
        break;
      }
    }
    for (auto next = after(first); next <= now; next = after(next)) first = next;
    return first;
  }

 private:
  std::optional<Duration> every_;
  Cron cron_;
  TimeZone zone_;
};

bool is_timed(Schedule const& schedule) {
  return schedule.every.has_value() || !schedule.cron.empty();
}

bool is_watched(Schedule const& schedule) {
  return schedule.after.has_value() || schedule.overlap != Schedule::Overlap::allow;
}

// Collects facts, folding each at once.
class ScheduleTurn {
 public:
  ScheduleTurn(ScheduleState& state, Time now) : state_(state), now_(now) {}

  void add(ScheduleBody body) {
    facts_.push_back({state_.name, now_, std::move(body)});
    evolve(state_, facts_.back());
  }

  // One firing: whether it starts a run now depends on those that go on.
  void fire(Schedule const& schedule, ScheduleFired fact) {
    bool const busy = schedule.overlap != Schedule::Overlap::allow && !state_.active.empty();
    if (busy) {
      bool const queue = schedule.overlap == Schedule::Overlap::queue;
      fact.firing = queue && state_.queued.size() < kMostQueued ? Firing::queued : Firing::skipped;
    }
    add(std::move(fact));
  }

  std::vector<ScheduleFact> take() { return std::move(facts_); }

 private:
  ScheduleState& state_;
  Time now_;
  std::vector<ScheduleFact> facts_;
};

std::optional<Time> first_firing(Schedule const& schedule, Time now) {
  if (schedule.after) return now;
  if (!is_timed(schedule)) return std::nullopt;
  return Firings(schedule).after(now);
}

// Only what says when: another version of the workflow with the same goes on where it was.
bool same_times(Schedule const& a, Schedule const& b) {
  return a.cron == b.cron && a.zone_rule == b.zone_rule && a.every == b.every &&
         a.after == b.after && a.on.has_value() == b.on.has_value();
}

// No end of a run will bring the next start: journals of earlier versions can lead here.
bool waits_for_nothing(ScheduleState const& state, graph::StepGraph const& newest) {
  return newest.schedule && newest.schedule->after && state.active.empty() && !state.next;
}

std::string events_run_id(graph::WorkflowName const& name,
                          std::vector<std::string> const& identities) {
  std::string all;
  for (auto const& identity : identities) all += identity + "\n";
  auto const digest = sha256(name.ns + "/" + name.name + "\n" + all).hex().substr(0, 32);
  auto const id = name.ns + "." + name.name + "-" + digest;
  return id.size() <= 128 ? id : "event-" + digest;
}

// Events against a schedule's `on`.
class EventOffer {
 public:
  EventOffer(ScheduleState& state, graph::StepGraph const& graph, Json const& event, Time now,
             Limits const& limits, ScheduleLimits const& most)
      : state_(state),
        graph_(graph),
        on_(*graph.schedule->on),
        event_(event),
        expressions_(graph, nobody_, now, limits),
        turn_(state, now),
        now_(now),
        most_(most) {
    auto expected = expected_values(expressions_, on_.filters, Json(), {});
    if (expected && on_.until_events) {
      auto more = expected_values(expressions_, on_.until_events->filters, Json(), {});
      for (auto const& values : more.json.items()) expected.json.push_back(values);
    }
    expected_ = std::move(expected.json);
  }

  std::vector<ScheduleFact> run() {
    if (!expected_.is_array()) return {};
    // The oldest start that lacks this event gets it; else it begins a new one.
    for (auto const& [id, group] : state_.groups) {
      if (offer(id, group)) return turn_.take();
    }
    offer(state_.next_group, EventGroup());
    return turn_.take();
  }

 private:
  bool offer(std::uint32_t id, EventGroup const& group) {
    if (on_.until_events && !group.identities.empty()) {
      auto const& end = *on_.until_events;
      if (take(id, group, end.filters, end.mode, first_until_filter(on_.filters))) return true;
    }
    return take(id, group, on_.filters, on_.mode, 0);
  }

  bool take(std::uint32_t id, EventGroup const& group,
            std::vector<graph::EventFilter> const& filters, graph::Listen::Mode mode,
            std::uint32_t first) {
    if (mode == graph::Listen::Mode::any && filters.empty()) return took(id, first, {});
    EventDemand const demand{filters, expected_, group.learned};
    for (std::uint32_t i = 0; i < filters.size(); ++i) {
      if (mode == graph::Listen::Mode::all && group.filters.contains(first + i)) continue;
      auto match =
          match_event(expressions_, demand, i, first == 0 ? 0 : on_.filters.size(), event_, {});
      if (match.fits) return took(id, first + i, std::move(match.learned));
    }
    return false;
  }

  bool took(std::uint32_t id, std::uint32_t filter, Json learned) {
    bool const until = filter >= first_until_filter(on_.filters);
    turn_.add(ScheduleEventTaken{id, filter, event_identity(event_),
                                 until ? Json() : read_event(on_.read, event_),
                                 std::move(learned)});
    auto const& group = state_.groups.at(id);
    if (complete(group)) {
      start(id, group);
    } else {
      trim(id, group);
    }
    return true;
  }

  void start(std::uint32_t id, EventGroup const& group) {
    auto const run = events_run_id(graph_.id, group.identities);
    ScheduleFired fact{now_, Firing::started, run, group.events, state_.next, id};
    if (state_.unlaunched < most_.starts) return turn_.fire(*graph_.schedule, std::move(fact));
    fact.firing = Firing::skipped;
    turn_.add(std::move(fact));
  }

  void trim(std::uint32_t id, EventGroup const& group) {
    if (group.bytes > most_.group_bytes) turn_.add(ScheduleEventsDropped{id});
    while (state_.groups.size() > most_.groups || state_.gathered_bytes > most_.bytes) {
      turn_.add(ScheduleEventsDropped{state_.groups.begin()->first});
    }
  }

  bool complete(EventGroup const& group) const {
    if (on_.until) {
      auto const until = expressions_.test(*on_.until, group.events, {});
      return until && until.json.as_boolean();
    }
    if (!on_.until_events) return satisfied(on_.mode, on_.filters.size(), 0, group.filters);
    auto const& end = *on_.until_events;
    return satisfied(end.mode, end.filters.size(), first_until_filter(on_.filters), group.filters);
  }

  ScheduleState& state_;
  graph::StepGraph const& graph_;
  graph::Listen const& on_;
  Json const& event_;
  State const nobody_;  // no run has begun
  Expressions expressions_;
  ScheduleTurn turn_;
  Time now_;
  ScheduleLimits most_;
  Json expected_;
};

}  // namespace

std::vector<ScheduleFact> set_schedule(ScheduleState& state, graph::StepGraph const* before,
                                       graph::StepGraph const& newest, std::string const& digest,
                                       Time now) {
  state.name = newest.id.ns + "/" + newest.id.name;
  auto const text = newest.id.text();
  auto const wanted = newest.schedule ? digest : std::string();
  bool const stalls = waits_for_nothing(state, newest);
  if (state.graph == wanted && (state.workflow == text || wanted.empty()) && !stalls) return {};
  ScheduleSet fact{text, wanted, std::nullopt};
  if (newest.schedule) {
    bool const same =
        before != nullptr && before->schedule && same_times(*before->schedule, *newest.schedule);
    bool const waits = newest.schedule->after && !state.active.empty();
    fact.next = same && !stalls ? state.next : first_firing(*newest.schedule, now);
    if (waits) fact.next.reset();  // comes with the end of the run that goes on
  }
  ScheduleTurn turn(state, now);
  turn.add(std::move(fact));
  return turn.take();
}

std::vector<ScheduleFact> pass_time(ScheduleState& state, graph::StepGraph const& graph, Time now) {
  ScheduleTurn turn(state, now);
  auto const next = next_firing(state);
  if (!graph.schedule || !next || *next > now) return {};
  auto const& schedule = *graph.schedule;
  if (schedule.after) {
    auto const due = *state.next;
    turn.fire(schedule, {due, Firing::started, scheduled_run_id(graph.id, due), Json::object(),
                         std::nullopt, 0});
    return turn.take();
  }
  if (!is_timed(schedule)) return {};
  Firings const firings(schedule);
  for (std::size_t count = 0; count < kMostAtOnce; ++count) {
    if (auto const at = next_firing(state); !at || *at > now) break;
    auto due = *state.next;
    if (schedule.missed != Schedule::Missed::all) due = firings.last_until(now, due);
    auto const firing = schedule.missed == Schedule::Missed::none && now - due > kGrace
                            ? Firing::missed
                            : Firing::started;
    ScheduleFired fact{
        due, firing, scheduled_run_id(graph.id, due), Json::object(), firings.after(due), 0};
    if (firing == Firing::missed) {
      turn.add(std::move(fact));
    } else {
      turn.fire(schedule, std::move(fact));
    }
  }
  return turn.take();
}

std::optional<Time> next_firing(ScheduleState const& state) {
  if (state.graph.empty() || state.unlaunched >= kMostAtOnce) return std::nullopt;
  return state.next;
}

std::vector<ScheduleFact> take_event(ScheduleState& state, graph::StepGraph const& graph,
                                     Json const& event, Time now, Limits const& limits,
                                     ScheduleLimits const& most) {
  if (!graph.schedule || !graph.schedule->on) return {};
  return EventOffer(state, graph, event, now, limits, most).run();
}

std::vector<ScheduleFact> drop_old_events(ScheduleState& state, Time now, Duration keep) {
  ScheduleTurn turn(state, now);
  while (!state.groups.empty() && state.groups.begin()->second.since + keep < now) {
    turn.add(ScheduleEventsDropped{state.groups.begin()->first});
  }
  return turn.take();
}

std::vector<ScheduleFact> run_launched(ScheduleState& state, graph::StepGraph const& graph,
                                       graph::StepGraph const* newest, std::string const& run,
                                       Time now) {
  auto const found = state.active.find(run);
  if (found == state.active.end() || found->second.launched) return {};
  ScheduleTurn turn(state, now);
  // A newer version may wait for the end of a run that an older one began.
  auto const watches = [](graph::StepGraph const* each) {
    return each != nullptr && each->schedule && is_watched(*each->schedule);
  };
  turn.add(ScheduleLaunched{run, watches(&graph) || watches(newest)});
  return turn.take();
}

std::vector<ScheduleFact> run_ended(ScheduleState& state, graph::StepGraph const* graph,
                                    std::string const& run, Time now) {
  if (!state.active.contains(run)) return {};
  ScheduleRunEnded fact{run, std::nullopt};
  bool const again = graph != nullptr && graph->schedule && graph->schedule->after;
  if (again && state.active.size() == 1) fact.next = now + *graph->schedule->after;
  ScheduleTurn turn(state, now);
  turn.add(std::move(fact));
  return turn.take();
}

}  // namespace skald::runtime
