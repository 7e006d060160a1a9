// Attempts: their answers, retries, deadlines, restarts and late successes.

#include <algorithm>

#include "runtime/machine/decision.hpp"
#include "runtime/machine/errors.hpp"
#include "runtime/machine/tree.hpp"
#include "saga/retry.hpp"

namespace skald::runtime {
namespace {

// Nobody offered its function when it was last tried.
bool awaits_function(Activation const& call) {
  return call.phase == Phase::delayed && !call.next_at && !call.last.unoffered.empty();
}

bool is_delete(Activation const& call) {
  auto const& method = call.detail["method"];
  return method.is_string() && (method.as_string() == "delete" || method.as_string() == "DELETE");
}

bool hears_late_answer(State const& state, Armed const& armed) {
  return armed.outcome != saga::Outcome::succeeded && state.end != EndStatus::killed;
}

}  // namespace

bool hears_late_answers(State const& state) {
  return std::ranges::any_of(
      state.armed, [&](auto const& entry) { return hears_late_answer(state, entry.second); });
}

Duration Decision::attempt_timeout(graph::Task const& task, Json const& data, Place const& place) {
  auto timeout = limits_.attempt_timeout;
  if (task.timeout) {
    auto const value = expressions_.duration(*task.timeout, data, place);
    if (auto const* duration = std::get_if<Duration>(&value)) timeout = *duration;
  }
  if (task.retry && task.retry->attempt_duration) {
    timeout = std::min(timeout, *task.retry->attempt_duration);
  }
  return timeout;
}

void Decision::operator()(AttemptAnswered const& input) {
  auto const found = state_.activations.find(input.activation);
  if (found == state_.activations.end()) {
    auto const armed = state_.armed.find(input.activation);
    auto const* task = armed == state_.armed.end() ? nullptr : &graph_.task(armed->second.task);
    auto const* call = task == nullptr ? nullptr : std::get_if<graph::Call>(&task->kind);
    if (call != nullptr && call->callback) return ignore("its callback says how it has ended");
    auto const policy = task == nullptr ? graph::EffectPolicy{} : task->effect;
    auto const outcome = saga::outcome_of(input.answer, saga::Direction::forward, false, policy);
    return late_success(input, outcome);
  }
  auto const& call = found->second;
  bool const current = call.phase == Phase::open && call.attempt == input.attempt;
  if (current && is_taken(call, input.answer)) {
    if (!stopped(state_, call.scope)) return add(CallbackAwaited{call.id});
    saga::Answer lost;
    lost.kind = saga::Answer::Kind::lost;
    lost.message = "stopped before its callback came";
    return answered(call, input.attempt, lost, false);
  }
  if (current) return answered(call, input.attempt, input.answer, false);
  // An attempt given up earlier. A success still counts: the effect has happened.
  auto const direction =
      undo_root(state_, call.scope).valid() ? saga::Direction::undo : saga::Direction::forward;
  auto const outcome =
      saga::outcome_of(input.answer, direction, is_delete(call), task_of(call).effect);
  bool const news = outcome == saga::Outcome::succeeded && input.attempt <= call.attempt &&
                    call.outcome != saga::Outcome::succeeded && !calls_back(call);
  if (!news) return ignore("the attempt already has an outcome");
  answered(call, input.attempt, input.answer, true);
}

bool Decision::calls_back(Activation const& call) const {
  auto const* kind = std::get_if<graph::Call>(&task_of(call).kind);
  return kind != nullptr && kind->callback;
}

// The participant has taken the call; whether it succeeds, it will tell.
bool Decision::is_taken(Activation const& call, saga::Answer const& answer) const {
  if (!calls_back(call)) return false;
  bool const undo = undo_root(state_, call.scope).valid();
  auto const direction = undo ? saga::Direction::undo : saga::Direction::forward;
  auto const outcome = saga::outcome_of(answer, direction, is_delete(call), task_of(call).effect);
  return outcome == saga::Outcome::succeeded;
}

// Counts once: as the answer of the attempt that is under way, or late, as the answer of one that
// had been given up.
void Decision::operator()(CalledBack const& input) {
  auto const found = state_.activations.find(input.activation);
  if (found == state_.activations.end()) {
    if (!state_.armed.contains(input.activation)) return ignore("nothing waits for this callback");
    graph::EffectPolicy const policy;
    return late_success({input.activation, 1, input.answer},
                        saga::outcome_of(input.answer, saga::Direction::forward, false, policy));
  }
  auto const& call = found->second;
  if (!calls_back(call)) return ignore("the step waits for no callback");
  if (call.outcome == saga::Outcome::succeeded) return ignore("the callback was used already");
  bool const current = call.phase == Phase::open || call.phase == Phase::waiting;
  bool const failed = input.answer.kind != saga::Answer::Kind::returned;
  if (!current && failed) return ignore("the attempt already has an outcome");
  answered(call, call.attempt, input.answer, !current);
}

void Decision::answered(Activation const& call, std::uint32_t attempt, saga::Answer const& answer,
                        bool late) {
  auto const& task = task_of(call);
  auto const id = call.id;
  auto const scope = call.scope;
  bool const undo = undo_root(state_, scope).valid();
  auto const direction = undo ? saga::Direction::undo : saga::Direction::forward;
  if (!late && !stopped(state_, scope) && saga::is_ongoing(answer, task.effect)) {
    if (auto const again = ongoing_time(call, answer)) {
      return add(AttemptOngoing{id, attempt, answer.status, *again});
    }
  }
  auto const outcome = saga::outcome_of(answer, direction, is_delete(call), task.effect);
  AttemptEnded ended{id, attempt, answer, outcome, std::nullopt, late};
  if (outcome == saga::Outcome::succeeded || stopped(state_, scope)) {
    add(std::move(ended));
    if (!stopped(state_, scope)) complete(id, answer.output, task.then);
    return;
  }
  // Nothing has failed: the call waits for who offers its function, whatever its policy says.
  if (!answer.unoffered.empty()) {
    add(std::move(ended));
    if (state_.open_pivot == id && !pivot_undecided(state_)) act_on_kept_causes();
    return;
  }
  if (undo || in_finally(state_, scope)) {
    undo_attempt_failed(call, std::move(ended));
  } else {
    attempt_failed(call, std::move(ended));
  }
}

// In doubt, with a probe that was not asked yet.
bool Decision::wants_probe(Activation const& call) const {
  return task_of(call).probe.valid() && !call.probed && call.phase == Phase::settled &&
         call.outcome == saga::Outcome::in_doubt;
}

// The probe ended with an error, which may tell that nothing has happened.
void Decision::probe_failed(ScopeId probe, Json const& error) {
  auto const call = scope_of(state_, probe).owner;
  auto const& status = error["status"];
  auto const outcome =
      saga::outcome_of_probe(status.is_number() ? static_cast<int>(status.as_number()) : 0);
  auto const& detail = error["detail"];
  end_probe(call, outcome, nullptr, detail.is_string() ? std::string(detail.as_string()) : "");
}

// The call goes on as if its last attempt had said this.
void Decision::end_probe(ActivationId id, saga::Outcome outcome, Json output, std::string message) {
  add(ProbeEnded{id, outcome, std::move(output), std::move(message)});
  auto const& call = activation_of(state_, id);
  if (stopped(state_, call.scope)) return;
  auto const& task = task_of(call);
  if (outcome == saga::Outcome::succeeded) return complete(id, call.last.output, task.then);
  auto error = answer_error(call.last, task.path);
  if (outcome == saga::Outcome::refused) {
    auto const& detail = error["detail"];
    std::string text = detail.is_string() ? std::string(detail.as_string()) : "no answer";
    error.set("detail", text + "; its probe found that it has not happened");
  }
  fail(call.scope, task, std::move(error));
}

// When a call that is not finished is made again; none when its time is up (limit.duration). An
// undo is asked without end.
std::optional<Time> Decision::ongoing_time(Activation const& call, saga::Answer const& answer) {
  auto const& task = task_of(call);
  Duration wait = Duration::from_seconds(5);
  if (task.effect.ongoing) {
    auto const every =
        expressions_.duration(task.effect.ongoing->every, call.input, place_of(call));
    if (auto const* fixed = std::get_if<Duration>(&every)) wait = *fixed;
  }
  if (answer.retry_after) wait = std::max(wait, *answer.retry_after);
  if (answer.ongoing) wait = *answer.ongoing;
  bool const undo = undo_root(state_, call.scope).valid();
  auto const limit = task.retry && !undo ? task.retry->max_duration : std::nullopt;
  auto const begun = call.first_attempt.value_or(call.started);
  if (limit && input_.now - begun + wait > *limit) return std::nullopt;
  return input_.now + wait;
}

graph::RetryPolicy const& Decision::undo_policy(graph::Task const& task) const {
  if (task.retry) return *task.retry;
  return graph_.saga.retry ? *graph_.saga.retry : saga::patient_policy();
}

// True when the policy's `when` and `exceptWhen` let this error be tried again.
Value Decision::may_retry(graph::RetryPolicy const& policy, Activation const& call,
                          Json const& error) {
  auto place = place_of(call);
  place.extras = {{"error", error}};
  if (policy.when) {
    auto when = expressions_.test(*policy.when, call.input, place);
    if (!when || !when.json.as_boolean()) return when;
  }
  if (policy.except_when) {
    auto except = expressions_.test(*policy.except_when, call.input, place);
    if (!except) return except;
    return {Json(!except.json.as_boolean())};
  }
  return {Json(true)};
}

std::optional<Time> Decision::retry_time(Activation const& call, graph::RetryPolicy const& policy,
                                         saga::Answer const& answer) {
  auto const place = place_of(call);
  auto const delay = expressions_.duration(policy.delay, call.input, place);
  saga::RetryQuestion question;
  question.retries = call.retries;
  question.elapsed = input_.now - call.first_attempt.value_or(call.started);
  if (auto const* base = std::get_if<Duration>(&delay)) question.base = *base;
  question.retry_after = answer.retry_after;
  question.random = next_random();
  auto const wait = saga::next_delay(policy, question);
  if (!wait) return std::nullopt;
  return input_.now + *wait;
}

void Decision::attempt_failed(Activation const& call, AttemptEnded ended) {
  auto const& task = task_of(call);
  auto const scope = call.scope;
  auto error = answer_error(ended.answer, task.path);
  auto const id = call.id;
  bool const in_probe = probe_root(graph_, state_, scope).valid();
  auto const* policy = task.retry ? &*task.retry : in_probe ? &saga::probe_policy() : nullptr;
  bool const again = policy != nullptr && saga::retriable(ended.answer, ended.outcome) &&
                     !ended.answer.invalid &&
                     !saga::is_ongoing(ended.answer, task.effect);  // then its time is up
  if (again) {
    auto allowed = may_retry(*policy, call, error);
    if (!allowed) {
      error = std::move(allowed.json);
    } else if (allowed.json.as_boolean()) {
      ended.retry_at = retry_time(call, *policy, ended.answer);
    }
  }
  if (!ended.retry_at && !in_probe && goes_forward(call, ended)) {
    ended.retry_at = forward_time(call, ended.answer);
    ended.beyond = true;
  }
  bool const failed = !ended.retry_at;
  auto const retry_after = ended.answer.retry_after;
  add(std::move(ended));
  if (failed && act_on_kept_causes()) return;
  if (failed && wants_probe(activation_of(state_, id))) return add(ProbeStarted{id});
  if (failed) fail(scope, task, std::move(error), retry_after);
}

// True when the attempt is repeated beyond the task's own limits: a pivot in doubt, because nobody
// may go on before it is known; what is transient where the saga only goes forward.
bool Decision::goes_forward(Activation const& call, AttemptEnded const& ended) const {
  auto known = call.outcome ? saga::combine(*call.outcome, ended.outcome) : ended.outcome;
  bool const at_work = call.ongoing && ended.outcome != saga::Outcome::refused;
  if (at_work) known = saga::combine(known, saga::Outcome::in_doubt);
  if (task_of(call).pivot && known == saga::Outcome::in_doubt) return true;
  if (!saga::retriable(ended.answer, ended.outcome) || ended.answer.invalid) return false;
  if (only_forward(graph_, state_)) return true;
  return graph_.saga.recover == graph::SagaPolicy::Recover::forward_then_backward &&
         call.beyond < graph_.saga.forward_tries;
}

std::optional<Time> Decision::forward_time(Activation const& call, saga::Answer const& answer) {
  auto const& task = task_of(call);
  return retry_time(call, saga::without_limits(task.retry ? &*task.retry : nullptr, graph_.saga),
                    answer);
}

// An undo can not be refused, and saga.finally neither: whatever is not done is tried again, under
// the task's own policy, else the workflow's, else without end. A `try` inside the block may handle
// it instead.
void Decision::undo_attempt_failed(Activation const& call, AttemptEnded ended) {
  auto const& task = task_of(call);
  auto const id = call.id;
  auto const scope = call.scope;
  auto const& policy = undo_policy(task);
  auto error = answer_error(ended.answer, task.path);
  bool const inside_try = would_handle(scope, error);
  if (!inside_try || task.retry) ended.retry_at = retry_time(call, policy, ended.answer);
  if (ended.retry_at) return add(std::move(ended));
  auto const message = ended.answer.message;
  add(std::move(ended));
  if (inside_try) return fail(scope, task, std::move(error));
  std::string const what = in_finally(state_, scope) ? "'" : "undo '";
  suspend(id, scope, what + task.name + "' reached the limit of its retries: " + message);
}

// An answer of an activation that is no longer live. Only the success of an effect that was in
// doubt is news: its undo gets the output, or is made once more.
void Decision::late_success(AttemptAnswered const& input, saga::Outcome outcome) {
  auto const found = state_.armed.find(input.activation);
  if (found == state_.armed.end()) return ignore("no effect of that activation is known");
  auto const& armed = found->second;
  bool const news = outcome == saga::Outcome::succeeded && hears_late_answer(state_, armed);
  if (!news) return ignore("the attempt already has an outcome");
  bool const again = armed.sent && !undo_was_skipped(state_, armed);
  auto const planned = armed.planned;
  add(AttemptEnded{input.activation, input.attempt, input.answer, outcome, std::nullopt, true});
  if (again) add(PlanAmended{planned, input.activation});
}

void Decision::operator()(FunctionOffered const& input) {
  auto const found = state_.activations.find(input.activation);
  if (found == state_.activations.end() || !awaits_function(found->second)) {
    return ignore("the call does not wait for its function");
  }
  auto const& call = found->second;
  if (state_.held) return ignore("the run is suspended as a whole");
  if (stopped(state_, call.scope)) return ignore("its scope is being stopped");
  fire_delay(call);
}

// After a restart, or once the run is no longer held: perhaps someone offers now what calls wait
// for.
void Decision::ask_again() {
  std::vector<ActivationId> waiting;
  for (auto const& [id, activation] : state_.activations) {
    bool const asks = awaits_function(activation) && !stopped(state_, activation.scope);
    if (asks && !state_.held) waiting.push_back(id);
  }
  for (auto const id : waiting) fire_delay(activation_of(state_, id));
}

void Decision::operator()(TimePassed const&) {
  if (state_.status == RunStatus::ended) return ignore("the run has ended");
  if (state_.held) return ignore("the run is suspended: what is due happens when it goes on");
  if (!fire_due()) ignore("nothing is due");
}

bool Decision::fire_due() {
  bool fired = false;
  while (!state_.timers.empty() && state_.timers.begin()->at <= input_.now && !over_budget()) {
    auto const timer = *state_.timers.begin();
    fire(timer);
    fired = true;
  }
  return fired;
}

void Decision::fire(Timer const& timer) {
  switch (timer.kind) {
    case TimerKind::run:
      return stop_run(
          {CauseKind::deadline, timeout_error("the workflow's timeout has passed", ""), {}, {}});
    case TimerKind::attempt: {
      auto const& call = activation_of(state_, timer.activation);
      if (std::holds_alternative<graph::Try>(task_of(call).kind)) return fire_pass(call);
      saga::Answer lost;
      lost.kind = saga::Answer::Kind::lost;
      lost.message = call.phase == Phase::waiting ? "no callback before the attempt's deadline"
                                                  : "no answer before the attempt's deadline";
      return answered(call, call.attempt, lost, false);
    }
    case TimerKind::delay: return fire_delay(activation_of(state_, timer.activation));
    case TimerKind::task: return fire_task(activation_of(state_, timer.activation));
  }
}

void Decision::fire_delay(Activation const& activation) {
  auto const& task = task_of(activation);
  if (std::holds_alternative<graph::Try>(task.kind)) {
    return add(TryRestarted{activation.id, pass_deadline(task)});
  }
  if (std::holds_alternative<graph::RunWorkflow>(task.kind)) return restart_child(activation);
  auto const timeout = attempt_timeout(task, activation.input, place_of(activation));
  add(AttemptStarted{activation.id, activation.attempt + 1, input_.now + timeout});
}

void Decision::fire_task(Activation const& activation) {
  auto const& task = task_of(activation);
  if (activation.phase == Phase::locking) {
    auto const words = "lock '" + activation.lock + "' was not free before the task's timeout";
    return give_up_lock(activation, false, timeout_error(words, task.path));
  }
  if (std::holds_alternative<graph::Wait>(task.kind)) {
    // The wait's end, unless the task's own timeout came first.
    bool const done =
        activation.detail["until"].as_number() <= static_cast<double>(activation.deadline->us);
    if (done) return complete(activation.id, activation.input, task.then);
  }
  auto error = timeout_error("the task's timeout has passed", task.path);
  Cause cause{CauseKind::deadline, error, {}, {}};
  bool const waits = pivot_undecided(state_) && surrounds(activation.id, state_.open_pivot);
  if (waits) return add(StopHeld{activation.id, std::move(cause)});
  auto const& kind = task.kind;
  bool const composite =
      std::holds_alternative<graph::Do>(kind) || std::holds_alternative<graph::For>(kind) ||
      std::holds_alternative<graph::Fork>(kind) || std::holds_alternative<graph::Try>(kind) ||
      (std::holds_alternative<graph::Listen>(kind) && !activation.children.empty());
  bool const undo = undo_root(state_, activation.scope).valid();
  bool const child = activation.phase == Phase::open &&
                     std::holds_alternative<graph::RunWorkflow>(kind) &&
                     (undo || in_finally(state_, activation.scope) || only_forward(graph_, state_));
  bool const moves = child || (composite && only_forward(graph_, state_) && !undo);
  if (!moves) return fail(activation.scope, task, std::move(error));
  // Nothing goes back, so what is inside goes on, unless a catch wants to know.
  auto const id = activation.id;
  if (!handled(activation.scope, error, {})) add(StopHeld{id, std::move(cause)});
}

// True when it is that activation, or one that the other is inside of.
bool Decision::surrounds(ActivationId outer, ActivationId inner) const {
  while (inner.valid() && inner != outer) {
    inner = scope_of(state_, activation_of(state_, inner).scope).owner;
  }
  return inner.valid();
}

// A pass of a try's body has taken too long. Its catch gets the error like any other.
void Decision::fire_pass(Activation const& attempt) {
  auto const& task = task_of(attempt);
  auto const id = attempt.id;
  auto error = timeout_error("the limit of one attempt has passed", task.path);
  if (handled(attempt.children.front(), error, {})) return;
  Cause cause{CauseKind::error, std::move(error), {}, {}};
  bool const back = !only_forward(graph_, state_) && !undo_root(state_, attempt.scope).valid() &&
                    !in_finally(state_, attempt.scope);
  if (back) return stop_run(std::move(cause));
  add(StopHeld{id, std::move(cause)});
}

// After a restart of the engine: what is open counts as sent and is sent again, unless its scope
// is stopping or the task forbids it; then it is in doubt.
void Decision::operator()(Recovered const& input) {
  for (auto const& child : input.begun) (*this)(child);
  std::vector<ActivationId> open;
  for (auto const& [id, activation] : state_.activations) {
    bool const call = std::holds_alternative<graph::Call>(task_of(activation).kind);
    bool const before = !input.open || input.open->contains({id, activation.attempt});
    if (call && activation.phase == Phase::open && before) open.push_back(id);
  }
  for (auto const id : open) {
    auto const found = state_.activations.find(id);
    if (found == state_.activations.end() || found->second.phase != Phase::open) continue;
    auto const& call = found->second;
    auto const& task = task_of(call);
    bool const again = !stopped(state_, call.scope) && task.effect.redeliver;
    if (again && state_.held) {
      add(AttemptParked{id});
      continue;
    }
    if (again) {
      auto const timeout = attempt_timeout(task, call.input, place_of(call));
      add(AttemptResent{id, call.attempt + 1, input_.now + timeout});
      continue;
    }
    saga::Answer lost;
    lost.kind = saga::Answer::Kind::lost;
    lost.message = "the engine was restarted while the call was open";
    answered(call, call.attempt, lost, false);
  }
  ask_again();
}

}  // namespace skald::runtime
