#pragma once

// What an operator's verb does, or would do, in words and data: for answers and dry runs.

#include <span>
#include <string>

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

// What a kill leaves: [{"task", "path", "number", "key", "outcome"}] of every effect that is armed
// and not undone, and of every other call that is under way or in doubt and does more than read;
// newest first. Empty: a kill leaves nothing that a cancel would not leave, too.
Json left_behind(graph::StepGraph const& graph, runtime::State const& state);

// "'hotel', 'flight:2' and 7 more", of what left_behind() gives.
std::string left_text(Json const& left);

}  // namespace skald::view
