#pragma once

// A task as plain data for comparing: values and expressions as the author wrote them, lengths of
// time in words, and no indices.

#include <string>
#include <vector>

#include "base/json.hpp"
#include "compiler/graph/step_graph.hpp"

namespace skald::compiler {

// Of each task by its index.
std::vector<Json> plain_tasks(graph::StepGraph const& graph);

// Of the workflow without its tasks.
Json plain_workflow(graph::StepGraph const& graph);

// The differences of two such values, a line each.
std::vector<std::string> plain_differences(Json const& before, Json const& after);

}  // namespace skald::compiler
