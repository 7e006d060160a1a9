#pragma once

// The file of --stubs: answers that stand in for the outside (docs/dry-run.md).

#include <optional>
#include <string>
#include <vector>

#include "compiler/graph/step_graph.hpp"
#include "runtime/cli/console.hpp"
#include "runtime/rehearsal/stubs.hpp"

namespace skald::cli {

// The stubs of a file, of the workflow's calls and those of its children; without a path there are
// none. No value: what is wrong has been shown, and
// `failed` is what the process ends with.
std::optional<runtime::Stubs> read_stubs(Console& console, std::optional<std::string> const& path,
                                         graph::StepGraph const& graph, Exit& failed,
                                         std::vector<graph::StepGraph const*> const& children = {});

}  // namespace skald::cli
