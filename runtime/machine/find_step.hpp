#pragma once

// What an operator means by the name of a step: a task's name or path, with ":2" behind it for its
// second entry ("hotel", "/do/0/reserve/fork/branches/1/flight", "hotel:2"). Pure.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "compiler/graph/step_graph.hpp"
#include "runtime/machine/state.hpp"

namespace skald::runtime {

// A step that an attempt, an answer or an operator can move.
struct FoundStep {
  ActivationId activation;  // none: the task that could not begin in `scope`
  ScopeId scope;
};

// A step under way. The name of an effect that is being undone stands for the steps of its undo.
// Errors: not_found; failed_precondition when it is not under way; invalid_argument when the name
// fits several, with their names.
Result<FoundStep> find_step(graph::StepGraph const& graph, State const& state,
                            std::string_view name);

struct FoundUndo {
  UnwindingId unwinding;
  std::uint32_t index = 0;
};

// An undo of a plan that has not ended, by the effect it undoes or by a step of its block. Errors
// as above.
Result<FoundUndo> find_undo(graph::StepGraph const& graph, State const& state,
                            std::string_view name);

// A step that waits for an operator, by the names he can use.
struct StuckStep {
  std::string step;         // as find_step() takes it
  std::string undo;         // as find_undo() takes it; empty when it stands in no undo
  bool begun = true;        // false: the task could not begin, and needs another input
  bool takes_input = true;  // RetryStep may give it one
  bool can_complete = true;
  std::string reason;
};

// All of them; none when the run is not suspended, or is held as a whole.
std::vector<StuckStep> stuck_steps(graph::StepGraph const& graph, State const& state);

// The shortest name that finds the step again: "hotel", or "hotel:2" when it is not the first.
std::string step_name(graph::Task const& task, std::uint32_t number);

}  // namespace skald::runtime
