#include "runtime/machine/tree.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace skald::runtime {

Scope& scope_of(State& state, ScopeId id) {
  auto const at = state.scopes.find(id);
  SKALD_ASSERT(at != state.scopes.end(), "no such scope");
  return at->second;
}

Scope const& scope_of(State const& state, ScopeId id) {
  auto const at = state.scopes.find(id);
  SKALD_ASSERT(at != state.scopes.end(), "no such scope");
  return at->second;
}

Activation& activation_of(State& state, ActivationId id) {
  auto const at = state.activations.find(id);
  SKALD_ASSERT(at != state.activations.end(), "no such activation");
  return at->second;
}

Activation const& activation_of(State const& state, ActivationId id) {
  auto const at = state.activations.find(id);
  SKALD_ASSERT(at != state.activations.end(), "no such activation");
  return at->second;
}

Scope& open_scope(graph::StepGraph const& graph, State& state, graph::ListIndex list,
                  ActivationId owner, Json data) {
  SKALD_ASSERT(list.valid() && list.value < graph.lists.size(), "no such list");
  ScopeId const id{state.next_scope++};
  auto& scope = state.scopes[id];
  scope.id = id;
  scope.list = list;
  scope.owner = owner;
  scope.data = std::move(data);
  if (owner.valid()) {
    auto& parent = activation_of(state, owner);
    parent.children.push_back(id);
    scope.parent = parent.scope;
  }
  scope.finished = graph.list(list).tasks.empty();
  state.ready_scopes.insert(id);
  return scope;
}

Subtree subtree(State const& state, std::vector<ScopeId> const& roots) {
  Subtree tree;
  tree.scopes = roots;
  for (std::size_t i = 0; i < tree.scopes.size(); ++i) {
    auto const current = scope_of(state, tree.scopes[i]).current;
    if (!current.valid()) continue;
    tree.activations.push_back(current);
    auto const& children = activation_of(state, current).children;
    tree.scopes.insert(tree.scopes.end(), children.begin(), children.end());
  }
  return tree;
}

std::vector<ActivationId> armed_in(State const& state, Subtree const& tree) {
  std::vector<ActivationId> result;
  for (auto const id : tree.scopes) {
    auto const& armed = scope_of(state, id).armed;
    result.insert(result.end(), armed.begin(), armed.end());
  }
  for (auto const id : tree.activations) {
    auto const& armed = activation_of(state, id).armed;
    result.insert(result.end(), armed.begin(), armed.end());
    if (state.armed.contains(id)) result.push_back(id);
  }
  std::sort(result.begin(), result.end());
  return result;
}

void erase(State& state, Subtree const& tree) {
  for (auto const id : tree.activations) {
    drop_timers(state, activation_of(state, id));
    state.ready_activations.erase(id);
    state.activations.erase(id);
    if (id == state.open_pivot) state.open_pivot = {};
  }
  for (auto const id : tree.scopes) {
    state.ready_scopes.erase(id);
    state.scopes.erase(id);
  }
  std::erase_if(state.suspensions, [&state](Suspension const& waiting) {
    return !state.scopes.contains(waiting.scope);
  });
}

void set_timer(State& state, Timer timer) {
  state.timers.insert(timer);
}

void drop_timers(State& state, Activation const& activation) {
  auto drop = [&](std::optional<Time> const& at, TimerKind kind) {
    if (at) state.timers.erase({*at, kind, activation.id});
  };
  drop(activation.deadline, TimerKind::task);
  drop(activation.attempt_deadline, TimerKind::attempt);
  drop(activation.next_at, TimerKind::delay);
}

ScopeId undo_root(State const& state, ScopeId scope) {
  while (scope.valid()) {
    auto const& at = scope_of(state, scope);
    if (at.undo_of.valid()) return scope;
    scope = at.parent;
  }
  return {};
}

bool in_finally(State const& state, ScopeId scope) {
  if (!state.finally.valid()) return false;
  while (scope.valid() && scope != state.finally) scope = scope_of(state, scope).parent;
  return scope.valid();
}

bool pivot_undecided(State const& state) {
  auto const at = state.activations.find(state.open_pivot);
  if (at == state.activations.end()) return false;
  auto const& pivot = at->second;
  bool const idle =
      pivot.phase == Phase::delayed || pivot.phase == Phase::settled ||
      (pivot.phase == Phase::waiting && pivot.attempt == 0);  // a run, for its workflow
  return !idle || pivot.ongoing || pivot.outcome >= saga::Outcome::in_doubt;
}

