// Records to model. The machine's own evolve() runs along, so that scopes and their owners are
// known without a second implementation of them.

#include <algorithm>
#include <iterator>

#include "runtime/machine/machine.hpp"
#include "runtime/machine/tree.hpp"
#include "runtime/view/model.hpp"

namespace skald::view {
namespace {

using namespace runtime;
using graph::StepGraph;

constexpr std::size_t kMostSteps = 5'000;
constexpr std::size_t kFirstSteps = 500;

std::string text_of(Json const& value) {
  return value.is_string() ? std::string(value.as_string()) : to_text(value);
}

std::string event_types(graph::Listen::Mode mode, std::vector<graph::EventFilter> const& filters) {
  std::string types;
  for (auto const& filter : filters) {
    for (auto const& attribute : filter.with) {
      if (attribute.name != "type" || attribute.value.kind != graph::Template::Kind::constant) {
        continue;
      }
      char const* joint = mode == graph::Listen::Mode::all ? " and " : " or ";
      types += (types.empty() ? "" : joint) + text_of(attribute.value.constant);
    }
  }
  return types;
}

std::string event_types(graph::Listen const& listen) {
  auto const types = event_types(listen.mode, listen.filters);
  auto text = types.empty() ? std::string("an event") : "event " + types;
  if (listen.until) text += " until a condition holds";
  if (listen.until_events) {
    auto const end = event_types(listen.until_events->mode, listen.until_events->filters);
    text += " until " + (end.empty() ? std::string("another") : end);
  }
  return text;
}

// Its latest attempt is out, or has been answered with "not finished yet".
bool is_at_work(StepModel const& step) {
  return !step.ended && !step.attempts.empty() && !step.attempts.back().outcome;
}

class Projector {
 public:
  explicit Projector(StepGraph const& graph) : graph_(graph) {}

  void fold(Record const& record) {
    at_ = record.at;
    // What the state still holds is looked at before, what it now holds after.
    if (auto const* stopping = std::get_if<Stopping>(&record.body)) before(*stopping);
    if (auto const* suspended = std::get_if<RunSuspended>(&record.body)) before(*suspended);
    if (auto const* unwound = std::get_if<Unwound>(&record.body)) before(*unwound);
    evolve(graph_, model_.state, record);
    std::visit(*this, record.body);
  }
  RunModel const& model() const { return model_; }

  void operator()(RunStarted const&) {}
  void operator()(TaskSkipped const& fact);
  void operator()(TaskEntered const& fact);
  void operator()(AttemptStarted const& fact) {
    attempt(fact.activation, fact.attempt, fact.deadline);
  }
  void operator()(AttemptResent const& fact);
  void operator()(AttemptEnded const& fact);
  void operator()(TaskCompleted const& fact);
  void operator()(ItemStarted const&) {}
  void operator()(ScopeEnded const&) {}
  void operator()(EventTaken const& fact);
  void operator()(EventPublished const&) {}
  void operator()(CallbackAwaited const& fact);
  void operator()(Stopping const& fact);
  void operator()(PlanRecorded const& fact);
  void operator()(PlanAmended const& fact);
  void operator()(UndoStarted const& fact);
  void operator()(UndoEnded const& fact);
  void operator()(Unwound const& fact);
  void operator()(TryRestarted const& fact);
  void operator()(RunSuspended const&) {}
  void operator()(RunResumed const&);
  void operator()(RunEnded const&);
  void operator()(StepRetried const& fact);
  void operator()(StepReplaced const& fact);
  void operator()(StepCompleted const& fact);
  void operator()(AttemptParked const& fact);
  void operator()(StopLifted const& fact);
  void operator()(PivotPassed const&) {}
  void operator()(StopHeld const&) {}
  void operator()(FinallyStarted const&) {}
  void operator()(ChildStarted const& fact);
  void operator()(ChildEnded const& fact);
  void operator()(AttemptOngoing const& fact);
  void operator()(ProbeStarted const& fact);
  void operator()(ProbeEnded const& fact);
  void operator()(LockWanted const& fact);
  void operator()(LockTaken const&) {}
  void operator()(LockGivenUp const& fact);
  void operator()(LockWithdrawn const&) {}

