#pragma once

// Makes random workflows, as the YAML a person could have written: calls with undos, nested in do,
// for, fork and try, with retries, timeouts, waits, events and early exits. The same Random gives
// the same text.

#include <string>
#include <vector>

#include "tests/simulation/random.hpp"

namespace skald::simulation {

// A workflow that others may run as a child.
struct ChildWorkflow {
  std::string name;
  bool sure = false;   // it completes when there are no faults: fit for undos and behind pivots
  bool pivot = false;  // it has one
  bool quick = false;  // it ends in its first turn, or could
};

struct WorkflowText {
  std::string yaml;
  ChildWorkflow as_child;
};

// `children`: those that it may run.
WorkflowText workflow_text(Random& random, std::string const& name,
                           std::vector<ChildWorkflow> const& children);

// A child that has nothing to wait for: no call, no event, no time. It may run others of its kind,
// those that nobody waits for first of all.
WorkflowText quick_text(Random& random, std::string const& name,
                        std::vector<ChildWorkflow> const& quick);

}  // namespace skald::simulation
