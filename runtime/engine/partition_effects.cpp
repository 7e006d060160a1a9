// What the world owes a run after a turn: calls begin, or are withdrawn, listens begin and end,
// children are told what is wanted of them.
// Only what the turn's facts are about is looked at: a run may have thousands of calls under way.

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "runtime/engine/partition_slot.hpp"

namespace skald::runtime {

void Partition::follow_effects(Slot& slot, Touched const& among) {
  auto const& state = slot.state;
  slot.followed = true;
  if (!among) hold_children(slot);
  std::set<ActivationId> listening;
  std::set<std::string> children;
  for (auto& effect : among ? pending(*slot.graph, state, *among) : pending(*slot.graph, state)) {
    if (auto* call = std::get_if<CallEffect>(&effect)) {
      begin_call(slot, std::move(*call));
    } else if (auto* wanted = std::get_if<SubscribeEffect>(&effect)) {
      listening.insert(wanted->activation);
      subscribe(slot, *wanted);
    } else if (auto const* child = std::get_if<ChildEffect>(&effect)) {
      if (!among) children.insert(child->child);
      follow_child(slot, *child);
    } else if (auto* publish = std::get_if<PublishEffect>(&effect)) {
      if (!slot.publishing.insert(publish->activation).second) continue;
      after_durable([this, handle = slot.handle, id = publish->activation,
                     event = std::move(publish->event)] { this->publish(handle, id, event); });
    } else if (auto const* lock = std::get_if<LockEffect>(&effect)) {
      follow_lock(slot, *lock);
    } else if (!std::exchange(slot.continuing, true)) {
      continuing_.push_back(slot.handle);
    }
  }
  follow_listens(slot, among, std::move(listening));
  withdraw_given_up(slot, among);
  follow_parked(slot, among);
  if (!among) stop_orphans(slot, children);
  if (!among) let_children_go_on(slot);
  if (options_.check_effects) check_followed(slot);
}

void Partition::follow_listens(Slot& slot, Touched const& among, std::set<ActivationId> listening) {
  bool const listened = !slot.subscriptions.empty();
  if (among) {
    for (auto const id : *among) slot.subscriptions.erase(id);
    slot.subscriptions.merge(listening);
  } else {
    slot.subscriptions = std::move(listening);
  }
  if (!listened || !slot.subscriptions.empty()) return;
  for (auto& [type, handles] : subscribers_) handles.erase(slot.handle);
}

void Partition::begin_call(Slot& slot, CallEffect effect) {
  auto const fresh = slot.sent.insert({effect.activation, effect.attempt}).second;
  if (fresh) {
    release_when_durable(slot.handle, std::move(effect));
  } else if (effect.withdraw) {
    withdraw(slot, effect.activation, effect.attempt);
  }
}

void Partition::withdraw(Slot& slot, ActivationId activation, std::uint32_t attempt) {
  if (!slot.withdrawn.insert({activation, attempt}).second) return;
  AttemptId const id{slot.handle, activation.value, attempt};
  after_durable([this, id] {
    submit_outgoing();  // it may be among them
    ports_.executor.withdraw(id);
  });
}

// An attempt that the run has given up (its deadline has passed) is not to begin any more: it may
// still wait, for a function that nobody has registered yet.
void Partition::withdraw_given_up(Slot& slot, Touched const& among) {
  auto const look = [&](auto const& sent) {
    if (!slot.is_open(sent.first, sent.second)) withdraw(slot, sent.first, sent.second);
  };
  if (!among) {
    std::for_each(slot.sent.begin(), slot.sent.end(), look);
    return;
  }
  for (auto const id : *among) {
    auto sent = slot.sent.lower_bound({id, 0});
    for (; sent != slot.sent.end() && sent->first == id; ++sent) look(*sent);
  }
}

// Calls that wait until someone offers their function, also those that a stop had interrupted.
void Partition::follow_parked(Slot& slot, Touched const& among) {
  if (among) {
    for (auto const id : *among) park(slot, id);
    return;
  }
  for (auto const& [id, function] : std::map(slot.parked)) park(slot, id);
  for (auto const& [id, activation] : slot.state.activations) park(slot, id);
}

void Partition::park(Slot& slot, ActivationId activation) {
  auto const* function = slot.waits_for(activation);
  auto const parked = slot.parked.find(activation);
  if (parked != slot.parked.end()) {
    if (function != nullptr && *function == parked->second) return;
    unpark(slot, activation);
  }
  if (function == nullptr) return;
  slot.parked.emplace(activation, *function);
  unoffered_[*function].insert({slot.handle, activation});
}

void Partition::unpark(Slot& slot, ActivationId activation) {
  auto const parked = slot.parked.find(activation);
  if (parked == slot.parked.end()) return;
  auto const calls = unoffered_.find(parked->second);
  if (calls != unoffered_.end()) {
    calls->second.erase({slot.handle, activation});
    if (calls->second.empty()) unoffered_.erase(calls);
  }
  slot.parked.erase(parked);
}

void Partition::subscribe(Slot& slot, SubscribeEffect const& effect) {
  if (slot.subscriptions.contains(effect.activation)) return;
  auto const& types = effect.types;
  if (types.empty()) subscribers_[""].insert(slot.handle);
  for (auto const& type : types) subscribers_[type].insert(slot.handle);
  events_.visit(slot.state.run, [&](Json const& event) {
    auto const& type = event["type"];
    bool const fits =
        types.empty() || (type.is_string() &&
                          std::find(types.begin(), types.end(), type.as_string()) != types.end());
    if (fits) todo_.emplace_back(slot.handle, EventArrived{event});
  });
}

// Nothing was missed by looking at a part only: the whole says the same.
void Partition::check_followed(Slot const& slot) const {
  std::set<ActivationId> listening;
  for (auto const& effect : pending(*slot.graph, slot.state)) {
    if (auto const* call = std::get_if<CallEffect>(&effect)) {
      SKALD_ASSERT(slot.sent.contains({call->activation, call->attempt}), "a call was missed");
    } else if (auto const* wanted = std::get_if<SubscribeEffect>(&effect)) {
      listening.insert(wanted->activation);
    } else if (auto const* child = std::get_if<ChildEffect>(&effect)) {
      check_child(slot, *child);
    } else if (auto const* publish = std::get_if<PublishEffect>(&effect)) {
      SKALD_ASSERT(slot.publishing.contains(publish->activation), "an emit was missed");
    } else if (auto const* lock = std::get_if<LockEffect>(&effect)) {
      bool const asked = slot.lock_asked == std::pair(lock->activation, lock->withdraw);
      SKALD_ASSERT(asked || slot.lock_gated, "a lock was not asked for");
    } else {
      SKALD_ASSERT(slot.continuing, "a run that does not go on");
    }
  }
  SKALD_ASSERT(listening == slot.subscriptions, "a listen was missed, or its end");
  for (auto const& [id, attempt] : slot.sent) {
    SKALD_ASSERT(slot.is_open(id, attempt) || slot.withdrawn.contains({id, attempt}),
                 "an attempt that was given up was not withdrawn");
  }
  for (auto const& [id, function] : slot.parked) {
    auto const* wanted = slot.waits_for(id);
    SKALD_ASSERT(wanted != nullptr && *wanted == function, "a call waits for a function no more");
  }
}

}  // namespace skald::runtime
