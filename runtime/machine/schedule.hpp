#pragma once

// The registry of schedules: what makes workflows start by themselves. One entry per workflow name,
// homed by the hash of the name, under the same laws as a run: a decision makes facts, facts are
// folded and never evaluate anything, and what the world is asked for follows from the state alone.
// The newest version of a workflow says when it starts.
//
//   auto facts = pass_time(schedule, graph, now);   // folded already; to be journaled
//   ... once durable: launch and watch what pending_starts(schedule) names
//
// A start is asked for until its home has it. Its id is the workflow's name and the time of the
// firing (or the digest of the events), so asking twice starts one run.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "compiler/graph/step_graph.hpp"
#include "runtime/machine/machine.hpp"

namespace skald::runtime {

// The newest version has this schedule; without `graph` it has none.
struct ScheduleSet {
  std::string workflow;  // "ns/name/version"
  std::string graph;     // digest, hex
  std::optional<Time> next;
};

enum class Firing : std::uint8_t {
  started,
  queued,   // until the runs before it have ended
  skipped,  // another one goes on, or too many are queued
  missed,   // the engine was down
};

// A moment of the schedule has come, or its events have.
struct ScheduleFired {
  Time due;
  Firing firing = Firing::started;
  std::string run;
  Json input;
  std::optional<Time> next;
  std::uint32_t group = 0;  // whose events these are; 0: none
};

// The home of the run has it. `watch`: its end is waited for.
struct ScheduleLaunched {
  std::string run;
  bool watch = false;
};

struct ScheduleRunEnded {
  std::string run;
  std::optional<Time> next;
};

// An event that, with others, will start a run.
struct ScheduleEventTaken {
  std::uint32_t group = 1;
  std::uint32_t filter = 0;
  std::string identity;
  Json event;    // as the run will see it
  Json learned;  // correlation -> the value it fixed; null: none
};

// Events that waited too long for the others, or with which there were too many.
struct ScheduleEventsDropped {
  std::uint32_t group = 1;
};

using ScheduleBody = std::variant<ScheduleSet, ScheduleFired, ScheduleLaunched, ScheduleRunEnded,
                                  ScheduleEventTaken, ScheduleEventsDropped>;

struct ScheduleFact {
  std::string name;  // "ns/name"
  Time at;
  ScheduleBody body;
};

struct ScheduledRun {
  std::string run;
  std::string graph;
  Time due;
  Json input;
  bool launched = false;
};

// Events gathered for one start.
struct EventGroup {
  Time since;
  std::set<std::uint32_t> filters;
  std::vector<std::string> identities;
  Json learned;
  Json events = Json::array();
  std::size_t bytes = 0;  // of all of it, about
};

// What one schedule may hold in memory. Over the first three the events that have waited longest
// are dropped, over the last an event starts nothing; both are facts and counted as skipped.
struct ScheduleLimits {
  std::size_t groups = 10'000;                       // starts that events are gathered for
  std::size_t group_bytes = std::size_t{16} << 20U;  // events of one start
  std::size_t bytes = std::size_t{64} << 20U;        // ... and of all
  std::size_t starts = 100'000;                      // that their homes have not taken yet
};

struct ScheduleState {
  std::string name;
  std::string workflow;
  std::string graph;  // empty: nothing starts by itself
  std::optional<Time> next;
  std::map<std::string, ScheduledRun> active;  // asked for, or watched
  std::deque<ScheduledRun> queued;
  std::map<std::uint32_t, EventGroup> groups;
  std::uint32_t next_group = 1;
  std::size_t gathered_bytes = 0;  // of all groups
  std::size_t unlaunched = 0;      // of the active ones
  std::uint64_t started = 0;
  std::uint64_t skipped = 0;
  std::optional<Time> last_due;
  std::string last_run;
};

// Folds one fact. Never fails, never evaluates.
void evolve(ScheduleState& state, ScheduleFact const& fact);

// The size of the values in a fact, as the journal keeps them.
std::size_t value_bytes(ScheduleFact const& fact) noexcept;

// Decisions. Each folds what it decides and gives it back. `graph` is the one the state names.
std::vector<ScheduleFact> set_schedule(ScheduleState& state, graph::StepGraph const* before,
                                       graph::StepGraph const& newest, std::string const& digest,
                                       Time now);
std::vector<ScheduleFact> pass_time(ScheduleState& state, graph::StepGraph const& graph, Time now);
std::vector<ScheduleFact> take_event(ScheduleState& state, graph::StepGraph const& graph,
                                     Json const& event, Time now, Limits const& limits = {},
                                     ScheduleLimits const& most = {});
std::vector<ScheduleFact> drop_old_events(ScheduleState& state, Time now, Duration keep);
// `graph` is the run's own; `newest` the one the state names, if any.
std::vector<ScheduleFact> run_launched(ScheduleState& state, graph::StepGraph const& graph,
                                       graph::StepGraph const* newest, std::string const& run,
                                       Time now);
std::vector<ScheduleFact> run_ended(ScheduleState& state, graph::StepGraph const* graph,
                                    std::string const& run, Time now);

// When pass_time() is wanted next. Not while many starts are still on their way: what is due then
// fires when some of them have arrived.
std::optional<Time> next_firing(ScheduleState const& state);

// "travel.nightly-20260101T000000Z"
std::string scheduled_run_id(graph::WorkflowName const& name, Time due);

// Everything in the state, as JSON: equal for equal states.
Json to_json(ScheduleState const& state);

char const* to_string(Firing firing) noexcept;

}  // namespace skald::runtime
