#pragma once

// A rehearsal runs a workflow on the pure machine: no call is made, no time passes, nothing is
// written. Stubs answer the calls, and a virtual clock jumps to whatever is due next.

#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "compiler/graph/step_graph.hpp"
#include "runtime/machine/record.hpp"
#include "runtime/rehearsal/stubs.hpp"

namespace skald::runtime {

// $workflow.id of a rehearsal that was given none, and of a sweep.
inline constexpr char kRehearsedRun[] = "dry-run";

struct Rehearsed {
  // What would be undone when the attempt of a call failed for good.
  struct Failure {
    std::string task;
    std::vector<std::string> undone;  // in the order of their undoing; "hold:2" is the second entry
  };

  std::vector<Record> records;  // as a journal would hold them; runtime/view shows them
  std::vector<Failure> failures;
  std::vector<std::string>
      untaken;              // types of events that were offered to a listen, and did not fit
  bool ended = false;       // the run came to its end, or is suspended
  std::string waiting_for;  // why it did not: what nothing will bring
};

// Errors: invalid_argument when a call could not be made as it is written; too_large when the run
// does not come to an end within 20,000 facts.
Result<Rehearsed> rehearse(graph::StepGraph const& graph, Json input, Stubs& stubs, Time start,
                           std::string const& run = kRehearsedRun);

}  // namespace skald::runtime
