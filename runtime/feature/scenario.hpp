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
//   the workflow should be compensated          (or any other status)
//   the workflow output should have properties 'a', 'b.c'
//   the workflow output should have a 'a.b' property with value: """
//   the workflow output should have a 'a' property containing 2 items
//   TASK should run first | last | after TASK | before TASK
//
// A scenario with one of the following is not executed by `execute`, but on a virtual clock, and
// its calls are answered as it says (virtual_steps.hpp). "The workflow" is then the run it started,
// else the newest one.
//   the time is 2026-03-28T12:00:00Z
//   calls of 'GET https://a.example/x' are answered with: """       (one answer, or a list)
//   calls of 'FUNCTION' are not answered
//   the workflow is deployed | started | cancelled
//   an event is received: """                   5 minutes pass         the engine is restarted
//   the participant calls back with: """        the workflow should have taken 5 minutes
//   2 runs should have been started             the last run should have the id ID
//   no event should have been emitted           an event should have been emitted with: """
//   'GET https://a.example/x' should have been called 3 times
Verdict run_scenario(Scenario const& scenario, Execute const& execute);

}  // namespace skald::feature
