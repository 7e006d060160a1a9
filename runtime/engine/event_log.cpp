#include "runtime/engine/event_log.hpp"

#include "runtime/machine/tree.hpp"

namespace skald::runtime {

std::string_view address_of(Json const& event) {
  auto const* address = event.find("skaldrun");
  return address != nullptr && address->is_string() ? address->as_string() : std::string_view();
}

bool EventLog::add(Json event, Time at) {
  auto identity = event_identity(event);
  if (!identities_.insert(identity).second) return false;
  auto const bytes = event.byte_size() + identity.size();
  bytes_ += bytes;
  kept_.push_back({at, std::move(identity), std::move(event), bytes});
  return true;
}

void EventLog::forget(Kept const& kept) {
  identities_.erase(kept.identity);
  bytes_ -= kept.bytes;
}

void EventLog::prune(Time now, std::function<bool(std::string const&)> const& is_live) {
  while (!kept_.empty()) {
    auto& oldest = kept_.front();
    bool const old = oldest.at + limits_.age < now;
    bool const many = kept_.size() > limits_.count || bytes_ > limits_.bytes;
    if (!old && !many) return;
    std::string run(address_of(oldest.event));
    if (!many && !run.empty() && is_live(run)) {
      held_[std::move(run)].push_back(std::move(oldest));
    } else {
      forget(oldest);
    }
    kept_.pop_front();
  }
}

void EventLog::forget_run(std::string const& run) {
  auto const held = held_.find(run);
  if (held == held_.end()) return;
  for (auto const& kept : held->second) forget(kept);
  held_.erase(held);
}

void EventLog::visit(std::string const& run, std::function<void(Json const&)> const& each) const {
  if (auto const held = held_.find(run); held != held_.end()) {
    for (auto const& kept : held->second) each(kept.event);
  }
  for (auto const& kept : kept_) {
    auto const address = address_of(kept.event);
    if (address.empty() || address == run) each(kept.event);
  }
}

}  // namespace skald::runtime
