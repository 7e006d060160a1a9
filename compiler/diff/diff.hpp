#pragma once

// What changed between two versions of a workflow, task by task, in words; and whether a run that
// has come some way with the one could go on with the other.

#include <set>
#include <string>
#include <vector>

#include "compiler/graph/step_graph.hpp"

namespace skald::compiler {

struct Change {
  enum class Kind : std::uint8_t { added, removed, changed, order };

  Kind kind = Kind::changed;
  // The names of the tasks down to it, "reserve/hotel", with /catch and /undo where it stands in a
  // handler or an undo block. Empty: the workflow itself.
  std::string task;
  std::vector<std::string> texts;  // what, a line each: "timeout: 5 s -> 10 s"
};

// In the order of the new version; removed tasks at the end. Empty: they do the same.
std::vector<Change> differences(graph::StepGraph const& before, graph::StepGraph const& after);

// Why a run that has entered the tasks with these paths can not go on with `after`; empty: it can.
// Everything it has entered, and every undo of it, must be as it was, and nothing new may stand
// before it.
std::vector<std::string> hindrances(graph::StepGraph const& before, graph::StepGraph const& after,
                                    std::set<std::string> const& entered);

std::string_view to_string(Change::Kind kind);  // "added"

}  // namespace skald::compiler
