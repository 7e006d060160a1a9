// evolve(): folds one record into the state. It trusts its records: decide() made them, and the
// journal brings back what was written. What does not fit is a programmer's mistake and aborts.

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "runtime/machine/errors.hpp"
#include "runtime/machine/machine.hpp"
#include "runtime/machine/tree.hpp"

namespace skald::runtime {
namespace {

using graph::ListRole;
using graph::StepGraph;
using graph::Task;

class Fold {
 public:
  Fold(StepGraph const& graph, State& state, Time at) : graph_(graph), state_(state), at_(at) {}

  void operator()(RunStarted const& fact);
  void operator()(TaskSkipped const& fact);
  void operator()(TaskEntered const& fact);
  void operator()(AttemptStarted const& fact) {
    open_attempt(fact.activation, fact.attempt, fact.deadline);
  }
  void operator()(AttemptResent const& fact);
  void operator()(AttemptEnded const& fact);
  void operator()(TaskCompleted const& fact);
  void operator()(ItemStarted const& fact);
  void operator()(ScopeEnded const& fact);
  void operator()(EventTaken const& fact);
  void operator()(EventPublished const& fact);
  void operator()(Stopping const& fact);
  void operator()(PlanRecorded const& fact);
  void operator()(PlanAmended const& fact);
  void operator()(UndoStarted const& fact);
  void operator()(UndoEnded const& fact);
  void operator()(Unwound const& fact);
  void operator()(TryRestarted const& fact);
  void operator()(RunSuspended const& fact);
  void operator()(RunResumed const& fact);
  void operator()(RunEnded const& fact);

 private:
  Scope& scope(ScopeId id) { return scope_of(state_, id); }
  Activation& activation(ActivationId id) { return activation_of(state_, id); }
  Task const& task_of(Activation const& activation) { return graph_.task(activation.task); }

  void arm(Activation const& activation);
  void begin_kind(Activation& activation);
  void open_attempt(ActivationId id, std::uint32_t attempt, Time deadline);
  void late_answer(AttemptEnded const& fact);
  void update_armed(Activation const& activation);
  void hand_up_armed(Activation& done, Scope& around, Json const& output);
  void keep_outputs(Scope const& from, Scope& to);
  void move_on(Scope& scope, graph::Then then);
  void finish(Scope& scope);
  void stop_activation(Activation& inside);
  void forget_doubt(TaskEntered const& fact);
  void remember_doubts(Subtree const& tree, Activation& handler);
  void export_context(ScopeId from, Json const& context);
  bool halt(ActivationId id);
  void resume(Activation& waiting);
  void refresh_suspensions();
  void refresh_status();
  void wake_root();
  void wake_unwindings();
  void wake(Unwinding const& unwinding);
  void follow(Unwinding& unwinding, Unwound const& fact);