bool only_forward(graph::StepGraph const& graph, State const& state) {
  return state.pivot.valid() || graph.saga.recover == graph::SagaPolicy::Recover::forward;
}

ScopeId probe_root(graph::StepGraph const& graph, State const& state, ScopeId scope) {
  while (scope.valid()) {
    auto const& at = scope_of(state, scope);
    if (graph.list(at.list).role == graph::ListRole::probe) return scope;
    scope = at.parent;
  }
  return {};
}

bool stopped(State const& state, ScopeId scope) {
  return scope_of(state, scope).stopped_by.valid();
}

namespace {

// True when an unwinding that is not over goes on somewhere inside the scopes of another.
bool holds_unwinding(State const& state, Unwinding const& outer) {
  if (state.active_unwindings.size() < 2) return false;
  auto const tree = subtree(state, outer.scopes);
  for (auto const id : state.active_unwindings) {
    auto const& inner = state.unwindings.at(id);
    if (id == outer.id || !inner.around.valid()) continue;
    if (std::find(tree.scopes.begin(), tree.scopes.end(), inner.around) != tree.scopes.end()) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool is_open(Activation const& activation) {
  return activation.phase == Phase::open || activation.phase == Phase::probing;
}

bool settled(State const& state, Unwinding const& unwinding) {
  return unwinding.unsettled.empty() && !holds_unwinding(state, unwinding);
}

bool has_undo_work(graph::StepGraph const& graph, Unwinding const& unwinding) {
  if (!unwinding.planned || unwinding.over) return false;
  if (unwinding.ended == unwinding.plan.size()) return true;
  if (unwinding.startable.empty()) return false;
  bool const one_at_a_time = graph.saga.order == graph::SagaPolicy::Order::reverse;
  return !one_at_a_time || unwinding.running == unwinding.suspended.size();
}

bool has_next(State const& state, Unwinding const& unwinding) {
  return !unwinding.resolved && state.activations.contains(unwinding.handler);
}

bool undo_was_skipped(State const& state, Armed const& armed) {
  auto const unwinding = state.unwindings.find(armed.planned);
  if (unwinding == state.unwindings.end()) return false;
  auto const& plan = unwinding->second.plan;
  return std::any_of(plan.begin(), plan.end(), [&armed](Undo const& undo) {
    return undo.undoes == armed.id && undo.status == UndoStatus::skipped;
  });
}

std::string event_identity(Json const& event) {
  auto text = [&event](std::string_view name) {
    auto const& value = event[name];
    return value.is_string() ? std::string(value.as_string()) : to_text(value);
  };
  return text("source") + " " + text("id");
}

Json undo_value(Armed const& armed) {
  auto const outcome = armed.outcome.value_or(saga::Outcome::in_doubt);
  return Json::object({{"input", armed.input},
                       {"arguments", armed.arguments},
                       {"output", armed.output},
                       {"outcome", saga::to_string(outcome)},
                       {"error", armed.error}});
}

bool children_finished(State const& state, Activation const& composite) {
  for (auto const id : composite.children) {
    if (!scope_of(state, id).finished) return false;
  }
  return !composite.children.empty();
}

std::vector<saga::Lane> lanes_of(graph::StepGraph const& graph, State const& state, ScopeId scope) {
  std::vector<saga::Lane> lanes;
  while (scope.valid()) {
    auto const& at = scope_of(state, scope);
    if (!at.owner.valid()) break;
    auto const& kind = graph.task(activation_of(state, at.owner).task).kind;
    auto const* loop = std::get_if<graph::For>(&kind);
    bool const parallel =
        loop != nullptr ? loop->concurrency > 0 : std::holds_alternative<graph::Fork>(kind);
    if (parallel) lanes.push_back({at.owner.value, at.item});
    scope = at.parent;
  }
  std::reverse(lanes.begin(), lanes.end());
  return lanes;
}

Frozen freeze(State const& state, ScopeId scope) {
  Frozen frozen;
  frozen.context = state.context;
  while (scope.valid()) {
    auto const& at = scope_of(state, scope);
    if (at.variables.size() > 0) frozen.variables.push_back(at.variables);
    if (at.outputs.size() > 0) frozen.outputs.push_back(at.outputs);
    scope = at.parent;
  }
  return frozen;
}

}  // namespace skald::runtime
