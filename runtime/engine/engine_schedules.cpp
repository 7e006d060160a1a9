// Schedules between partitions: their own home, and those of the runs they start.

#include "runtime/engine/engine_impl.hpp"

namespace skald {

void EngineImpl::set_schedule(std::string const& name) {
  auto const newest = deployments.find(name);
  if (!newest) return;
  thread_of(name).post([newest](runtime::Partition& partition, Time now) {
    partition.schedules().set(newest->graph, newest->deployed.digest, now);
  });
}

// The id of the run makes the start idempotent: asked twice, the second finds the first.
void EngineImpl::launch(runtime::ScheduledStart start) {
  runtime::StartCommand command;
  command.graph = deployments.by_digest(start.graph);
  command.digest = start.graph;
  command.run = start.run;
  command.body_digest = sha256(to_canonical(start.input)).hex();
  command.input = std::move(start.input);
  auto& home = thread_of(start.schedule);
  auto told = [&home, name = start.schedule, run = start.run](Result<runtime::StartReply> reply) {
    // Somebody else's run of that id is left alone; the firing has had its start.
    bool const settled = reply.ok() || reply.error().code == ErrorCode::conflict;
    home.post([name, run, settled](runtime::Partition& partition, Time now) {
      auto& schedules = partition.schedules();
      settled ? schedules.launched(name, run, now) : schedules.not_launched(name, run, now);
    });
  };
  thread_of(start.run).post([command = std::move(command), told = std::move(told)](
                                runtime::Partition& partition, Time now) mutable {
    partition.start(std::move(command), now, std::move(told));
  });
}

void EngineImpl::watch(std::string const& schedule, std::string const& run) {
  auto& home = thread_of(schedule);
  thread_of(run).post([&home, schedule, run](runtime::Partition& partition, Time) {
    partition.when_over(run, [&home, schedule, run] {
      home.post([schedule, run](runtime::Partition& owner, Time now) {
        owner.schedules().ended(schedule, run, now);
      });
    });
  });
}

Json Engine::schedules() const {
  Json all = Json::array();
  for (auto const& unit : impl_->units) {
    auto const some = unit.thread->ask(
        [](runtime::Partition& partition) { return partition.schedules().list(); });
    for (auto const& entry : some.items()) all.push_back(entry);
  }
  return all;
}

}  // namespace skald
