// Events that leave: what runs emit goes to every partition, and to the sinks outside.

#include <tuple>
#include <utility>

#include "runtime/engine/partition_slot.hpp"
#include "runtime/machine/tree.hpp"

namespace skald::runtime {

EventOutbox::Ports Partition::outbox_ports() {
  EventOutbox::Ports ports;
  ports.keep = [this](EventSent sent) {
    Batch batch;
    batch.sent.push_back(std::move(sent));
    add_frame(encode(batch));
  };
  ports.submit = [this](CallRequest request) { ports_.executor.submit(std::move(request)); };
  ports.say = [this](std::string const& words) {
    if (ports_.say) ports_.say(words);
  };
  return ports;
}

void Partition::publish(std::uint64_t handle, ActivationId activation, Json event) {
  if (outbox_.sinks().empty()) return ports_.publish(handle, activation, std::move(event));
  if (outbox_.full()) {
    held_.push_back({handle, activation, std::move(event)});
    return;
  }
  auto& [run, step] = emitted_[event_identity(event)];
  if (auto const* slot = find(handle); slot != nullptr) {
    run = slot->state.run;
    auto const at = slot->state.activations.find(activation);
    if (at != slot->state.activations.end()) step = slot->graph->task(at->second.task).path;
  }
  ports_.publish(handle, activation, std::move(event));
}

void Partition::publish_held() {
  while (!held_.empty() && !outbox_.full()) {
    auto next = std::move(held_.front());
    held_.pop_front();
    publish(next.handle, next.activation, std::move(next.event));
  }
}

EventReceived Partition::received(Json const& event, Time now) {
  EventReceived fact{event, now};
  auto emitted = emitted_.extract(event_identity(event));
  if (emitted.empty()) return fact;
  fact.sinks = outbox_.sinks();
  std::tie(fact.run, fact.step) = std::move(emitted.mapped());
  return fact;
}

void Partition::delivered(AttemptId attempt, saga::Answer const& answer, Time now) {
  now_ = std::max(now_, now);
  outbox_.answered(attempt, answer, now_);
  publish_held();
}

}  // namespace skald::runtime