  StepGraph const& graph_;
  State& state_;
  Time at_;
};

void Fold::operator()(RunStarted const& fact) {
  state_.run = fact.run;
  state_.graph = fact.graph;
  state_.workflow = fact.workflow;
  state_.start_key = fact.start_key;
  state_.body_digest = fact.body_digest;
  state_.input = fact.input;
  state_.started = at_;
  state_.status = RunStatus::running;
  state_.deadline = fact.deadline;
  if (fact.deadline) set_timer(state_, {*fact.deadline, TimerKind::run, {}});
  state_.root = open_scope(graph_, state_, graph_.root, {}, fact.data).id;
}

void Fold::operator()(TaskSkipped const& fact) {
  auto& around = scope(fact.scope);
  if (around.outputs.find(graph_.task(fact.task).path) != nullptr) {
    around.outputs.erase(graph_.task(fact.task).path);
  }
  move_on(around, {});
}

void Fold::operator()(TaskEntered const& fact) {
  auto& around = scope(fact.scope);
  around.current = fact.activation;
  state_.ready_scopes.erase(fact.scope);
  state_.next_activation = fact.activation.value + 1;
  auto& entered = state_.activations[fact.activation];
  entered.id = fact.activation;
  entered.task = fact.task;
  entered.scope = fact.scope;
  entered.number = fact.number;
  entered.started = at_;
  entered.input = fact.input;
  entered.detail = fact.detail;
  entered.deadline = fact.deadline;
  auto& entries = state_.entries[fact.task];
  if (fact.number <= entries) {  // the key was kept, and the doubt with it
    forget_doubt(fact);
    entered.outcome = saga::Outcome::in_doubt;
  }
  entries = std::max(entries, fact.number);
  if (fact.deadline) set_timer(state_, {*fact.deadline, TimerKind::task, entered.id});
  if (fact.attempt_deadline) {
    entered.first_attempt = at_;
    open_attempt(fact.activation, 1, *fact.attempt_deadline);
    arm(entered);
  }
  begin_kind(entered);
}

// A key that was kept is taken: two items with the same arguments do not share it.
void Fold::forget_doubt(TaskEntered const& fact) {
  for (auto at = fact.scope; at.valid(); at = scope(at).parent) {
    if (!scope(at).owner.valid()) continue;
    auto& doubts = activation(scope(at).owner).doubts;
    auto const found = std::find_if(doubts.begin(), doubts.end(), [&fact](Doubt const& doubt) {
      return doubt.task == fact.task && doubt.number == fact.number;
    });
    if (found == doubts.end()) continue;
    doubts.erase(found);
    return;
  }
}

void Fold::arm(Activation const& entered) {
  if (!task_of(entered).compensate.valid()) return;
  auto& armed = state_.armed[entered.id];
  armed.id = entered.id;
  armed.task = entered.task;
  armed.number = entered.number;
  armed.input = entered.input;
  armed.arguments = entered.detail;
  armed.frozen = freeze(state_, entered.scope);
}

// What a task of each kind is doing right after it was entered.
void Fold::begin_kind(Activation& entered) {
  struct Begin {
    Fold& fold;
    Activation& entered;

    void operator()(graph::Call const&) const {}
    void operator()(graph::Do const& kind) const { body(kind.body); }
    void operator()(graph::Try const& kind) const {
      entered.first_try = fold.at_;
      body(kind.body);
    }
    void operator()(graph::For const& kind) const {
      entered.results = kind.concurrency > 0 ? Json::array() : entered.input;
      fold.state_.ready_activations.insert(entered.id);
    }
    void operator()(graph::Fork const& kind) const {
      entered.results = Json::array(std::vector<Json>(kind.branches.size()));
      for (std::uint32_t i = 0; i < kind.branches.size(); ++i) {
        open_scope(fold.graph_, fold.state_, kind.branches[i], entered.id, entered.input).item = i;
      }
      if (kind.branches.empty()) fold.state_.ready_activations.insert(entered.id);
    }
    // Completed, or failed, by the next record of the same turn.
    void operator()(graph::Set const&) const {}
    void operator()(graph::Switch const&) const {}
    void operator()(graph::Raise const&) const {}
    void operator()(graph::Wait const&) const { entered.phase = Phase::waiting; }
    void operator()(graph::Listen const&) const {
      entered.phase = Phase::waiting;
      entered.events = Json::array();
    }
    void operator()(graph::Emit const&) const {
      entered.phase = Phase::open;
      fold.arm(entered);
    }

    void body(graph::ListIndex list) const {
      open_scope(fold.graph_, fold.state_, list, entered.id, entered.input);
    }
  };
  std::visit(Begin{*this, entered}, task_of(entered).kind);
}

void Fold::open_attempt(ActivationId id, std::uint32_t attempt, Time deadline) {
  auto& call = activation(id);
  if (call.next_at) state_.timers.erase({*call.next_at, TimerKind::delay, id});
  if (call.attempt_deadline) state_.timers.erase({*call.attempt_deadline, TimerKind::attempt, id});
  if (!call.first_attempt) call.first_attempt = at_;
  call.next_at.reset();
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

void Fold::operator()(AttemptEnded const& fact) {
  if (!state_.activations.contains(fact.activation)) {
    late_answer(fact);
    return;
  }
  auto& call = activation(fact.activation);
  drop_timers(state_, call);
  call.attempt_deadline.reset();
  call.next_at.reset();
  call.last = fact.answer;
  call.outcome = call.outcome ? saga::combine(*call.outcome, fact.outcome) : fact.outcome;
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
    set_timer(state_, {*fact.retry_at, TimerKind::delay, call.id});
  }
  wake_unwindings();
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

void Fold::operator()(TaskCompleted const& fact) {
  auto& done = activation(fact.activation);
  auto& around = scope(done.scope);
  auto const& task = task_of(done);
  if (fact.context) export_context(done.scope, *fact.context);
  for (auto const child : done.children) {
    auto const& inner = scope(child);
    if (!std::holds_alternative<graph::For>(task.kind)) keep_outputs(inner, around);
    done.armed.insert(done.armed.end(), inner.armed.begin(), inner.armed.end());
    done.ending = done.ending || inner.ending;
  }
  hand_up_armed(done, around, fact.output);
  erase(state_, subtree(state_, done.children));
  if (task.output_used) around.outputs.set(task.path, fact.output);
  around.data = fact.output;
  auto const then = done.ending ? graph::Then{graph::Then::Kind::end, {}} : fact.then;
  drop_timers(state_, done);
  state_.ready_activations.erase(done.id);
  around.current = {};
  state_.activations.erase(fact.activation);
  if (!state_.suspensions.empty()) {
    std::erase_if(state_.suspensions,
                  [&](auto const& it) { return it.activation == fact.activation; });
    refresh_suspensions();
  }
  move_on(around, then);
}

// What an undo block exports is for the rest of that block only.
void Fold::export_context(ScopeId from, Json const& context) {
  auto const root = undo_root(state_, from);
  if (!root.valid()) {
    state_.context = context;
    return;
  }
  auto const& block = scope(root);
  auto const undoes = state_.unwindings.at(block.undo_of).plan[block.undo_index].undoes;
  state_.armed.at(undoes).frozen.context = context;
}

// On success a composite's own undo replaces those inside it; all else is handed to the scope.
void Fold::hand_up_armed(Activation& done, Scope& around, Json const& output) {
  auto const& task = task_of(done);
  bool const is_call = std::holds_alternative<graph::Call>(task.kind);
  if (task.compensate.valid() && !is_call) {
    for (auto const inner : done.armed) state_.armed.erase(inner);
    done.armed.clear();
    arm(done);
    auto& armed = state_.armed[done.id];
    armed.outcome = saga::Outcome::succeeded;
    armed.arguments = nullptr;
    armed.output = output;
  }
  around.armed.insert(around.armed.end(), done.armed.begin(), done.armed.end());
  if (state_.armed.contains(done.id)) around.armed.push_back(done.id);
}

void Fold::keep_outputs(Scope const& from, Scope& to) {
  if (from.outputs.is_null()) return;
  if (to.outputs.is_null()) {
    to.outputs = from.outputs;
    return;
  }
  for (auto const& member : from.outputs.members()) to.outputs.set_shared(member.key, member.value);
}

void Fold::operator()(ItemStarted const& fact) {
  auto& loop = activation(fact.activation);
  auto const& kind = std::get<graph::For>(task_of(loop).kind);
  auto data = kind.concurrency > 0 ? loop.input : loop.results;
  auto& item = open_scope(graph_, state_, kind.body, loop.id, std::move(data));
  item.item = fact.index;
  item.variables.set(kind.each, loop.detail[fact.index]);
  item.variables.set(kind.at, Json(fact.index));
  loop.next_item = fact.index + 1;
  bool const more = kind.concurrency > loop.children.size() && loop.next_item < loop.detail.size();
  if (!more) state_.ready_activations.erase(loop.id);
}

void Fold::operator()(ScopeEnded const& fact) {
  auto& ended = scope(fact.scope);
  auto& owner = activation(ended.owner);
  auto const& task = task_of(owner);
  auto const* loop = std::get_if<graph::For>(&task.kind);
  if (loop != nullptr && loop->concurrency == 0) {
    owner.results = ended.data;
  } else {
    while (owner.results.size() <= ended.item) owner.results.push_back(nullptr);
    owner.results.set(static_cast<std::size_t>(ended.item), ended.data);
  }
  if (loop == nullptr) keep_outputs(ended, scope(owner.scope));
  owner.armed.insert(owner.armed.end(), ended.armed.begin(), ended.armed.end());
  owner.ending = owner.ending || ended.ending;
  auto const* fork = std::get_if<graph::Fork>(&task.kind);
  if (fork != nullptr && fork->compete && !owner.winner) owner.winner = ended.item;
  std::erase(owner.children, ended.id);
  erase(state_, {{ended.id}, {}});
  bool const more_items = loop != nullptr && owner.next_item < owner.detail.size() && !owner.ending;
  bool const waits = !owner.children.empty() && !owner.winner && !more_items;
  if (!waits) state_.ready_activations.insert(owner.id);
}

void Fold::operator()(EventTaken const& fact) {
  auto& listener = activation(fact.activation);
  Json taken = Json::object({{"filter", fact.filter}, {"event", fact.event}});
  listener.events.push_back(std::move(taken));
  state_.events_taken.insert(event_identity(fact.event));
}

void Fold::operator()(EventPublished const& fact) {
  activation(fact.activation).phase = Phase::composite;
  if (auto const armed = state_.armed.find(fact.activation); armed != state_.armed.end()) {
    armed->second.outcome = saga::Outcome::succeeded;
  }
  state_.ready_activations.insert(fact.activation);
}

void Fold::operator()(Stopping const& fact) {
  auto& unwinding = state_.unwindings[fact.unwinding];
  state_.next_unwinding = fact.unwinding.value + 1;
  unwinding.id = fact.unwinding;
  unwinding.scopes = fact.scopes;
  unwinding.handler = fact.handler;
  unwinding.cause = fact.cause;
  unwinding.next = fact.next;
  unwinding.retry_delay = fact.retry_delay;
  state_.active_unwindings.insert(fact.unwinding);
  if (fact.handler.valid()) {
    unwinding.around = activation(fact.handler).scope;
    state_.ready_activations.erase(fact.handler);
  } else {
    state_.root_unwinding = fact.unwinding;
    refresh_status();
    if (state_.deadline) state_.timers.erase({*state_.deadline, TimerKind::run, {}});
  }
  auto const tree = subtree(state_, fact.scopes);
  for (auto const id : tree.scopes) {
    auto& inside = scope(id);
    if (!inside.stopped_by.valid()) inside.stopped_by = fact.unwinding;
    state_.ready_scopes.erase(id);
  }
  for (auto const id : tree.activations) stop_activation(activation(id));
  wake_unwindings();
}

void Fold::stop_activation(Activation& inside) {
  state_.ready_activations.erase(inside.id);
  bool const open_call =
      inside.phase == Phase::open && std::holds_alternative<graph::Call>(task_of(inside).kind);
  if (inside.deadline) state_.timers.erase({*inside.deadline, TimerKind::task, inside.id});
  inside.deadline.reset();
  if (open_call) return;  // it settles by its answer or its deadline
  drop_timers(state_, inside);
  inside.next_at.reset();
  // An event on its way may have been seen.
  if (auto const armed = state_.armed.find(inside.id);
      inside.phase == Phase::open && armed != state_.armed.end()) {
    armed->second.outcome = saga::Outcome::in_doubt;
  }
  if (inside.phase != Phase::composite) inside.phase = Phase::settled;
}

// Unwindings whose last open attempt has settled can be planned.
void Fold::wake_unwindings() {
  for (auto const id : state_.active_unwindings) {
    auto const& unwinding = state_.unwindings.at(id);
    if (!unwinding.planned && settled(state_, unwinding)) state_.ready_unwindings.insert(id);
  }
}

// A planned unwinding has something to decide, unless an undo of it is under way.
void Fold::wake(Unwinding const& unwinding) {
  if (!unwinding.planned) return;
  if (has_undo_work(graph_, unwinding)) {
    state_.ready_unwindings.insert(unwinding.id);
  } else {
    state_.ready_unwindings.erase(unwinding.id);
  }
}

void Fold::operator()(PlanRecorded const& fact) {
  auto& unwinding = state_.unwindings.at(fact.unwinding);
  auto const tree = subtree(state_, unwinding.scopes);
  auto const armed = armed_in(state_, tree);
  unwinding.planned = true;
  for (auto const id : fact.undos) {
    state_.armed.at(id).planned = fact.unwinding;
    unwinding.plan.push_back({.undoes = id});
  }
  for (auto const id : armed) {
    if (!state_.armed.at(id).planned.valid()) state_.armed.erase(id);
  }
  if (unwinding.next == Next::retry) remember_doubts(tree, activation(unwinding.handler));
  bool const suspended = !state_.suspensions.empty();
  erase(state_, tree);
  if (suspended) refresh_suspensions();
  if (unwinding.handler.valid()) {
    auto& children = activation(unwinding.handler).children;
    for (auto const id : unwinding.scopes) std::erase(children, id);
  }
  wake(unwinding);
}

void Fold::remember_doubts(Subtree const& tree, Activation& handler) {
  for (auto const id : tree.activations) {
    auto const& call = activation(id);
    auto const& task = task_of(call);
    bool const doubtful = std::holds_alternative<graph::Call>(task.kind) &&
                          !task.compensate.valid() && call.outcome == saga::Outcome::in_doubt;
    if (doubtful) handler.doubts.push_back({call.task, call.number, call.detail});
  }
}

void Fold::operator()(PlanAmended const& fact) {
  auto& unwinding = state_.unwindings.at(fact.unwinding);
  unwinding.plan.push_back({.undoes = fact.undoes});
  unwinding.over = false;
  state_.active_unwindings.insert(fact.unwinding);
  if (auto const root = state_.scopes.find(state_.root);
      root == state_.scopes.end() || root->second.finished) {
    state_.ready_scopes.erase(state_.root);  // the run does not end before this is over
  }
  refresh_status();
  wake(unwinding);
}

void Fold::operator()(UndoStarted const& fact) {
  auto& unwinding = state_.unwindings.at(fact.unwinding);
  auto& undo = unwinding.plan[fact.index];
  auto& armed = state_.armed.at(undo.undoes);
  armed.sent = true;
  auto& block = open_scope(graph_, state_, graph_.task(armed.task).compensate, {}, armed.input);
  block.undo_of = fact.unwinding;
  block.undo_index = fact.index;
  undo.status = UndoStatus::running;
  undo.scope = block.id;
  undo.undo = undo_value(armed);
  state_.ready_unwindings.erase(fact.unwinding);
}

void Fold::operator()(UndoEnded const& fact) {
  auto& unwinding = state_.unwindings.at(fact.unwinding);
  auto& undo = unwinding.plan[fact.index];
  undo.status = fact.result == UndoResult::done ? UndoStatus::done : UndoStatus::skipped;
  erase(state_, subtree(state_, {undo.scope}));
  undo.scope = {};
  wake(unwinding);
}

void Fold::operator()(Unwound const& fact) {
  auto& unwinding = state_.unwindings.at(fact.unwinding);
  unwinding.over = true;
  state_.active_unwindings.erase(fact.unwinding);
  state_.ready_unwindings.erase(fact.unwinding);
  if (!unwinding.resolved) {
    unwinding.resolved = true;
    if (unwinding.handler.valid()) follow(unwinding, fact);
  }
  // Nothing of it can come back: no effect was planned, so none can be found done later.
  if (unwinding.handler.valid() && unwinding.plan.empty()) {
    state_.unwindings.erase(fact.unwinding);
  }
  wake_unwindings();
  wake_root();
}

// The run ends once its root is past its last task, or gone, and nothing is being undone.
void Fold::wake_root() {
  if (!state_.active_unwindings.empty()) return;
  auto const root = state_.scopes.find(state_.root);
  if (root == state_.scopes.end() || (root->second.finished && !root->second.current.valid())) {
    state_.ready_scopes.insert(state_.root);
  }
}

// What comes behind an unwinding, unless a wider one stopped its handler meanwhile.
void Fold::follow(Unwinding& unwinding, Unwound const& fact) {
  auto& handler = activation(unwinding.handler);
  if (stopped(state_, handler.scope)) return;
  if (unwinding.next == Next::win) {
    state_.ready_activations.insert(handler.id);
  } else if (unwinding.next == Next::retry) {
    handler.phase = Phase::delayed;
    handler.next_at = fact.retry_at;
    set_timer(state_, {*fact.retry_at, TimerKind::delay, handler.id});
  } else {
    auto const& catch_ = std::get<graph::Try>(task_of(handler).kind).handler;
    handler.caught = unwinding.cause.error;
    if (!catch_.body.valid()) {
      handler.results = handler.input;
      state_.ready_activations.insert(handler.id);
      return;
    }
    auto& block = open_scope(graph_, state_, catch_.body, handler.id, handler.input);
    block.variables.set(catch_.as, unwinding.cause.error);
  }
}

void Fold::operator()(TryRestarted const& fact) {
  auto& handler = activation(fact.activation);
  drop_timers(state_, handler);
  handler.next_at.reset();
  handler.phase = Phase::composite;
  if (handler.deadline) set_timer(state_, {*handler.deadline, TimerKind::task, handler.id});
  ++handler.restarts;
  open_scope(graph_, state_, std::get<graph::Try>(task_of(handler).kind).body, handler.id,
             handler.input);
}

void Fold::operator()(RunSuspended const& fact) {
  state_.ready_scopes.erase(fact.scope);
  Suspension waiting{{}, fact.scope, fact.reason};
  if (fact.activation.valid() && halt(fact.activation)) waiting.activation = fact.activation;
  state_.suspensions.push_back(std::move(waiting));
  refresh_suspensions();
}

// What waits for an operator stands still with everything in it. True when it can go on where it
// is; else it is given up, and its scope enters the task again.
bool Fold::halt(ActivationId id) {
  auto& waiting = activation(id);
  auto const& kind = task_of(waiting).kind;
  drop_timers(state_, waiting);
  waiting.deadline.reset();
  waiting.next_at.reset();
  state_.ready_activations.erase(id);
  for (auto const child : waiting.children) state_.ready_scopes.erase(child);
  bool const stays = std::holds_alternative<graph::Call>(kind) ||
                     std::holds_alternative<graph::Emit>(kind) ||
                     children_finished(state_, waiting) ||
                     (std::holds_alternative<graph::For>(kind) && waiting.children.empty());
  if (stays) {
    waiting.phase = Phase::settled;
    return true;
  }
  scope(waiting.scope).current = {};
  erase(state_, subtree(state_, waiting.children));
  state_.activations.erase(id);
  return false;
}

void Fold::operator()(RunResumed const&) {
  for (auto const& waiting : std::exchange(state_.suspensions, {})) {
    if (!waiting.activation.valid()) {
      state_.ready_scopes.insert(waiting.scope);
    } else {
      resume(activation(waiting.activation));
    }
  }
  refresh_suspensions();
}

void Fold::resume(Activation& waiting) {
  bool const call = std::holds_alternative<graph::Call>(task_of(waiting).kind);
  if (call && waiting.outcome != saga::Outcome::succeeded) {
    waiting.phase = Phase::delayed;
    waiting.retries = 0;
    waiting.first_attempt.reset();
    waiting.next_at = at_;
    set_timer(state_, {at_, TimerKind::delay, waiting.id});
    return;
  }
  waiting.phase = Phase::composite;
  if (waiting.children.empty()) state_.ready_activations.insert(waiting.id);
  for (auto const child : waiting.children) state_.ready_scopes.insert(child);
}

// Which undos wait for an operator follows from what is suspended.
void Fold::refresh_suspensions() {
  for (auto const id : state_.active_unwindings) {
    for (auto& undo : state_.unwindings.at(id).plan) undo.suspended = false;
  }
  for (auto const& waiting : state_.suspensions) {
    auto const& block = scope(undo_root(state_, waiting.scope));
    state_.unwindings.at(block.undo_of).plan[block.undo_index].suspended = true;
  }
  for (auto const id : state_.active_unwindings) wake(state_.unwindings.at(id));
  refresh_status();
}

void Fold::refresh_status() {
  if (!state_.suspensions.empty()) {
    state_.status = RunStatus::suspended;
  } else if (state_.root_unwinding.valid() || state_.end) {
    state_.status = RunStatus::compensating;
  } else {
    state_.status = RunStatus::running;
  }
}

void Fold::operator()(RunEnded const& fact) {
  state_.status = RunStatus::ended;
  state_.end = fact.status;
  state_.ended = at_;
  state_.output = fact.output;
  state_.error = fact.error;
  state_.reason = fact.reason;
  state_.timers.clear();
  state_.ready_scopes.clear();
  state_.ready_activations.clear();
  state_.ready_unwindings.clear();
  state_.scopes.clear();
  state_.activations.clear();
  state_.suspensions.clear();
  // Only what was planned to be undone can still get a late answer.
  std::erase_if(state_.armed, [](auto const& entry) { return !entry.second.planned.valid(); });
}

// The flow goes on behind a task of that scope.
void Fold::move_on(Scope& around, graph::Then then) {
  auto const& list = graph_.list(around.list);
  using Kind = graph::Then::Kind;
  switch (then.kind) {
    case Kind::next: ++around.position; break;
    case Kind::task: around.position = graph_.task(then.target).position; break;
    case Kind::end: around.ending = true; [[fallthrough]];
    case Kind::exit: around.position = static_cast<std::uint32_t>(list.tasks.size()); break;
  }
  if (around.stopped_by.valid()) return;
  if (around.position >= list.tasks.size()) {
    finish(around);
  } else {
    state_.ready_scopes.insert(around.id);
  }
}

// Past its last task: whoever waits for the scope has something to decide.
void Fold::finish(Scope& around) {
  around.finished = true;
  if (around.id == state_.root) {
    wake_root();
  } else {
    state_.ready_scopes.insert(around.id);
  }
}

}  // namespace

void evolve(graph::StepGraph const& graph, State& state, Record const& record) {
  std::visit(Fold(graph, state, record.at), record.body);
  ++state.records;
}

}  // namespace skald::runtime
