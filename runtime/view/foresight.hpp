#pragma once

// What the undos of a run would call, found by playing the run to its end on a copy of its state.
// Private to runtime/view. Pure.

#include <map>
#include <string>

#include "base/json.hpp"
#include "base/time.hpp"
#include "compiler/graph/step_graph.hpp"
#include "runtime/machine/state.hpp"

namespace skald::view {

// The calls of each undo, [{"task", "call"}], by the key of the effect that it undoes.
using UndoCalls = std::map<std::string, Json>;

// The calls that are made if the run is cancelled now, or is unwinding, when what goes forward
// gets no answer and what undoes succeeds without an output.
UndoCalls foreseen_calls(graph::StepGraph const& graph, runtime::State state, Time now);

}  // namespace skald::view
