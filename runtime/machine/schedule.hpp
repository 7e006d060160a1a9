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

// Events that waited too long for the others.
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
  std::uint64_t started = 0;
  std::uint64_t skipped = 0;
  std::optional<Time> last_due;
  std::string last_run;
};

// Folds one fact. Never fails, never evaluates.
void evolve(ScheduleState& state, ScheduleFact const& fact);

// Decisions. Each folds what it decides and gives it back. `graph` is the one the state names.
std::vector<ScheduleFact> set_schedule(ScheduleState& state, graph::StepGraph const* before,
                                       graph::StepGraph const& newest, std::string const& digest,
                                       Time now);
std::vector<ScheduleFact> pass_time(ScheduleState& state, graph::StepGraph const& graph, Time now);
std::vector<ScheduleFact> take_event(ScheduleState& state, graph::StepGraph const& graph,
                                     Json const& event, Time now, Limits const& limits = {});
std::vector<ScheduleFact> drop_old_events(ScheduleState& state, Time now, Duration keep);
std::vector<ScheduleFact> run_launched(ScheduleState& state, graph::StepGraph const& graph,
                                       std::string const& run, Time now);
std::vector<ScheduleFact> run_ended(ScheduleState& state, graph::StepGraph const* graph,
                                    std::string const& run, Time now);

// "travel.nightly-20260101T000000Z"
std::string scheduled_run_id(graph::WorkflowName const& name, Time due);

// Everything in the state, as JSON: equal for equal states.
Json to_json(ScheduleState const& state);

char const* to_string(Firing firing) noexcept;

}  // namespace skald::runtime
