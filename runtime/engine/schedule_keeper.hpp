#pragma once

// The schedules whose names are at home in a partition: feeds them time, events and what became of
// their runs, and asks the world for what they want. The partition journals their facts.
//
// Thread-safety: none; it belongs to its partition's thread.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "runtime/machine/schedule.hpp"

namespace skald::runtime {

using GraphPtr = std::shared_ptr<graph::StepGraph const>;

// A run that a schedule starts.
struct ScheduledStart {
  std::string schedule;  // "ns/name"
  std::string run;
  std::string graph;  // digest
  Json input;
};

class ScheduleKeeper {
 public:
  struct Ports {
    // Facts to be journaled; what follows from them waits for that.
    std::function<void(std::vector<ScheduleFact>)> keep;
    std::function<void(std::function<void()>)> after_durable;
    std::function<GraphPtr(std::string const& digest)> graph;
    // The run is to be started at its home; then launched() or not_launched() is called.
    std::function<void(ScheduledStart)> launch;
    // The end of the run is to be told by ended().
    std::function<void(std::string const& schedule, std::string const& run)> watch;
  };

  ScheduleKeeper(Ports ports, Duration keep_events, Limits limits, ScheduleLimits most)
      : ports_(std::move(ports)), keep_events_(keep_events), limits_(limits), most_(most) {}

  // While the journal is replayed.
  void fold(ScheduleFact const& fact) { evolve(schedules_[fact.name], fact); }
  // ... and behind it: asks again for what was asked for.
  void begin();

  // The newest version of a workflow is known.
  void set(GraphPtr const& newest, std::string const& digest, Time now);
  // What schedules make of an event, folded; the caller journals it with the event. One that is
  // addressed to a run is for that run alone.
  std::vector<ScheduleFact> take(Json const& event, Time now);
  // Asks the world for what the facts of take() led to.
  void follow(std::vector<ScheduleFact> const& facts);
  void launched(std::string const& schedule, std::string const& run, Time now);
  // The home took no new runs just now: it is asked again.
  void not_launched(std::string const& schedule, std::string const& run, Time now);
  void ended(std::string const& schedule, std::string const& run, Time now);
  void tick(Time now);

  // When tick() is wanted next.
  std::optional<Time> next_deadline() const;
  // [{name, workflow, schedule, next, last, lastRun, active, queued, gathering, started, skipped}]
  Json list() const;
  std::map<std::string, ScheduleState> const& states() const { return schedules_; }

 private:
  // Starts that were refused, to be asked for again.
  struct Retry {
    Time at;
    std::set<std::string> runs;
  };

  void done(std::vector<ScheduleFact> facts);
  void follow(ScheduleFact const& fact);
  void ask(ScheduleState const& schedule, std::string const& run);

  Ports ports_;
  Duration keep_events_;
  Limits limits_;
  ScheduleLimits most_;
  std::map<std::string, ScheduleState> schedules_;
  std::set<std::pair<std::string, std::string>> asked_;  // (schedule, run): launch or watch is out
  std::map<std::string, Retry> retries_;                 // by schedule
};

}  // namespace skald::runtime
