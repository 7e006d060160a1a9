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
  kept_.push_back({at, std::move(identity), std::move(event), bytes, next_number_++});
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
    bool const many = count() > limits_.count || bytes_ > limits_.bytes;
    if (!old && !many) return;
    std::string run(address_of(oldest.event));
    if (!many && !run.empty() && is_live(run)) {
      hold(std::move(run), std::move(oldest));
    } else {
      forget(oldest);
    }
    kept_.pop_front();
  }
}

void EventLog::hold(std::string run, Kept kept) {
  held_bytes_ += kept.bytes;
  held_order_.emplace(kept.number, run);
  held_[std::move(run)].push_back(std::move(kept));
  while (held_order_.size() > limits_.count / 2 || held_bytes_ > limits_.bytes / 2) {
    release_oldest();
  }
}

void EventLog::release_oldest() {
  auto const oldest = held_order_.begin();
  auto const held = held_.find(oldest->second);
  held_bytes_ -= held->second.front().bytes;
  forget(held->second.front());
  held->second.pop_front();
  if (held->second.empty()) held_.erase(held);
  held_order_.erase(oldest);
}

void EventLog::forget_run(std::string const& run) {
  auto const held = held_.find(run);
  if (held == held_.end()) return;
  for (auto const& kept : held->second) {
    held_order_.erase(kept.number);
    held_bytes_ -= kept.bytes;
    forget(kept);
  }
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
