#pragma once

// What an operator's verb does, or would do, in words and data: for answers and dry runs.

#include <span>

#include "base/json.hpp"
#include "compiler/graph/step_graph.hpp"
#include "runtime/machine/record.hpp"
#include "runtime/machine/state.hpp"

namespace skald::view {

// {"status", "becomes", "then": ["the undo of 'hotel' is skipped", ...],
//  "calls": [{"task", "attempt", "call", "key", "undoes"}]}: of the facts that led from `before` to
// `after`. The calls are those that are made now.
Json operation_effect(graph::StepGraph const& graph, runtime::State const& before,
                      runtime::State const& after, std::span<runtime::Record const> facts);

// What a kill leaves: [{"task", "path", "number", "key", "outcome"}] of every effect that has
// happened, or may have, and is not undone; newest first.
Json left_behind(graph::StepGraph const& graph, runtime::State const& state);

}  // namespace skald::view
