#include "runtime/engine/schedule_routes.hpp"

#include <utility>

namespace skald::runtime {

// The id of the run makes the start idempotent: asked twice, the second finds the first.
void launch(ScheduleRoutes const& routes, ScheduledStart start) {
  StartCommand command;
  command.graph = routes.graph(start.graph);
  command.digest = start.graph;
  command.run = start.run;
  command.body_digest = sha256(to_canonical(start.input)).hex();
  command.input = std::move(start.input);
  auto told = [post = routes.post, name = start.schedule,
               run = start.run](Result<StartReply> reply) {
    // Somebody else's run of that id is left alone; the firing has had its start.
    bool const settled = reply.ok() || reply.error().code == ErrorCode::conflict;
    post(name, [name, run, settled](Partition& home, Time now) {
      auto& schedules = home.schedules();
      settled ? schedules.launched(name, run, now) : schedules.not_launched(name, run, now);
    });
  };
  routes.post(start.run, [command = std::move(command), told = std::move(told)](
                             Partition& home, Time now) { home.start(command, now, told); });
}

void watch(ScheduleRoutes const& routes, std::string const& schedule, std::string const& run) {
  routes.post(run, [post = routes.post, schedule, run](Partition& partition, Time) {
    partition.when_over(run, [post, schedule, run] {
      post(schedule, [schedule, run](Partition& home, Time now) {
        home.schedules().ended(schedule, run, now);
      });
    });
  });
}

}  // namespace skald::runtime
