#pragma once

// How schedules reach across partitions: a start goes to the home of the run, what came of it back
// to the home of the schedule, and so does the end of the run. One rule, whatever carries the
// messages: threads in the engine, a queue in a rehearsal.
//
// Thread-safety: that of the functions given; they are kept by the messages under way.

#include <functional>
#include <string>

#include "runtime/engine/partition.hpp"

namespace skald::runtime {

struct ScheduleRoutes {
  using Work = std::function<void(Partition&, Time now)>;
  // Does the work, later, at the partition where that run or schedule is at home.
  std::function<void(std::string const& id, Work work)> post;
  std::function<GraphPtr(std::string const& digest)> graph;
};

void launch(ScheduleRoutes const& routes, ScheduledStart start);
void watch(ScheduleRoutes const& routes, std::string const& schedule, std::string const& run);

}  // namespace skald::runtime
