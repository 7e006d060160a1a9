#pragma once

// The pure heart of skald: what becomes a fact, and what a fact changes. No I/O, no clock, no
// randomness, no threads. The laws in docs/ARCHITECTURE.md are about these functions.
//
//   auto turn = advance(graph, state, input);   // decide and evolve in one, as the engine does
//   journal.append(turn.records);
//   ... once durable: start pending(graph, state), answer callers

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/graph/step_graph.hpp"
#include "runtime/machine/effect.hpp"
#include "runtime/machine/input.hpp"
#include "runtime/machine/record.hpp"
#include "runtime/machine/state.hpp"

namespace skald::runtime {

struct Limits {
  std::size_t turn_records = 1'000;  // then the turn ends and goes on as an input
  std::size_t turn_bytes = std::size_t{1} << 20U;
  Duration attempt_timeout = Duration::from_seconds(30);  // of a call without its own
  std::uint32_t child_depth = 16;                         // how deep runs may start runs
  std::uint64_t run_records = 1'000'000;  // facts of one run; over it it stops and is unwound
  std::uint64_t expression_fuel = 2'000'000;
  std::size_t value_bytes = std::size_t{16} << 20U;  // one value an expression or an answer gives
  std::size_t value_depth = 1'000;                   // its levels of arrays and objects
};

struct Turn {
  std::vector<Record> records;
  std::string ignored;  // why the input led to nothing; empty when it did
};

// decide() and evolve() together: the state is changed as the records are made. The records take
// the memory of `buffer`, which is empty: so one vector may serve turn after turn.
Turn advance(graph::StepGraph const& graph, State& state, Input const& input,
             Limits const& limits = {}, std::vector<Record> buffer = {});

// What is now a fact. Leaves the state as it is.
Turn decide(graph::StepGraph const& graph, State const& state, Input const& input,
            Limits const& limits = {});

// Folds one fact. Never fails, never evaluates an expression.
void evolve(graph::StepGraph const& graph, State& state, Record const& record);

// What the world owes this run, from the state alone.
std::vector<Effect> pending(graph::StepGraph const& graph, State const& state);

// The same for some of its activations; Continue and the lock it asks for in any case.
std::vector<Effect> pending(graph::StepGraph const& graph, State const& state,
                            std::set<ActivationId> const& among);

// The activations of which these facts, the last that were folded into the state, may have changed
// what the world owes them; nullopt: any.
using Touched = std::optional<std::set<ActivationId>>;
Touched touched(State const& state, std::vector<Record> const& records);

// When TimePassed is wanted next.
std::optional<Time> next_deadline(State const& state);

// Whether a late answer can still be news: the success of an effect that is not known to have
// succeeded, in a run that was not killed. An ended run of which that is false gets no further fact
// from an answer.
bool hears_late_answers(State const& state);

// True of a child run whose workflow nobody knows yet: a stop keeps it from being started.
bool would_not_start(graph::StepGraph const& graph, State const& state, ActivationId id);

// The plan that a cancel at this moment would make: activations in the order of their undoing.
std::vector<ActivationId> preview_plan(graph::StepGraph const& graph, State const& state);

// The id of the run that an attempt of a `run` task starts: the parent's id, ':' and the
// activation. So children are found where their parent is.
std::string child_run(std::string_view run, ActivationId activation, std::uint32_t attempt);
// The run at the top: what stands before the first ':'.
std::string_view root_run(std::string_view run);

// The identity of an effect: run, task path, activation number. Visible ASCII; the
// Idempotency-Key of all its attempts.
std::string effect_key(graph::StepGraph const& graph, State const& state, TaskIndex task,
                       std::uint32_t number);

}  // namespace skald::runtime
