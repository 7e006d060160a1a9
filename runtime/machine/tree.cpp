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

bool stopped(State const& state, ScopeId scope) {
  return scope_of(state, scope).stopped_by.valid();
}

namespace {

// True when an unwinding that is not over goes on somewhere inside the subtree.
bool holds_unwinding(State const& state, Unwinding const& outer, Subtree const& tree) {
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

bool settled(State const& state, Unwinding const& unwinding) {
  auto const tree = subtree(state, unwinding.scopes);
  for (auto const id : tree.activations) {
    if (activation_of(state, id).phase == Phase::open) return false;
  }
  return !holds_unwinding(state, unwinding, tree);
}

bool has_undo_work(graph::StepGraph const& graph, Unwinding const& unwinding) {
  if (!unwinding.planned || unwinding.over) return false;
  bool pending = false;
  bool suspended = false;
  for (auto const& undo : unwinding.plan) {
    if (undo.status == UndoStatus::running && !undo.suspended) return false;
    suspended = suspended || undo.status == UndoStatus::running;
    pending = pending || undo.status == UndoStatus::pending;
  }
  if (!suspended) return true;
  return pending && graph.saga.exhausted == graph::SagaPolicy::Exhausted::proceed;
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
