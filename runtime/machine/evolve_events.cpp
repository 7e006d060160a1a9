// Folding what a listen took, what was done with it, and what an emit gave.

#include "runtime/machine/event_match.hpp"
#include "runtime/machine/fold.hpp"

namespace skald::runtime {

void Fold::operator()(EventTaken const& fact) {
  auto& listener = activation(fact.activation);
  auto const& kind = std::get<graph::Listen>(task_of(listener).kind);
  state_.events_taken.insert(event_identity(fact.event));
  listener.filters_taken.insert(fact.filter);
  if (fact.learned.is_object()) {
    for (auto const& [name, value] : fact.learned.members()) {
      listener.learned.set_shared(name, value);
    }
  }
  if (fact.filter >= first_until_filter(kind.filters)) return;
  if (!kind.foreach) {
    listener.results.push_back(read_event(kind.read, fact.event));
    return;
  }
  listener.queue.push_back(fact.event);
  if (listener.children.empty()) state_.ready_activations.insert(listener.id);
}

// The oldest event that waits has its turn.
void Fold::begin_event(Activation& listener, graph::Listen const& kind, std::uint32_t index) {
  auto const event = std::move(listener.queue.front());
  listener.queue.pop_front();
  auto& item = open_scope(graph_, state_, kind.foreach->body, listener.id, listener.input);
  item.item = index;
  item.variables.set(kind.foreach->item, read_event(kind.read, event));
  item.variables.set(kind.foreach->at, Json(index));
  listener.next_item = index + 1;
  state_.ready_activations.erase(listener.id);
}

void Fold::end_event(Scope& item, Activation& listener, ScopeEnded const& fact) {
  listener.results.push_back(fact.output);
  if (fact.context) export_context(listener.scope, *fact.context);
  listener.armed.insert(listener.armed.end(), item.armed.begin(), item.armed.end());
  listener.ending = listener.ending || item.ending;
  std::erase(listener.children, item.id);
  erase(state_, {{item.id}, {}});
  if (!listener.queue.empty()) state_.ready_activations.insert(listener.id);
}

// What had come before it stopped has its turn first. One that has all it wants is done: only its
// output could not be made.
void Fold::listen_again(Activation& listener) {
  listener.phase = Phase::waiting;
  auto const& kind = std::get<graph::Listen>(task_of(listener).kind);
  bool const has_all = listener.ending || has_enough(kind, listener.filters_taken);
  bool const goes_on = listener.children.empty() && (!listener.queue.empty() || has_all);
  if (goes_on) state_.ready_activations.insert(listener.id);
}

void Fold::operator()(EventPublished const& fact) {
  activation(fact.activation).phase = Phase::composite;
  activation(fact.activation).outcome = saga::Outcome::succeeded;
  if (auto const armed = state_.armed.find(fact.activation); armed != state_.armed.end()) {
    armed->second.outcome = saga::Outcome::succeeded;
  }
  state_.ready_activations.insert(fact.activation);
}

}  // namespace skald::runtime
