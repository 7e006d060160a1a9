// Folding what a run holds and asks for by name.

#include <algorithm>

#include "runtime/machine/fold.hpp"

namespace skald::runtime {

void Fold::operator()(LockWanted const& fact) {
  auto& around = scope(fact.scope);
  around.current = fact.activation;
  state_.ready_scopes.erase(fact.scope);
  state_.next_activation = fact.activation.value + 1;
  auto& waiting = state_.activations[fact.activation];
  waiting.id = fact.activation;
  waiting.task = fact.task;
  waiting.scope = fact.scope;
  waiting.phase = Phase::locking;
  waiting.started = at_;
  waiting.input = fact.input;
  waiting.lock = fact.name;
  waiting.deadline = fact.deadline;
  if (fact.deadline) set_timer(state_, {*fact.deadline, TimerKind::task, waiting.id});
  state_.lock_requests.push_back({fact.activation, fact.name});
}

// The run is the holder: whoever in it waits for the same name can begin.
void Fold::operator()(LockTaken const&) {
  auto const name = state_.lock_requests.front().name;
  state_.locks[name] = at_;
  std::erase_if(state_.lock_requests, [&](LockRequest const& request) {
    if (request.name != name) return false;
    state_.ready_activations.insert(request.activation);
    return true;
  });
}

void Fold::operator()(LockGivenUp const& fact) {
  auto& waiting = activation(fact.activation);
  scope(waiting.scope).current = {};
  if (fact.refused) {
    state_.lock_requests.pop_front();
  } else {
    stop_locking(waiting);
  }
  forget_locking(fact.activation);
}

void Fold::operator()(LockWithdrawn const&) {
  state_.lock_requests.pop_front();
}

// Nobody waits any more. The first request may be known at the lock's home; the others are not.
void Fold::stop_locking(Activation& inside) {
  drop_timers(state_, inside);
  inside.phase = Phase::settled;
  auto& requests = state_.lock_requests;
  auto const at = std::ranges::find(requests, inside.id, &LockRequest::activation);
  if (at == requests.end()) return;  // it has the lock, and has not begun
  if (at == requests.begin()) {
    at->withdrawn = true;
  } else {
    requests.erase(at);
  }
}

void Fold::forget_locking(ActivationId id) {
  drop_timers(state_, activation(id));
  state_.ready_activations.erase(id);
  state_.activations.erase(id);
}

}  // namespace skald::runtime
