// Who holds and waits for what, over all homes of locks.

#include <algorithm>
#include <vector>

#include "runtime/engine/engine_impl.hpp"

namespace skald {

Json EngineImpl::lock(std::string const& name) const {
  auto const found = thread_of(runtime::home_of_lock(name)).ask([name](runtime::Partition& home) {
    return home.locks().list(name, 1);
  });
  return found.size() == 0 ? Json() : found[0];
}

Json Engine::locks(std::string_view name, std::size_t limit) const {
  Json all = Json::array();
  if (!name.empty()) {
    if (auto one = impl_->lock(std::string(name)); !one.is_null()) all.push_back(std::move(one));
    return all;
  }
  std::vector<Json> found;
  for (auto const& unit : impl_->units) {
    auto const some = unit.thread->ask(
        [limit](runtime::Partition& partition) { return partition.locks().list({}, limit); });
    for (auto const& entry : some.items()) found.push_back(entry);
  }
  std::ranges::sort(found, {}, [](Json const& entry) { return entry["name"].as_string(); });
  for (std::size_t i = 0; i < std::min(found.size(), limit); ++i) {
    all.push_back(std::move(found[i]));
  }
  return all;
}

}  // namespace skald
