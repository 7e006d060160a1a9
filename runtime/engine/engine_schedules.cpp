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

runtime::ScheduleRoutes EngineImpl::schedule_routes() {
  return {[this](std::string const& id, runtime::ScheduleRoutes::Work work) {
            thread_of(id).post(std::move(work));
          },
          [this](std::string const& digest) { return deployments.by_digest(digest); }};
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
