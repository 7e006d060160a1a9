#include "tests/simulation/run_checker.hpp"

#include <algorithm>

#include "runtime/machine/tree.hpp"
#include "tests/simulation/violation.hpp"

namespace skald::simulation {

using runtime::ActivationId;
using runtime::ScopeId;

namespace {

// The table of SAGA 2, written a second time.
saga::Outcome expected_outcome(saga::Answer const& answer, bool undo,
                               graph::EffectPolicy const& policy) {
  using Kind = saga::Answer::Kind;
  bool const response = answer.kind == Kind::response;
  if (response && answer.ongoing) return saga::Outcome::in_doubt;
  if (response && policy.ongoing && policy.ongoing->status.front() == answer.status) {
    return saga::Outcome::in_doubt;
  }
  if (answer.kind == Kind::returned) return saga::Outcome::succeeded;
  if (answer.kind == Kind::refused) return saga::Outcome::refused;
  if (answer.kind == Kind::not_sent) return saga::Outcome::not_sent;
  if (answer.kind != Kind::response) return saga::Outcome::in_doubt;
  bool const done = undo && std::ranges::count(policy.done_on, answer.status) > 0;
  if (done || answer.status / 100 == 2) return saga::Outcome::succeeded;
  if (undo && answer.status == 410) return saga::Outcome::succeeded;
  bool const later = answer.status == 408 || answer.status == 425 || answer.status == 429;
  return answer.status / 100 == 4 && !later ? saga::Outcome::refused : saga::Outcome::in_doubt;
}

bool is_call(graph::Task const& task) {
  return std::holds_alternative<graph::Call>(task.kind);
}

}  // namespace

std::string RunChecker::name(ActivationId id) const {
  auto const& act = acts_.at(id);
  return graph_.task(act.task).path + " #" + std::to_string(act.number);
}

void RunChecker::check(runtime::Record const& record, Lsn lsn) {
  require(record.at >= last_, "records go back in time");
  last_ = record.at;
  struct Look {
    RunChecker& checker;
    Time at;

    void operator()(runtime::RunStarted const&) const {
      require(checker.state_.status == runtime::RunStatus::pending, "a run is started twice");
    }
    void operator()(runtime::TaskSkipped const& fact) const { checker.note_followed(fact.scope); }
    void operator()(runtime::TaskEntered const& fact) const { checker.look(fact); }
    void operator()(runtime::AttemptStarted const& fact) const { checker.look(fact, at); }
    void operator()(runtime::AttemptResent const& fact) const { checker.look(fact); }
    void operator()(runtime::AttemptEnded const& fact) const { checker.look(fact); }
    void operator()(runtime::TaskCompleted const& fact) const { checker.look(fact, at); }
    void operator()(runtime::ItemStarted const&) const {}
    void operator()(runtime::ScopeEnded const&) const {}
    void operator()(runtime::EventTaken const&) const {}
    void operator()(runtime::EventPublished const&) const {}
    void operator()(runtime::Stopping const& fact) const { checker.look(fact); }
    void operator()(runtime::PlanRecorded const& fact) const { checker.look(fact); }
    void operator()(runtime::PlanAmended const& fact) const { checker.look(fact); }
    void operator()(runtime::UndoStarted const& fact) const { checker.look(fact); }
    void operator()(runtime::UndoEnded const& fact) const { checker.look(fact); }
    void operator()(runtime::Unwound const& fact) const { checker.look(fact); }
    void operator()(runtime::TryRestarted const& fact) const { checker.look(fact, at); }
    void operator()(runtime::RunSuspended const&) const {}
    void operator()(runtime::RunResumed const&) const { checker.look_at_killed_pivots({}); }
    void operator()(runtime::RunEnded const& fact) const { checker.look(fact); }
    void operator()(runtime::StepRetried const& fact) const { checker.look(fact); }
    void operator()(runtime::StepReplaced const& fact) const { checker.look(fact); }
    void operator()(runtime::StepCompleted const& fact) const { checker.look(fact); }
    void operator()(runtime::AttemptParked const& fact) const { checker.look(fact); }
    void operator()(runtime::CallbackAwaited const& fact) const { checker.look(fact); }
    void operator()(runtime::StopLifted const& fact) const { checker.look(fact); }
    void operator()(runtime::PivotPassed const& fact) const { checker.look(fact); }
    void operator()(runtime::StopHeld const& fact) const { checker.look(fact); }
    void operator()(runtime::FinallyStarted const& fact) const { checker.look(fact); }
    void operator()(runtime::ChildStarted const& fact) const { checker.look(fact); }
    void operator()(runtime::ChildEnded const& fact) const { checker.look(fact); }
    void operator()(runtime::ProbeStarted const& fact) const { checker.look(fact); }
    void operator()(runtime::ProbeEnded const& fact) const { checker.look(fact); }
    void operator()(runtime::AttemptOngoing const& fact) const { checker.look(fact, at); }
    void operator()(runtime::LockWanted const& fact) const { checker.look(fact); }
    void operator()(runtime::LockTaken const& fact) const { checker.look(fact); }
    void operator()(runtime::LockGivenUp const&) const {}
    void operator()(runtime::LockWithdrawn const&) const {}
  };
  std::visit(Look{*this, record.at}, record.body);
  runtime::evolve(graph_, state_, record);
  note_place(record.body, lsn);
}

// Where facts that something has to wait for stand in the journal.
void RunChecker::note_place(runtime::RecordBody const& body, Lsn lsn) {
  if (auto const* entered = std::get_if<runtime::TaskEntered>(&body)) {
    if (entered->attempt_deadline) acts_.at(entered->activation).attempts[1] = lsn;
  } else if (auto const* started = std::get_if<runtime::AttemptStarted>(&body)) {
    acts_.at(started->activation).attempts[started->attempt] = lsn;
  } else if (auto const* resent = std::get_if<runtime::AttemptResent>(&body)) {
    acts_.at(resent->activation).attempts[resent->attempt] = lsn;
  } else if (auto const* stopping = std::get_if<runtime::Stopping>(&body)) {
    if (!stopping->handler.valid()) stopped_at_ = lsn;
  } else if (auto const* kept = std::get_if<runtime::StopHeld>(&body)) {
    // A cancel that waits for a pivot is answered when that is durable.
    if (!kept->activation.valid()) stopped_at_ = lsn;
  } else if (auto const* end = std::get_if<runtime::RunEnded>(&body)) {
    ended_at_ = lsn;
    ends_.push_back(end->status);
  }
}

void RunChecker::look(runtime::LockWanted const& fact) {
  require_not_held("a task waits for its lock");
  require(!stopped_.contains(fact.scope), "a task waits for a lock in a scope that unwinds");
  require(!state_.locks.contains(fact.name), "a lock is asked for that the run holds");
}

void RunChecker::look(runtime::LockTaken const& fact) {
  require(!ended(), "a run that has ended takes a lock");
  require(!state_.lock_requests.empty() &&
              state_.lock_requests.front().activation == fact.activation &&
              !state_.lock_requests.front().withdrawn,
          "a lock is taken that is not asked for");
}

void RunChecker::look(runtime::TaskEntered const& fact) {
  if (auto const& lock = graph_.task(fact.task).lock) {
    bool const constant = lock->kind == graph::Template::Kind::constant;
    require(!constant || state_.locks.contains(std::string(lock->constant.as_string())),
            "a task begins without its lock");
  }
  require(!acts_.contains(fact.activation), "an activation begins twice");
  Act act;
  act.task = fact.task;
  act.number = fact.number;
  act.arguments = fact.detail;
  for (auto at = fact.scope; at.valid();) {
    auto const& scope = runtime::scope_of(state_, at);
    act.scopes.push_back(at);
    if (graph_.list(scope.list).role == graph::ListRole::probe) {
      act.probe_of = scope.owner;  // what is around it may stop
      break;
    }
    act.in_undo = act.in_undo || scope.undo_of.valid();
    if (scope.undo_of.valid()) {
      act.undoes = state_.unwindings.at(scope.undo_of).plan[scope.undo_index].undoes;
    }
    if (scope.owner.valid()) {
      act.ancestors.push_back(scope.owner);
      auto const& kind = graph_.task(runtime::activation_of(state_, scope.owner).task).kind;
      auto const* loop = std::get_if<graph::For>(&kind);
      if (std::holds_alternative<graph::Fork>(kind) || (loop != nullptr && loop->concurrency > 0)) {
        act.branches.emplace_back(scope.owner, scope.item);
      }
    }
    at = scope.parent;
  }
  note_followed(fact.scope);
  require_moving(act, "a task begins");
  require_not_held("a task begins");
  if (check_key(fact, act)) act.outcome = saga::Outcome::in_doubt;
  act.open = fact.attempt_deadline.has_value();
  act.attempt = act.open ? 1 : 0;
  acts_.emplace(fact.activation, std::move(act));
}

// Keys are never used twice, but for what a retried try left in doubt and can not undo. True when
// this is such a one.
bool RunChecker::check_key(runtime::TaskEntered const& fact, Act const& act) const {
  auto const& task = graph_.task(fact.task);
  bool kept = false;
  for (auto const& [id, other] : acts_) {
    if (other.task != fact.task || other.number != fact.number) continue;
    bool const exception = !task.compensate.valid() && is_call(task) &&
                           other.arguments == act.arguments && !other.completed && !other.open &&
                           !other.given_up && other.outcome == saga::Outcome::in_doubt;
    require(exception, "a new activation has the key of another: " + name(id));
    kept = true;
  }
  return kept;
}

bool RunChecker::moving(Act const& act) const {
  return std::none_of(act.scopes.begin(), act.scopes.end(),
                      [this](ScopeId scope) { return stopped_.contains(scope); });
}

void RunChecker::require_moving(Act const& act, char const* what) const {
  require(moving(act),
          std::string(what) + " inside a scope that unwinds: " + graph_.task(act.task).path);
}

void RunChecker::look(runtime::AttemptStarted const& fact, Time at) {
  auto& act = acts_.at(fact.activation);
  require_moving(act, "an attempt begins");
  require_not_held("an attempt begins");
  require(!act.open, "an attempt begins while another is open: " + name(fact.activation));
  require(fact.attempt == act.attempt + 1, "attempts are not numbered in a row");
  require(!act.retry_at || at >= *act.retry_at, "a retry begins before its delay is over");
  act.retry_at.reset();
  act.probed = false;
  act.attempt = fact.attempt;
  act.open = true;
}

void RunChecker::look(runtime::AttemptResent const& fact) {
  auto& act = acts_.at(fact.activation);
  require_moving(act, "an attempt is sent again");
  require_not_held("an attempt is sent again");
  require(act.open, "an attempt is sent again that was not open");
  require(graph_.task(act.task).effect.redeliver, "a call is sent again that forbids it");
  require(fact.attempt == act.attempt + 1, "attempts are not numbered in a row");
  act.attempt = fact.attempt;
  act.outcome = std::max(act.outcome.value_or(saga::Outcome::in_doubt), saga::Outcome::in_doubt);
}

void RunChecker::look(runtime::AttemptEnded const& fact) {
  auto& act = acts_.at(fact.activation);
  require(fact.outcome == expected_outcome(fact.answer, act.in_undo, graph_.task(act.task).effect),
          "the outcome of an attempt is not that of the table: " + name(fact.activation));
  check_retry(fact, act);
  if (act.probe_of.valid()) {
    bool const gone = fact.answer.status == 404 || fact.answer.status == 410;
    bool const found = fact.outcome == saga::Outcome::succeeded;
    acts_.at(act.probe_of).probe_says = found  ? saga::Outcome::succeeded
                                        : gone ? saga::Outcome::refused
                                               : saga::Outcome::in_doubt;
  }
  close_probe(fact.activation);
  act.probed = act.probed && fact.late;
  bool const news =
      fact.outcome == saga::Outcome::succeeded && act.outcome != saga::Outcome::succeeded;
  act.outcome = act.outcome ? std::max(*act.outcome, fact.outcome) : fact.outcome;
  if (fact.outcome == saga::Outcome::refused) act.ongoing = false;
  if (act.ongoing) act.outcome = std::max(*act.outcome, saga::Outcome::in_doubt);
  act.open = false;
  act.retry_at = fact.retry_at;
  auto const armed_at = state_.armed.find(fact.activation);
  bool const undo_sent = armed_at != state_.armed.end() && armed_at->second.sent;
  if (news && act.planned && undo_sent && !act.skipped) act.late_success = true;
}

// Going forward a refusal is an answer, but for a pivot that may have happened already; and what
// goes beyond a task's own limits has a limit too.
void RunChecker::check_retry(runtime::AttemptEnded const& fact, Act& act) const {
  using Recover = graph::SagaPolicy::Recover;
  if (!fact.retry_at || act.in_undo || fact.late) return;
  bool const last = runtime::in_finally(state_, act.scopes.front());
  bool const doubtful =
      graph_.task(act.task).pivot && act.outcome.value_or(fact.outcome) >= saga::Outcome::in_doubt;
  require(last || doubtful || fact.outcome != saga::Outcome::refused,
          "a refusal is tried again: " + name(fact.activation));
  bool const back = graph_.saga.recover == Recover::forward_then_backward && !pivot_.valid() &&
                    !graph_.task(act.task).pivot;
  if (fact.beyond) ++act.beyond;
  require(!back || act.beyond <= graph_.saga.forward_tries,
          "a saga goes forward more often than it may: " + name(fact.activation));
}

void RunChecker::look(runtime::ChildStarted const& fact) {
  auto& act = acts_.at(fact.activation);
  auto const& kind = std::get<graph::RunWorkflow>(graph_.task(act.task).kind);
  if (kind.await || kind.cancel_on_abort) require_moving(act, "a child begins");
  require(!act.open, "a child begins while another runs: " + name(fact.activation));
  require(fact.attempt == act.attempt + 1, "children are not numbered in a row");
  act.attempt = fact.attempt;
  act.open = kind.await;
  act.child = runtime::child_run(state_.run, fact.activation, fact.attempt);
  act.child_status.reset();  // of the one before
  if (!kind.await) act.outcome = saga::Outcome::succeeded;
}

void RunChecker::look(runtime::ChildEnded const& fact) {
  using runtime::EndStatus;
  auto& act = acts_.at(fact.activation);
  require(act.open, "a child ends that does not run: " + name(fact.activation));
  act.open = false;
  act.undoable = fact.undoable;
  act.child_status = fact.status;
  act.outcome = fact.status == EndStatus::completed ? saga::Outcome::succeeded
                : fact.status == EndStatus::killed  ? saga::Outcome::in_doubt
                                                    : saga::Outcome::refused;
}

void RunChecker::look(runtime::TaskCompleted const& fact, Time at) {
  auto& act = acts_.at(fact.activation);
  auto const& task = graph_.task(act.task);
  if (is_call(task)) {
    require(act.outcome == saga::Outcome::succeeded, "a call completes without a success");
  }
  if (std::holds_alternative<graph::Wait>(task.kind)) {
    if (act.evidence) {
      act.completed = true;
      act.outcome = saga::Outcome::succeeded;
      return;
    }
    auto const until = runtime::activation_of(state_, fact.activation).detail["until"].as_number();
    require(static_cast<double>(at.us) >= until, "a wait ends early");
  }
  bool const as_given = !act.evidence || task.output_as || fact.output == *act.evidence;
  require(as_given, "the output an operator gave is lost: " + name(fact.activation));
  act.completed = true;
  require_followed(fact.activation);
  if (!is_call(task)) act.outcome = saga::Outcome::succeeded;
  if (!task.compensate.valid() || is_call(task)) return;
  for (auto& [id, inner] : acts_) {
    bool const within = std::find(inner.ancestors.begin(), inner.ancestors.end(),
                                  fact.activation) != inner.ancestors.end();
    if (within && !inner.planned && !inner.replaced_by.valid() &&
        !in_catch_of(inner, fact.activation)) {
      inner.replaced_by = fact.activation;
    }
  }
}

void RunChecker::look(runtime::PivotPassed const& fact) {
  auto const& pivot = acts_.at(fact.activation);
  require(graph_.task(pivot.task).pivot, "a task that is no pivot is passed as one");
  require(pivot.outcome == saga::Outcome::succeeded, "a pivot is passed without a success");
  require(!pivot_.valid(), "two pivots are passed");
  pivot_ = fact.activation;
  stop_held_ = false;
  for (auto& [id, act] : acts_) act.dropped = act.dropped || !act.planned;
}

void RunChecker::look(runtime::FinallyStarted const& fact) {
  require(!finally_, "saga.finally runs twice");
  require(fact.end.status != runtime::EndStatus::killed, "saga.finally runs in a killed run");
  for (auto const& [id, unwinding] : unwindings_) {
    bool const gone = !state_.unwindings.contains(id);
    require(unwinding.over || gone, "saga.finally runs while something is being undone");
  }
  finally_ = true;
}

void RunChecker::look(runtime::StopHeld const& fact) {
  require(!ended(), "a cause is held in a run that has ended");
  bool const whole = !fact.activation.valid();
  stop_held_ = stop_held_ || whole;
}

// A cancel that waits for a pivot acts once that turns out not to have happened.
void RunChecker::check_held(runtime::Stopping const& fact) {
  bool const with_pivot = std::ranges::any_of(acts_, [&](auto const& entry) {
    auto const& [id, act] = entry;
    return graph_.task(act.task).pivot && !act.completed && inside(act, fact.scopes);
  });
  require(!stop_held_ || !with_pivot || !fact.handler.valid(),
          "a cancel that waited for the pivot is forgotten");
  if (!fact.handler.valid()) stop_held_ = false;
}

// What a try does behind the unwinding of its body has begun: a task of its catch.
void RunChecker::note_followed(ScopeId scope) {
  auto const owner = runtime::scope_of(state_, scope).owner;
  for (auto& [id, unwinding] : unwindings_) {
    if (owner.valid() && unwinding.handler == owner) unwinding.followed = true;
  }
}

// Nothing that has failed is done without what was to come instead.
void RunChecker::require_followed(ActivationId handler) const {
  for (auto const& [id, unwinding] : unwindings_) {
    if (unwinding.handler != handler || unwinding.followed) continue;
    auto const* task = std::get_if<graph::Try>(&graph_.task(acts_.at(handler).task).kind);
    bool const silent = task == nullptr || !task->handler.body.valid();
    require(unwinding.next != runtime::Next::retry &&
                (silent || unwinding.next != runtime::Next::handle),
            "a try is done without its catch: " + name(handler));
  }
}

// A pivot that may have happened is not stopped, and nothing goes back behind it.
void RunChecker::check_pivot(runtime::Stopping const& fact) const {
  for (auto const& [id, act] : acts_) {
    bool const undecided = graph_.task(act.task).pivot && !act.completed && id != pivot_ &&
                           !act.to_be_done_anew &&
                           (act.open || act.outcome >= saga::Outcome::in_doubt);
    require(!undecided || !inside(act, fact.scopes), "an undecided pivot is stopped: " + name(id));
  }
  require(!pivot_.valid() || (fact.handler.valid() && fact.handler > pivot_),
          "the run goes back behind its pivot");
  bool const only_forward = graph_.saga.recover == graph::SagaPolicy::Recover::forward &&
                            fact.cause.kind == runtime::CauseKind::error;
  require(!only_forward || fact.handler.valid(), "a saga that goes forward goes back");
}

void RunChecker::look(runtime::Stopping const& fact) {
  require(!unwindings_.contains(fact.unwinding), "an unwinding begins twice");
  check_pivot(fact);
  check_held(fact);
  undone_for_parent_ = undone_for_parent_ || fact.cause.kind == runtime::CauseKind::parent;
  auto& unwinding = unwindings_[fact.unwinding];
  unwinding.handler = fact.handler;
  unwinding.next = fact.next;
  unwinding.scopes = fact.scopes;
  stopped_.insert(fact.scopes.begin(), fact.scopes.end());
  // A start that nobody waits for is made all the same, sooner or later; who works on a call may
  // come to its end, and nobody asks any more.
  for (auto& [id, act] : acts_) {
    auto const* run = std::get_if<graph::RunWorkflow>(&graph_.task(act.task).kind);
    bool const owed = run != nullptr && !run->await && !run->cancel_on_abort && act.attempt == 0;
    if (owed && state_.activations.contains(id) && inside(act, fact.scopes))
      act.outcome = saga::Outcome::succeeded;
    bool const unknown = act.ongoing && !act.open && !act.completed;
    if (!unknown || !inside(act, fact.scopes)) continue;
    act.outcome = std::max(act.outcome.value_or(saga::Outcome::in_doubt), saga::Outcome::in_doubt);
  }
}

bool RunChecker::inside(Act const& act, std::vector<ScopeId> const& scopes) const {
  return std::any_of(act.scopes.begin(), act.scopes.end(), [&scopes](ScopeId id) {
    return std::find(scopes.begin(), scopes.end(), id) != scopes.end();
  });
}

// True when the act stands in the catch of that try, and so belongs to the try's parent.
bool RunChecker::in_catch_of(Act const& act, ActivationId attempt) const {
  auto const& children = runtime::activation_of(state_, attempt).children;
  return std::any_of(children.begin(), children.end(), [&](ScopeId id) {
    auto const& scope = runtime::scope_of(state_, id);
    return graph_.list(scope.list).role == graph::ListRole::handler &&
           std::find(act.scopes.begin(), act.scopes.end(), id) != act.scopes.end();
  });
}

// True when the effect has an undo of its own that stands for it.
bool RunChecker::armed(Act const& act) const {
  auto const& task = graph_.task(act.task);
  if (act.planned || act.replaced_by.valid() || act.dropped) return false;
  auto const* run = std::get_if<graph::RunWorkflow>(&task.kind);
  if (run != nullptr && !task.compensate.valid()) {
    return act.undoable && !act.in_undo && act.outcome == saga::Outcome::succeeded;
  }
  if (!task.compensate.valid()) return false;
  bool const refused = task.effect.undo_on_refused && act.outcome == saga::Outcome::refused;
  if (is_call(task) && refused) return true;
  if (run != nullptr || is_call(task)) return act.outcome >= saga::Outcome::in_doubt;
  return act.completed;
}

bool RunChecker::keeps_something() const {
  return std::any_of(acts_.begin(), acts_.end(), [this](auto const& entry) {
    return !entry.second.in_undo && armed(entry.second);
  });
}

void RunChecker::look(runtime::PlanRecorded const& fact) {
  auto& unwinding = unwindings_.at(fact.unwinding);
  require(!unwinding.planned, "a plan is made twice");
  require_not_held("a plan is made");
  unwinding.planned = true;
  std::vector<ActivationId> expected;
  for (auto& [id, act] : acts_) {
    if (act.probe_of.valid()) {
      bool const within = inside(acts_.at(act.probe_of), unwinding.scopes);
      require(!within || !act.open, "a plan is made before a probe has ended: " + name(id));
    }
    if (!inside(act, unwinding.scopes)) continue;
    bool const unasked = graph_.task(act.task).probe.valid() && !act.probed && !act.given_up &&
                         act.outcome == saga::Outcome::in_doubt && !act.planned &&
                         state_.activations.contains(id);
    require(!unasked, "in doubt, and its probe was not asked: " + name(id));
    require(!act.open, "a plan is made before an open attempt has settled: " + name(id));
    if (armed(act)) expected.push_back(id);
  }
  std::reverse(expected.begin(), expected.end());
  auto list = [this](std::vector<ActivationId> const& ids) {
    std::string text;
    for (auto const id : ids) text += "\n    " + (acts_.contains(id) ? name(id) : "unknown");
    return text;
  };
  require(expected == fact.undos, "the plan is not what was done, newest start first; expected:" +
                                      list(expected) + "\n  planned:" + list(fact.undos));
  unwinding.plan = fact.undos;
  unwinding.recorded = fact.undos.size();
  for (auto const id : fact.undos) acts_.at(id).planned = true;
}

void RunChecker::look(runtime::PlanAmended const& fact) {
  auto& act = acts_.at(fact.undoes);
  require(act.late_success, "an undo is appended that no late success asked for");
  require(!act.amended, "an undo is appended twice");
  act.amended = true;
  unwindings_.at(fact.unwinding).plan.push_back(fact.undoes);
  unwindings_.at(fact.unwinding).over = false;
}

void RunChecker::look(runtime::UndoStarted const& fact) {
  auto& unwinding = unwindings_.at(fact.unwinding);
  require(unwinding.planned, "an undo begins before its plan is recorded");
  require_not_held("an undo begins");
  require(fact.index < unwinding.plan.size(), "an undo that is not planned begins");
  require(unwinding.started.insert(fact.index).second, "an undo begins twice");
  auto const undoes = unwinding.plan[fact.index];
  if (auto const& evidence = acts_.at(undoes).evidence;
      evidence && is_call(graph_.task(acts_.at(undoes).task))) {
    require(state_.armed.at(undoes).output == *evidence, "an undo does not see the evidence");
  }
  bool const passes = graph_.saga.exhausted == graph::SagaPolicy::Exhausted::proceed;
  bool const in_a_row = graph_.saga.order == graph::SagaPolicy::Order::reverse;
  auto const& plan = state_.unwindings.at(fact.unwinding).plan;
  auto const& act = acts_.at(unwinding.plan[fact.index]);
  for (std::uint32_t other = 0; other < unwinding.plan.size(); ++other) {
    if (other == fact.index || unwinding.ended.contains(other)) continue;
    bool const runs = unwinding.started.contains(other);
    require(!in_a_row || !runs || plan[other].suspended,
            "two undos run at the same time: " + name(unwinding.plan[fact.index]));
    if (other > fact.index || fact.index >= unwinding.recorded) continue;
    bool const independent = parallel(act, acts_.at(unwinding.plan[other]));
    bool const waived = passes && runs && plan[other].passed;
    require(independent || waived, "an undo begins before a newer one of its path has ended: " +
                                       name(unwinding.plan[fact.index]));
  }
}

// True when the two stood in different branches of the same fork, or items of the same loop.
bool RunChecker::parallel(Act const& a, Act const& b) const {
  for (auto const& [composite, branch] : a.branches) {
    for (auto const& [other, its_branch] : b.branches) {
      if (composite == other) return branch != its_branch;
    }
  }
  return false;
}

void RunChecker::look(runtime::UndoEnded const& fact) {
  auto& unwinding = unwindings_.at(fact.unwinding);
  if (fact.result == runtime::UndoResult::skipped) {
    require(!fact.actor.empty(), "an undo is skipped and nobody has said so");
    acts_.at(unwinding.plan.at(fact.index)).skipped = true;
    auto const root = state_.unwindings.at(fact.unwinding).plan[fact.index].scope;
    for (auto& [id, act] : acts_) {  // nobody asks any more what becomes of its steps
      if (root.valid() && inside(act, {root})) act.open = false;
    }
  } else {
    require(unwinding.started.contains(fact.index), "an undo ends that never began");
    auto const& undo = state_.unwindings.at(fact.unwinding).plan[fact.index];
    auto const& undone = graph_.task(acts_.at(unwinding.plan[fact.index]).task);
    bool const by_itself = !undone.compensate.valid();  // a child; World::check_children() looks
    require(by_itself || (undo.scope.valid() && runtime::scope_of(state_, undo.scope).finished),
            "an undo counts as done before its block has ended");
  }
  require(unwinding.ended.insert(fact.index).second, "an undo ends twice");
}

void RunChecker::look(runtime::Unwound const& fact) {
  auto& unwinding = unwindings_.at(fact.unwinding);
  require(unwinding.ended.size() == unwinding.plan.size(), "an unwinding ends with undos left");
  unwinding.over = true;
  unwinding.retry_at = fact.retry_at;
}

void RunChecker::look(runtime::TryRestarted const& fact, Time at) {
  for (auto& [id, unwinding] : unwindings_) {
    if (unwinding.handler == fact.activation) unwinding.followed = true;
  }
  auto const& handler = runtime::activation_of(state_, fact.activation);
  require(handler.phase == runtime::Phase::delayed, "a try begins again without an unwinding");
  require(!handler.next_at || at >= *handler.next_at,
          "a try begins again before its delay is over");
}

void RunChecker::require_not_held(char const* what) const {
  require(!state_.held, std::string(what) + " although the run is held");
}

// Its call knows more: what the probe would say does not matter any longer.
void RunChecker::close_probe(ActivationId call) {
  acts_.at(call).probing = false;
  for (auto& [id, act] : acts_) {
    if (act.probe_of == call) act.open = false;
  }
}

// An operator who has a pivot done anew, whose run was killed, has decided that it did not happen.
void RunChecker::look_at_killed_pivots(ActivationId only) {
  for (auto& [id, act] : acts_) {
    bool const killed = act.child_status == runtime::EndStatus::killed && !act.completed;
    if (only.valid() && id != only) continue;
    if (killed && graph_.task(act.task).pivot) act.to_be_done_anew = true;
  }
}

void RunChecker::look(runtime::StepRetried const& fact) {
  if (!fact.activation.valid()) return;
  look_at_killed_pivots(fact.activation);
  auto& act = acts_.at(fact.activation);
  require_moving(act, "a step is retried");
  require(!act.open, "a step is retried while an attempt is open: " + name(fact.activation));
  act.retry_at.reset();
}

void RunChecker::look(runtime::StepReplaced const& fact) {
  if (!fact.activation.valid()) return;
  look_at_killed_pivots(fact.activation);
  auto& act = acts_.at(fact.activation);
  require_moving(act, "a step is replaced");
  require(!act.completed, "a step is replaced that is done: " + name(fact.activation));
  auto const before = act.outcome.value_or(saga::Outcome::in_doubt);
  bool const unknown = act.open || act.ongoing;
  act.outcome = unknown ? std::max(before, saga::Outcome::in_doubt) : before;
  act.open = false;
  act.given_up = true;
  close_probe(fact.activation);
}

void RunChecker::look(runtime::StepCompleted const& fact) {
  auto& act = acts_.at(fact.activation);
  require(!act.completed, "a step is completed twice: " + name(fact.activation));
  act.outcome = saga::Outcome::succeeded;
  act.open = false;
  act.retry_at.reset();
  act.evidence = fact.output;
  close_probe(fact.activation);
  if (act.undoes.valid()) acts_.at(act.undoes).excused = true;
  if (act.probe_of.valid()) {
    acts_.at(act.probe_of).probe_says = saga::Outcome::succeeded;
    acts_.at(act.probe_of).excused = true;
  }
}

void RunChecker::look(runtime::AttemptParked const& fact) {
  auto& act = acts_.at(fact.activation);
  require(act.open && state_.held, "an attempt is parked that need not be");
  act.open = false;
  act.outcome = std::max(act.outcome.value_or(saga::Outcome::in_doubt), saga::Outcome::in_doubt);
}

// Until it is called back it is in doubt, and nothing has to settle.
void RunChecker::look(runtime::CallbackAwaited const& fact) {
  auto& act = acts_.at(fact.activation);
  auto const& task = graph_.task(act.task);
  require(act.open && std::get<graph::Call>(task.kind).callback,
          "a callback is awaited where there is none: " + name(fact.activation));
  act.open = false;
  act.outcome = std::max(act.outcome.value_or(saga::Outcome::in_doubt), saga::Outcome::in_doubt);
}

void RunChecker::look(runtime::ProbeStarted const& fact) {
  auto& act = acts_.at(fact.activation);
  require(graph_.task(act.task).probe.valid(), "a probe that is not there is asked");
  require(!act.open && !act.probed && act.outcome == saga::Outcome::in_doubt,
          "a probe is asked for nothing: " + name(fact.activation));
  act.probing = true;
  act.probed = true;
  act.probe_says = saga::Outcome::in_doubt;
}

void RunChecker::look(runtime::ProbeEnded const& fact) {
  auto& act = acts_.at(fact.activation);
  require(act.probing, "a probe ends that was not asked: " + name(fact.activation));
  require(fact.outcome == act.probe_says, "a probe is not believed: " + name(fact.activation));
  act.probing = false;
  if (fact.outcome == saga::Outcome::in_doubt) return;
  act.outcome = fact.outcome;
  act.ongoing = false;
}

// Asked again with the same key; the effect is neither done nor refused.
void RunChecker::look(runtime::AttemptOngoing const& fact, Time at) {
  auto& act = acts_.at(fact.activation);
  require_moving(act, "a call is asked again");
  require(act.open && fact.attempt == act.attempt,
          "an answer of no open attempt asks for more time");
  auto const& policy = graph_.task(act.task).retry;
  auto const begun = runtime::activation_of(state_, fact.activation).first_attempt;
  bool const limited = !act.in_undo && policy && policy->max_duration && begun;
  require(!limited || fact.again_at - *begun <= *policy->max_duration,
          "a call is asked again beyond its limit");
  require(fact.again_at >= at, "a call is asked again in the past");
  act.open = false;
  act.ongoing = true;
  act.retry_at = fact.again_at;
}

void RunChecker::look(runtime::StopLifted const& fact) {
  auto const& unwinding = unwindings_.at(fact.unwinding);
  require(!unwinding.planned, "a stop is taken back although its plan is recorded");
  for (auto& [id, act] : acts_) {
    if (inside(act, unwinding.scopes)) act.retry_at.reset();  // it goes on at once
  }
  unwindings_.erase(fact.unwinding);
  stopped_.clear();
  for (auto const& [id, other] : unwindings_) {
    stopped_.insert(other.scopes.begin(), other.scopes.end());
  }
}

void RunChecker::look(runtime::RunEnded const& fact) {
  using runtime::EndStatus;
  if (fact.status == EndStatus::killed) return;
  require(finally_ == graph_.saga.finally.valid(), "the run ends without saga.finally");
  bool undone = false;
  for (auto const& [id, unwinding] : unwindings_) {
    // One inside of an undo that was skipped is gone with it.
    bool const gone = !state_.unwindings.contains(id);
    require(unwinding.over || gone, "the run ends while something is being undone");
    undone = undone || !unwinding.plan.empty();
  }
  if (fact.status == EndStatus::compensated) require(undone, "compensated, but nothing was undone");
  if (fact.status == EndStatus::faulted) require(!undone, "faulted, but something was undone");
}

// Nothing happens any more by itself: an undo that has not begun waits for one that an operator has
// to mend, on its own path, and not even for that with `exhausted: continue`; or for one whose
// child has to be mended.
void RunChecker::check_rest() const {
  if (ended() || state_.held) return;
  bool const passes = graph_.saga.exhausted == graph::SagaPolicy::Exhausted::proceed;
  bool const in_a_row = graph_.saga.order == graph::SagaPolicy::Order::reverse;
  for (auto const& [id, unwinding] : unwindings_) {
    for (std::uint32_t i = 0; i < unwinding.plan.size(); ++i) {
      if (unwinding.started.contains(i) || unwinding.ended.contains(i)) continue;
      auto const& act = acts_.at(unwinding.plan[i]);
      bool waits = false;
      for (std::uint32_t j = 0; j < unwinding.plan.size(); ++j) {
        if (j == i || unwinding.ended.contains(j)) continue;
        bool const one_path = in_a_row || !parallel(act, acts_.at(unwinding.plan[j]));
        bool const suspended = state_.unwindings.at(id).plan[j].suspended;
        bool const newer = j < i && i < unwinding.recorded && one_path && !(passes && suspended);
        bool const child = in_a_row && unwinding.started.contains(j) && !suspended;
        waits = waits || newer || child;
      }
      require(waits, "an undo waits for nothing and does not begin: " + name(unwinding.plan[i]));
    }
  }
}

void RunChecker::check_end() const {
  using runtime::EndStatus;
  if (*state_.end == EndStatus::killed) return;
  bool const completed = *state_.end == EndStatus::completed;
  for (auto const& [id, act] : acts_) {
    if (act.in_undo) continue;
    if (!completed) {
      require(!armed(act), "an effect is left behind: " + name(id));
    }
    require(!act.late_success || act.amended, "a late success was not undone: " + name(id));
    if (act.planned) {
      bool in_stopped = std::any_of(act.scopes.begin(), act.scopes.end(),
                                    [this](ScopeId scope) { return stopped_.contains(scope); });
      require(in_stopped, "an effect is undone although its scope went on: " + name(id));
    }
  }
}

}  // namespace skald::simulation
