// Folding attempts: what is out, what came back, what is known of the effect.

#include <algorithm>

#include "runtime/machine/fold.hpp"

#include "base/assert.hpp"
#include "runtime/machine/errors.hpp"

namespace skald::runtime {

void Fold::open_attempt(ActivationId id, std::uint32_t attempt, Time deadline) {
  auto& call = activation(id);
  if (call.next_at) state_.timers.erase({*call.next_at, TimerKind::delay, id});
  if (call.attempt_deadline) state_.timers.erase({*call.attempt_deadline, TimerKind::attempt, id});
  if (!call.first_attempt) call.first_attempt = at_;
  call.next_at.reset();
  call.probed = false;
  call.phase = Phase::open;
  call.attempt = attempt;
  call.attempt_deadline = deadline;
  set_timer(state_, {deadline, TimerKind::attempt, id});
}

// The attempt before the restart may have arrived, and nobody will ever hear of it: whatever the
// next one says, the effect is in doubt at least.
void Fold::operator()(AttemptResent const& fact) {
  auto& call = activation(fact.activation);
  call.outcome =
      saga::combine(call.outcome.value_or(saga::Outcome::in_doubt), saga::Outcome::in_doubt);
  if (auto const armed = state_.armed.find(fact.activation); armed != state_.armed.end()) {
    armed->second.outcome = call.outcome;
  }
  open_attempt(fact.activation, fact.attempt, fact.deadline);
}

void Fold::operator()(ProbeStarted const& fact) {
  auto& call = activation(fact.activation);
  drop_timers(state_, call);
  call.attempt_deadline.reset();
  call.next_at.reset();
  call.phase = Phase::probing;
  call.probed = true;
  open_scope(graph_, state_, task_of(call).probe, call.id, call.input);
  // What unwinds around it waits for the probe.
  for (auto at = call.scope; at.valid(); at = scope(at).parent) {
    for (auto const id : state_.active_unwindings) {
      auto& unwinding = state_.unwindings.at(id);
      bool const around =
          std::find(unwinding.scopes.begin(), unwinding.scopes.end(), at) != unwinding.scopes.end();
      if (!around || unwinding.planned) continue;
      unwinding.unsettled.push_back(call.id);
      state_.ready_unwindings.erase(id);
    }
  }
}

void Fold::drop_probe(Activation& call) {
  if (!std::holds_alternative<graph::Call>(task_of(call).kind)) return;
  forget(call.children);
  call.children.clear();
}

void Fold::operator()(ProbeEnded const& fact) {
  auto& call = activation(fact.activation);
  drop_probe(call);
  call.phase = Phase::settled;
  if (fact.outcome == saga::Outcome::succeeded) {
    call.last = {};
    call.last.kind = saga::Answer::Kind::returned;
    call.last.output = fact.output;
  }
  if (fact.outcome != saga::Outcome::in_doubt) {
    call.outcome = fact.outcome;
    call.ongoing = false;
    update_armed(call);
  }
  wake_unwindings();
}

void Fold::operator()(AttemptOngoing const& fact) {
  auto& call = activation(fact.activation);
  drop_timers(state_, call);
  call.attempt_deadline.reset();
  call.phase = Phase::delayed;
  call.ongoing = true;
  call.next_at = fact.again_at;
  set_timer(state_, {fact.again_at, TimerKind::delay, call.id});
}

void Fold::operator()(AttemptEnded const& fact) {
  if (!state_.activations.contains(fact.activation)) {
    late_answer(fact);
    return;
  }
  auto& call = activation(fact.activation);
  drop_timers(state_, call);
  drop_probe(call);  // a late success says more
  call.attempt_deadline.reset();
  call.next_at.reset();
  call.last = fact.answer;
  call.outcome = call.outcome ? saga::combine(*call.outcome, fact.outcome) : fact.outcome;
  // It has taken the work on: only its own word ends that, no attempt that is lost or not sent.
  if (fact.outcome == saga::Outcome::refused) call.ongoing = false;
  if (call.ongoing) call.outcome = saga::combine(*call.outcome, saga::Outcome::in_doubt);
  update_armed(call);
  if (auto const root = undo_root(state_, call.scope); root.valid()) {
    auto& block = scope(root);
    ++state_.unwindings.at(block.undo_of).plan[block.undo_index].attempts;
  }
  call.phase = Phase::settled;
  if (fact.retry_at) {
    call.phase = Phase::delayed;
    call.next_at = fact.retry_at;
    ++call.retries;
    if (fact.beyond) ++call.beyond;
    set_timer(state_, {*fact.retry_at, TimerKind::delay, call.id});
  } else if (!fact.answer.unoffered.empty() && !stopped(state_, call.scope)) {
    // Waits without a limit until someone offers the function; a series of retries begins then.
    call.phase = Phase::delayed;
    if (call.retries == 0) call.first_attempt.reset();
  }
  if (stopped(state_, call.scope)) wake_unwindings();
}

void Fold::operator()(CallbackAwaited const& fact) {
  activation(fact.activation).phase = Phase::waiting;
}

// The participant is at work, and nobody waits for it any more.
void Fold::give_up_callback(Activation& call) {
  bool const awaited =
      call.phase == Phase::waiting && std::holds_alternative<graph::Call>(task_of(call).kind);
  if (!awaited) return;
  call.last = {};
  call.last.kind = saga::Answer::Kind::lost;
  call.last.message = "stopped before its callback came";
  call.outcome =
      saga::combine(call.outcome.value_or(saga::Outcome::in_doubt), saga::Outcome::in_doubt);
  update_armed(call);
}

// A success that came after its task was given up and planned to be undone.
void Fold::late_answer(AttemptEnded const& fact) {
  auto const at = state_.armed.find(fact.activation);
  SKALD_ASSERT(at != state_.armed.end(), "a late answer of an effect that is not armed");
  at->second.outcome = fact.outcome;
  at->second.output = fact.answer.output;
  at->second.error = nullptr;
}

void Fold::update_armed(Activation const& call) {
  auto const at = state_.armed.find(call.id);
  if (at == state_.armed.end()) return;
  auto& armed = at->second;
  bool const first_success =
      *call.outcome == saga::Outcome::succeeded && armed.outcome != saga::Outcome::succeeded;
  armed.outcome = call.outcome;
  if (first_success) armed.output = call.last.output;
  armed.error = *call.outcome == saga::Outcome::succeeded
                    ? Json()
                    : answer_error(call.last, task_of(call).path);
  if (*call.outcome != saga::Outcome::in_doubt) armed.frozen = freeze(state_, call.scope);
}

}  // namespace skald::runtime