 private:
  // The step of an activation; null when none is known.
  StepModel* step(ActivationId id) {
    auto const at = model_.step_of.find(id);
    return at == model_.step_of.end() ? nullptr : &model_.steps.at(at->second);
  }
  UnwindingModel& unwinding(UnwindingId id) {
    auto const at = std::ranges::find(model_.unwindings, id, &UnwindingModel::id);
    if (at != model_.unwindings.end()) return *at;
    model_.unwindings.push_back(
        {.id = id, .cause = {}, .handler = {}, .started = at_, .ended = {}, .plan = {}});
    return model_.unwindings.back();
  }

  StepModel& begin(ScopeId scope, graph::TaskIndex task);
  StepModel& begin_locked(ScopeId scope, graph::TaskIndex task);
  bool waits_for_function(ActivationId id) const;
  bool is_stopped(ActivationId id) const;
  void leave_out();
  void describe(UndoModel& undo) const;
  void begin_waiting(StepModel& step);
  void attempt(ActivationId id, std::uint32_t number, Time deadline);
  void learn_effect(StepModel& step) const;
  void wait_for(StepModel& step, std::string what, std::optional<Time> until);
  void end(StepModel& step, StepResult result);
  void count_undo_attempt(StepModel const& step);
  StepModel* failed_step(Cause const& cause, std::vector<ActivationId> const& live);
  void before(Stopping const& fact);
  void before(RunSuspended const& fact);
  void before(Unwound const& fact);

