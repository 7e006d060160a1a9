// evolve(): folds one record into the state. Here: runs, tasks, loops and events.

#include <algorithm>

#include "runtime/machine/fold.hpp"

namespace skald::runtime {

void Fold::operator()(RunStarted const& fact) {
  state_.run = fact.run;
  state_.graph = fact.graph;
  state_.workflow = fact.workflow;
  state_.start_key = fact.start_key;
  state_.body_digest = fact.body_digest;
  state_.input = fact.input;
  state_.started = at_;
  state_.parent = fact.parent;
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
  state_.ready_scopes.erase(fact.scope);
  move_on(around, {});
}

void Fold::operator()(TaskEntered const& fact) {
  auto& around = scope(fact.scope);
  if (around.current.valid()) forget_locking(around.current);  // it has its lock
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
  if (task_of(entered).pivot) state_.open_pivot = entered.id;
  if (fact.deadline) set_timer(state_, {*fact.deadline, TimerKind::task, entered.id});
  if (fact.attempt_deadline) {
    entered.first_attempt = at_;
    open_attempt(fact.activation, 1, *fact.attempt_deadline);
    arm(entered);
  }
  if (fact.pass_deadline) {
    entered.attempt_deadline = fact.pass_deadline;
    set_timer(state_, {*fact.pass_deadline, TimerKind::attempt, entered.id});
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
  armed.lanes = lanes_of(graph_, state_, entered.scope);
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
      entered.results = Json::array();
    }
    void operator()(graph::Emit const&) const {
      entered.phase = Phase::open;
      fold.arm(entered);
    }
    void operator()(graph::RunWorkflow const&) const {
      entered.phase = Phase::waiting;
      fold.arm_child(entered);
    }

    void body(graph::ListIndex list) const {
      open_scope(fold.graph_, fold.state_, list, entered.id, entered.input);
    }
  };
  std::visit(Begin{*this, entered}, task_of(entered).kind);
}

void Fold::operator()(TaskCompleted const& fact) {
  auto& done = activation(fact.activation);
  auto& around = scope(done.scope);
  auto const& task = task_of(done);
  if (fact.context) export_context(done.scope, *fact.context);
  for (auto const child : done.children) {
    auto const& inner = scope(child);
    if (!std::holds_alternative<graph::For>(task.kind)) keep_outputs(inner, around);
    // What a catch has armed belongs to the try's parent: the try's own undo does not stand for it.
    bool const caught = graph_.list(inner.list).role == graph::ListRole::handler;
    auto& armed = caught ? around.armed : done.armed;
    armed.insert(armed.end(), inner.armed.begin(), inner.armed.end());
    done.ending = done.ending || inner.ending;
  }
  hand_up_armed(done, around, fact.output);
  erase(state_, subtree(state_, done.children));
  // Events that had no turn any more are as if they had not been taken.
  for (auto const& event : done.queue) state_.events_taken.erase(event_identity(event));
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
  bool const own_effect = std::holds_alternative<graph::Call>(task.kind) ||
                          std::holds_alternative<graph::RunWorkflow>(task.kind);
  if (task.compensate.valid() && !own_effect) {
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
  if (auto const* listen = std::get_if<graph::Listen>(&task_of(loop).kind)) {
    return begin_event(loop, *listen, fact.index);
  }
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
  if (std::holds_alternative<graph::Listen>(task.kind)) return end_event(ended, owner, fact);
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
  state_.activations.clear();
  state_.child_undos.clear();  // a kill leaves them
  state_.suspensions.clear();
  let_go();
  state_.open_pivot = {};
  state_.kept_causes.clear();
  state_.ending.reset();
  state_.finally = {};
  state_.locks.clear();  // their homes hear of the end by themselves
  state_.lock_requests.clear();
  keep_for_parent(fact);
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
  if (around.id == state_.root || around.id == state_.finally) {
    wake_root();
  } else {
    state_.ready_scopes.insert(around.id);
  }
}

void evolve(graph::StepGraph const& graph, State& state, Record const& record) {
  std::visit(Fold(graph, state, record.at), record.body);
  ++state.records;
}

}  // namespace skald::runtime
