#include "runtime/engine/event_log.hpp"

#include "runtime/machine/tree.hpp"

namespace skald::runtime {

bool EventLog::add(Json event, Time at) {
  auto identity = event_identity(event);
  if (!identities_.insert(identity).second) return false;
  kept_.push_back({at, std::move(identity), std::move(event)});
  return true;
}

void EventLog::prune(Time now, Duration keep) {
  while (!kept_.empty() && kept_.front().at + keep < now) {
    identities_.erase(kept_.front().identity);
    kept_.pop_front();
  }
}

}  // namespace skald::runtime