  StepGraph const& graph_;
  RunModel model_;
  std::map<ScopeId, ActivationId> locking_;  // what waits for its lock there
  std::size_t room_ = kMostSteps;            // for steps
  Time at_;
};

// Leaves out what has ended between the first steps and the latest ones; more than half stays, so
// that this is seldom done. What is live stays, however much it is.
void Projector::leave_out() {
  auto at = std::next(model_.steps.begin(), kFirstSteps);
  while (at != model_.steps.end() && model_.steps.size() > kMostSteps * 3 / 4) {
    auto const& found = at->second;
    bool const over =
        found.ended && found.undo != UndoState::planned && found.undo != UndoState::undoing;
    if (over && found.activation.valid()) model_.step_of.erase(found.activation);
    at = over ? model_.steps.erase(at) : std::next(at);
  }
  room_ = std::max(kMostSteps, model_.steps.size() * 5 / 4);
}

// The step it undoes may be left out of the view; its effect is still armed.
void Projector::describe(UndoModel& undo) const {
  auto const armed = model_.state.armed.find(undo.undoes);
  if (armed == model_.state.armed.end()) return;
  undo.task = armed->second.task;
  undo.number = armed->second.number;
}

// A step in that scope, which is known by now.
StepModel& Projector::begin(ScopeId scope_id, graph::TaskIndex task) {
  if (model_.steps.size() >= room_) leave_out();
  auto& added = model_.steps[model_.begun++];
  added.task = task;
  added.started = at_;
  auto const& scope = scope_of(model_.state, scope_id);
  added.parent = scope.owner;
  added.probe = probe_root(graph_, model_.state, scope_id).valid();
  if (graph_.list(scope.list).role == graph::ListRole::loop) added.item = scope.item;
  added.finally = in_finally(model_.state, scope_id);
  if (auto const root = undo_root(model_.state, scope_id); root.valid()) {
    auto const& block = scope_of(model_.state, root);
    added.undo_of = block.undo_of;
    added.undo_index = block.undo_index;
  }
  return added;
}

void Projector::operator()(TaskSkipped const& fact) {
  if (!model_.state.scopes.contains(fact.scope)) return;
  end(begin(fact.scope, fact.task), StepResult::skipped);
}

// The step that has waited for its lock is the one that begins.
StepModel& Projector::begin_locked(ScopeId scope, graph::TaskIndex task) {
  auto const at = locking_.find(scope);
  auto* const waited = at == locking_.end() ? nullptr : step(at->second);
  locking_.erase(scope);
  if (waited == nullptr || waited->task != task || waited->ended) return begin(scope, task);
  waited->lock.clear();
  waited->waiting_for.clear();
  waited->until.reset();
  waited->result = StepResult::running;
  return *waited;
}

void Projector::operator()(LockWanted const& fact) {
  auto& added = begin(fact.scope, fact.task);
  added.activation = fact.activation;
  added.input = fact.input;
  added.deadline = fact.deadline;
  added.lock = fact.name;
  added.result = StepResult::waiting;
  wait_for(added, "lock '" + fact.name + "'", fact.deadline);
  model_.step_of[fact.activation] = model_.begun - 1;
  locking_[fact.scope] = fact.activation;
}

void Projector::operator()(LockGivenUp const& fact) {
  auto* const found = step(fact.activation);
  if (found == nullptr) return;
  found->error = fact.error;
  end(*found, StepResult::failed);
}

void Projector::operator()(TaskEntered const& fact) {
  auto& added = begin_locked(fact.scope, fact.task);
  auto const waited = model_.step_of.extract(added.activation);
  auto const order = waited ? waited.mapped() : model_.begun - 1;
  added.activation = fact.activation;
  added.number = fact.number;
  added.input = fact.input;
  added.detail = fact.detail;
  added.deadline = fact.deadline;
  model_.step_of[fact.activation] = order;
  if (fact.attempt_deadline) {
    added.key = effect_key(graph_, model_.state, fact.task, fact.number);
    attempt(fact.activation, 1, *fact.attempt_deadline);
  }
  begin_waiting(added);
}

void Projector::begin_waiting(StepModel& step) {
  auto const& kind = graph_.task(step.task).kind;
  if (auto const* listen = std::get_if<graph::Listen>(&kind)) {
    step.result = StepResult::waiting;
    wait_for(step, event_types(*listen), step.deadline);
  } else if (std::holds_alternative<graph::Wait>(kind)) {
    step.result = StepResult::waiting;
    wait_for(step, "time to pass", step.deadline);
  } else if (auto const* run = std::get_if<graph::RunWorkflow>(&kind)) {
    step.result = StepResult::waiting;
    wait_for(step, "workflow " + run->workflow() + " to be deployed", step.deadline);
  }
}

void Projector::wait_for(StepModel& step, std::string what, std::optional<Time> until) {
  step.waiting_for = std::move(what);
  step.waiting_since = at_;
  step.until = until;
}

void Projector::end(StepModel& step, StepResult result) {
  step.result = result;
  step.ended = at_;
  step.waiting_for.clear();
  step.until.reset();
}

void Projector::attempt(ActivationId id, std::uint32_t number, Time deadline) {
  auto* const found = step(id);
  if (found == nullptr) return;
  found->attempts.push_back({.number = number,
                             .started = at_,
                             .ended = {},
                             .deadline = deadline,
                             .outcome = {},
                             .message = {},
                             .retry_at = {}});
  found->result = StepResult::running;
  found->ended.reset();
  auto const& call = std::get<graph::Call>(graph_.task(found->task).kind);
  wait_for(*found, "the answer of " + call_text(call, found->detail), deadline);
}

void Projector::operator()(AttemptResent const& fact) {
  if (auto* const found = step(fact.activation); found != nullptr && !found->attempts.empty()) {
    auto& before = found->attempts.back();
    if (!before.ended) before.message = "the engine was restarted";
    before.ended = before.ended.value_or(at_);
  }
  attempt(fact.activation, fact.attempt, fact.deadline);
}

bool Projector::waits_for_function(ActivationId id) const {
  auto const at = model_.state.activations.find(id);
  return at != model_.state.activations.end() && at->second.phase == Phase::delayed;
}

void Projector::operator()(AttemptEnded const& fact) {
  auto* const found = step(fact.activation);
  if (found == nullptr) return;
  auto const at = std::ranges::find(found->attempts, fact.attempt, &AttemptModel::number);
  if (at != found->attempts.end()) {
    at->ended = at_;
    at->outcome = fact.outcome;
    at->status = fact.answer.status;
    at->message = fact.answer.message;
    at->retry_at = fact.retry_at;
    at->late = fact.late;
  }
  learn_effect(*found);
  count_undo_attempt(*found);
  if (fact.late) return;
  if (!fact.answer.unoffered.empty() && waits_for_function(fact.activation)) {
    found->result = StepResult::waiting;
    return wait_for(*found, "a worker that offers '" + fact.answer.unoffered + "'", {});
  }
  if (fact.retry_at) {
    found->result = StepResult::retrying;
    return wait_for(*found, "attempt " + std::to_string(fact.attempt + 1), fact.retry_at);
  }
  switch (fact.outcome) {
    case saga::Outcome::succeeded: return end(*found, StepResult::completed);
    case saga::Outcome::in_doubt: return end(*found, StepResult::in_doubt);
    case saga::Outcome::refused: return end(*found, StepResult::failed);
    case saga::Outcome::not_sent:
      return end(*found, is_stopped(fact.activation) ? StepResult::stopped : StepResult::failed);
  }
}

// What is around it was stopped: a call that was not sent then has not failed.
bool Projector::is_stopped(ActivationId id) const {
  auto const at = model_.state.activations.find(id);
  return at != model_.state.activations.end() && stopped(model_.state, at->second.scope);
}

// What the machine makes of all attempts: who has said that he works on it is in doubt when nobody
// asks him any more, though no attempt ended so.
void Projector::learn_effect(StepModel& step) const {
  auto const at = model_.state.activations.find(step.activation);
  if (at != model_.state.activations.end() && at->second.phase == Phase::settled) {
    step.effect = at->second.outcome;
  }
}

void Projector::count_undo_attempt(StepModel const& step) {
  if (!step.undo_of.valid()) return;
  auto& plan = unwinding(step.undo_of).plan;
  if (step.undo_index < plan.size()) ++plan[step.undo_index].attempts;
}

void Projector::operator()(TaskCompleted const& fact) {
  auto* const found = step(fact.activation);
  if (found == nullptr) return;
  end(*found, StepResult::completed);
  found->output = fact.output;
}

void Projector::operator()(EventTaken const& fact) {
  auto* const found = step(fact.activation);
  if (found == nullptr || found->waiting_for.empty()) return;
  auto const& kind = std::get<graph::Listen>(graph_.task(found->task).kind);
  ++found->events;
  found->waiting_for = event_types(kind) + ", " + std::to_string(found->events) + " so far";
}

// The live step that the error is about: of several with its path (items of a loop) one that has
// just failed, else one that was not waiting for an answer.
StepModel* Projector::failed_step(Cause const& cause, std::vector<ActivationId> const& live) {
  auto const& instance = cause.error["instance"];
  if (cause.kind != CauseKind::error || !instance.is_string()) return nullptr;
  StepModel* best = nullptr;
  for (auto const id : live) {
    auto* const found = step(id);
    if (found == nullptr || graph_.task(found->task).path != instance.as_string()) continue;
    bool const has_failed = found->ended && found->result != StepResult::completed;
    bool const calls = !found->attempts.empty() || !found->child.empty();
    bool const waits = calls && !found->ended;
    if (has_failed || (best == nullptr && !waits)) best = found;
  }
  return best;
}

// What was live in the scopes: the task the error is about has failed, and with it what is around
// it; the rest is stopped. Open calls still settle.
void Projector::before(Stopping const& fact) {
  auto const live = subtree(model_.state, fact.scopes).activations;
  auto* failed = failed_step(fact.cause, live);
  for (auto const id : live) {
    auto* const found = step(id);
    if (found == nullptr || found->ended) continue;
    bool const calls = !found->attempts.empty() || !found->child.empty();
    bool const settles = found->result == StepResult::running && calls;
    if (!settles) end(*found, StepResult::stopped);
  }
  if (failed != nullptr) failed->error = fact.cause.error;
  while (failed != nullptr && std::ranges::count(live, failed->activation) > 0) {
    if (failed->result != StepResult::in_doubt) end(*failed, StepResult::failed);
    failed = step(failed->parent);
  }
}

void Projector::operator()(Stopping const& fact) {
  auto& made = unwinding(fact.unwinding);
  made.cause = fact.cause;
  made.handler = fact.handler;
  made.next = fact.next;
  for (auto const id : subtree(model_.state, fact.scopes).activations) {
    if (auto* const found = step(id)) learn_effect(*found);
  }
}

void Projector::operator()(PlanRecorded const& fact) {
  auto& made = unwinding(fact.unwinding);
  made.planned = true;
  for (std::size_t i = 0; i < fact.undos.size(); ++i) {
    auto& undo = made.plan.emplace_back();
    undo.undoes = fact.undos[i];
    describe(undo);
    if (!fact.waits_for.empty()) {
      undo.waits_for = fact.waits_for[i];
      undo.opens = fact.opens[i];
    }
    if (auto* const found = step(undo.undoes)) found->undo = UndoState::planned;
  }
}

void Projector::operator()(PlanAmended const& fact) {
  auto& made = unwinding(fact.unwinding);
  made.ended.reset();
  auto& undo = made.plan.emplace_back();
  undo.undoes = fact.undoes;
  undo.amended = true;
  describe(undo);
}

void Projector::operator()(UndoStarted const& fact) {
  auto& undo = unwinding(fact.unwinding).plan.at(fact.index);
  undo.status = UndoStatus::running;
  undo.started = at_;
  if (auto* const found = step(undo.undoes)) found->undo = UndoState::undoing;
}

void Projector::operator()(UndoEnded const& fact) {
  auto& undo = unwinding(fact.unwinding).plan.at(fact.index);
  bool const done = fact.result == UndoResult::done;
  undo.status = done ? UndoStatus::done : UndoStatus::skipped;
  undo.ended = at_;
  undo.suspended = false;
  undo.reason = fact.reason;
  undo.actor = fact.actor;
  for (auto& [order, inside] : model_.steps) {  // what was under way in a skipped undo has stopped
    if (done) break;
    bool const of_it = inside.undo_of == fact.unwinding && inside.undo_index == fact.index;
    if (of_it && !inside.ended) end(inside, StepResult::stopped);
  }
  if (auto* const found = step(undo.undoes)) {
    found->undo = done ? UndoState::undone : UndoState::skipped;
  }
}

void Projector::before(Unwound const& fact) {
  auto& made = unwinding(fact.unwinding);
  if (is_overtaken(made, model_.state)) made.next = Next::end_run;
}

void Projector::operator()(Unwound const& fact) {
  auto& made = unwinding(fact.unwinding);
  made.ended = at_;
  auto* const handler = step(made.handler);
  if (handler == nullptr || !fact.retry_at) return;
  handler->result = StepResult::retrying;
  wait_for(*handler, "the next try", fact.retry_at);
}

void Projector::operator()(TryRestarted const& fact) {
  auto* const found = step(fact.activation);
  if (found == nullptr) return;
  found->result = StepResult::running;
  found->waiting_for.clear();
  found->until.reset();
}

void Projector::before(RunSuspended const& fact) {
  if (auto* const found = step(fact.activation)) {
    found->result = StepResult::suspended;
    found->ended.reset();
    wait_for(*found, "an operator", {});
  }
  if (auto const root = undo_root(model_.state, fact.scope); root.valid()) {
    auto const& block = scope_of(model_.state, root);
    unwinding(block.undo_of).plan.at(block.undo_index).suspended = true;
  }
}

void Projector::operator()(RunResumed const&) {
  for (auto& made : model_.unwindings) {
    for (auto& undo : made.plan) undo.suspended = false;
  }
  for (auto& [order, found] : model_.steps) {
    if (found.result != StepResult::suspended) continue;
    found.result = StepResult::retrying;
    wait_for(found, "the next attempt", at_);
  }
}

void Projector::operator()(StepRetried const& fact) {
  auto* const found = step(fact.activation);
  if (found == nullptr) return;
  if (found->undo_of.valid())
    unwinding(found->undo_of).plan.at(found->undo_index).suspended = false;
  found->ended.reset();
  found->result = StepResult::retrying;
  wait_for(*found, "the next attempt", at_);
}

void Projector::operator()(StepReplaced const& fact) {
  auto* const found = step(fact.activation);
  if (found == nullptr) return;
  if (found->undo_of.valid())
    unwinding(found->undo_of).plan.at(found->undo_index).suspended = false;
  if (is_at_work(*found)) found->effect = saga::Outcome::in_doubt;
  end(*found, StepResult::replaced);
}

// What follows says that the step is done.
void Projector::operator()(StepCompleted const& fact) {
  auto* const found = step(fact.activation);
  if (found == nullptr) return;
  if (found->undo_of.valid())
    unwinding(found->undo_of).plan.at(found->undo_index).suspended = false;
  found->evidence = Evidence{fact.reason, fact.actor};
  end(*found, StepResult::completed);
}

void Projector::operator()(AttemptParked const& fact) {
  auto* const found = step(fact.activation);
  if (found == nullptr || found->attempts.empty()) return;
  found->attempts.back().ended = at_;
  found->attempts.back().outcome = saga::Outcome::in_doubt;
  found->attempts.back().message = "the engine was restarted while the run was held";
  found->result = StepResult::retrying;
  wait_for(*found, "an operator", {});
}

void Projector::operator()(CallbackAwaited const& fact) {
  auto* const found = step(fact.activation);
  if (found == nullptr) return;
  auto const& call = std::get<graph::Call>(graph_.task(found->task).kind);
  found->result = StepResult::waiting;
  wait_for(*found, "the callback of " + call_text(call, found->detail), found->until);
}

void Projector::operator()(AttemptOngoing const& fact) {
  auto* const found = step(fact.activation);
  if (found == nullptr) return;
  auto const at = std::ranges::find(found->attempts, fact.attempt, &AttemptModel::number);
  if (at != found->attempts.end()) {
    at->ended = at_;
    at->status = fact.status;
    at->ongoing = true;
    at->retry_at = fact.again_at;
  }
  found->result = StepResult::retrying;
  wait_for(*found, "its participant to finish", fact.again_at);
}

void Projector::operator()(ProbeStarted const& fact) {
  auto* const found = step(fact.activation);
  if (found == nullptr) return;
  found->ended.reset();
  found->result = StepResult::in_doubt;
  wait_for(*found, "its probe", {});
}

void Projector::operator()(ProbeEnded const& fact) {
  auto* const found = step(fact.activation);
  if (found == nullptr) return;
  found->probed = fact.outcome;
  bool const done = fact.outcome == saga::Outcome::succeeded;
  bool const refused = fact.outcome == saga::Outcome::refused;
  end(*found, done ? StepResult::completed : refused ? StepResult::failed : StepResult::in_doubt);
}

// The steps that were stopped go on.
void Projector::operator()(StopLifted const& fact) {
  std::erase_if(model_.unwindings,
                [&](UnwindingModel const& made) { return made.id == fact.unwinding; });
  for (auto const& [id, live] : model_.state.activations) {
    auto* const found = step(id);
    bool const ended = found != nullptr && found->ended && found->result != StepResult::completed;
    if (!ended || stopped(model_.state, live.scope)) continue;
    found->ended.reset();
    found->error = {};
    found->effect.reset();
    found->result = StepResult::running;
    if (live.phase == Phase::waiting) begin_waiting(*found);
  }
}

void Projector::operator()(ChildStarted const& fact) {
  auto* const found = step(fact.activation);
  if (found == nullptr) return;
  found->child = child_run(model_.state.run, fact.activation, fact.attempt);
  found->child_workflow = fact.workflow;
  found->result = StepResult::running;
  found->ended.reset();
  wait_for(*found, "child run " + found->child, {});
  auto const& kind = std::get<graph::RunWorkflow>(graph_.task(found->task).kind);
  if (!kind.await) end(*found, StepResult::completed);
}

void Projector::operator()(ChildEnded const& fact) {
  auto* const found = step(fact.activation);
  if (found == nullptr) return;
  found->child_status = fact.status;
  count_undo_attempt(*found);
  if (fact.retry_at) {
    found->result = StepResult::retrying;
    return wait_for(*found, "another child run", fact.retry_at);
  }
  switch (fact.status) {
    case EndStatus::completed: return end(*found, StepResult::completed);
    case EndStatus::killed: return end(*found, StepResult::in_doubt);
    case EndStatus::faulted:
    case EndStatus::compensated:
    case EndStatus::cancelled: return end(*found, StepResult::failed);
  }
}

// A kill leaves things as they are; nothing is waited for any more.
void Projector::operator()(RunEnded const&) {
  for (auto& [order, found] : model_.steps) {
    if (found.ended) continue;
    if (is_at_work(found)) found.effect = saga::Outcome::in_doubt;
    end(found, StepResult::stopped);
  }
}

}  // namespace

struct RunFold::Impl {
  Projector projector;
};

RunFold::RunFold(graph::StepGraph const& graph)
    : graph_(&graph), impl_(std::make_unique<Impl>(Impl{Projector(graph)})) {}
RunFold::~RunFold() = default;

void RunFold::add(Record const& record) {
  impl_->projector.fold(record);
}

RunModel const& model_of(RunFold const& fold) {
  return fold.impl_->projector.model();
}

std::string call_text(graph::Call const& call, Json const& with) {
  if (call.function != "http") return call.function;
  std::string method = text_of(with["method"]);
  for (auto& c : method) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  auto const& endpoint = with["endpoint"];
  return method + " " + text_of(endpoint.is_object() ? endpoint["uri"] : endpoint);
}

char const* to_string(StepResult result) noexcept {
  switch (result) {
    case StepResult::running: return "running";
    case StepResult::waiting: return "waiting";
    case StepResult::retrying: return "retrying";
    case StepResult::completed: return "completed";
    case StepResult::failed: return "failed";
    case StepResult::in_doubt: return "in doubt";
    case StepResult::stopped: return "stopped";
    case StepResult::skipped: return "skipped";
    case StepResult::suspended: return "suspended";
    case StepResult::replaced: return "replaced";
  }
  return "running";
}

}  // namespace skald::view
