#pragma once

// Drawings of a step graph for people: the forward path, and the path on which it would be undone.
// All are pure functions of the graph and give the same text every time.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/graph/step_graph.hpp"

namespace skald::compiler {

// A tree, one line a task, and the order of the undos, for a terminal.
std::string draw_text(graph::StepGraph const& graph);
// A flowchart for Mermaid (GitHub, many editors).
std::string draw_mermaid(graph::StepGraph const& graph);
// A digraph for Graphviz.
std::string draw_dot(graph::StepGraph const& graph);

// What a task does, in a few words: "PUT http://hotel.local/...", "listen travel.approval.v1".
std::string summary(graph::Task const& task);

// The text on one line, and cut when it is long (never inside of a character).
std::string short_text(std::string_view text);

// The tasks with a compensate block in the order in which a rollback from the end would undo them:
// newest start first.
std::vector<graph::TaskIndex> unwind_order(graph::StepGraph const& graph);

}  // namespace skald::compiler
