#pragma once

// Scenarios about workflows: the steps that are known, and what makes them true. Whoever runs
// scenarios says how a workflow is executed.

#include <functional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "runtime/feature/feature.hpp"

namespace skald::feature {

// How an execution ended.
struct Execution {
  std::string status;  // "completed", "faulted", ...
  Json output;
  Json error;                      // null when there was none
  std::vector<std::string> order;  // names of the tasks in the order they began
};

// Runs a workflow (YAML text) on an input to its end. An error: it could not be run at all.
using Execute = std::function<Result<Execution>(std::string const& definition, Json const& input)>;

struct Verdict {
  bool passed = false;
  std::uint32_t line = 0;  // of the step that failed
  std::string why;         // what was expected and what was found
};

// The known steps:
//   a workflow with definition: """             the workflow input is: """
//   the workflow is executed
//   the workflow should complete                ... with output: """
//   the workflow should fault                   ... with error: """
//   the workflow output should have properties 'a', 'b.c'
//   the workflow output should have a 'a.b' property with value: """
//   the workflow output should have a 'a' property containing 2 items
//   TASK should run first | last | after TASK | before TASK
Verdict run_scenario(Scenario const& scenario, Execute const& execute);

}  // namespace skald::feature
