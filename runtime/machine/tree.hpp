#pragma once

// Walking and changing the tree of scopes and activations inside a State. Used by evolve() to
// fold and by decide() to look; everything here is deterministic and total on states that
// evolve() made.

#include <optional>
#include <string>
#include <vector>

#include "compiler/graph/step_graph.hpp"
#include "runtime/machine/state.hpp"

namespace skald::runtime {

Scope& scope_of(State& state, ScopeId id);
Scope const& scope_of(State const& state, ScopeId id);
Activation& activation_of(State& state, ActivationId id);
Activation const& activation_of(State const& state, ActivationId id);

// Opens a scope on a list; it is ready for its first task.
Scope& open_scope(graph::StepGraph const& graph, State& state, graph::ListIndex list,
                  ActivationId owner, Json data);

// Everything live under (and including) some scopes.
struct Subtree {
  std::vector<ScopeId> scopes;  // parents before children
  std::vector<ActivationId> activations;
};
Subtree subtree(State const& state, std::vector<ScopeId> const& roots);

// Every armed effect of the subtree: handed up, in its scopes, or of a call still live.
std::vector<ActivationId> armed_in(State const& state, Subtree const& tree);

// Forgets the subtree: scopes, activations, timers, readiness.
void erase(State& state, Subtree const& tree);

void set_timer(State& state, Timer timer);
void drop_timers(State& state, Activation const& activation);

// The undo block the scope belongs to, or none when it is forward work.
ScopeId undo_root(State const& state, ScopeId scope);
// True when the scope belongs to saga.finally.
bool in_finally(State const& state, ScopeId scope);
// True while nobody knows whether the pivot has happened: it is under way, or in doubt.
bool pivot_undecided(State const& state);
// True when an error that nothing handles can not lead back: behind a pivot, or by policy.
bool only_forward(graph::StepGraph const& graph, State const& state);
// The probe the scope belongs to, or none.
ScopeId probe_root(graph::StepGraph const& graph, State const& state, ScopeId scope);
// True when the scope or one around it was stopped by an unwinding.
bool stopped(State const& state, ScopeId scope);
// True when nothing of an unwinding's scopes is open any more.
bool settled(State const& state, Unwinding const& unwinding);
// True when the answer, or the end, of something outside is still to come.
bool is_open(Activation const& activation);

// True when a planned unwinding can go on: start its next undo, or end.
bool has_undo_work(graph::StepGraph const& graph, Unwinding const& unwinding);
// True when what comes behind the unwinding has not been taken, and its handler is still there.
bool has_next(State const& state, Unwinding const& unwinding);
// True when an operator has said that the effect is not to be undone.
bool undo_was_skipped(State const& state, Armed const& armed);
// What makes an event the same event: its source and id.
std::string event_identity(Json const& event);

// The forks and concurrent loops around a scope, outermost first.
std::vector<saga::Lane> lanes_of(graph::StepGraph const& graph, State const& state, ScopeId scope);

// What an undo block of an effect in that scope will see.
Frozen freeze(State const& state, ScopeId scope);
// $undo of an effect, as it is known now.
Json undo_value(Armed const& armed);
// True when every child scope is past its last task: only the composite's own end is missing.
bool children_finished(State const& state, Activation const& composite);

}  // namespace skald::runtime
