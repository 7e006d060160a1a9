#pragma once

// Drawings of a step graph for people: the forward path, and the path on which it would be undone.
// All are pure functions of the graph and give the same text every time.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/graph/step_graph.hpp"

namespace skald::compiler {

// A tree, one line a task, and the order of the undos, for a terminal.
std::string draw_text(graph::StepGraph const& graph);
// How the tasks of a run stand, by their paths: "completed", "running", "undone", ... (the states
// of a step in runtime/view).
using Marks = std::map<std::string, std::string>;

// A flowchart for Mermaid (GitHub, many editors). With marks the nodes show how far a run has come.
std::string draw_mermaid(graph::StepGraph const& graph, Marks const& marks = {});
// A digraph for Graphviz.
std::string draw_dot(graph::StepGraph const& graph, Marks const& marks = {});
// An SVG that needs no other file or program, for light and dark screens: the way forward
// downwards, the way back beside it. With marks the cards show how far a run has come.
std::string draw_svg(graph::StepGraph const& graph, Marks const& marks = {});

// What a task does, in a few words: "PUT http://hotel.local/...", "listen travel.approval.v1".
std::string summary(graph::Task const& task);

// What a try catches and what it does about it first: "503 busy, if $error.detail != \"closed\", 3
// retries". Empty when it catches every error.
std::string catch_text(graph::Try const& attempt);
// "lock seat:7A" of a task that takes one.
std::string lock_text(graph::Task const& task);

// When the workflow starts by itself: "every 5 min", "at 0 3 * * * Europe/Berlin"; empty: never.
std::string schedule_text(graph::StepGraph const& graph);

// The text on one line, and cut when it is long (never inside of a character).
std::string short_text(std::string_view text);
// The whole text without the white space at its ends, every other run of it as one space.
std::string one_line(std::string_view text);

// The tasks with a compensate block in the order in which a rollback from the end would undo them:
// newest start first.
std::vector<graph::TaskIndex> unwind_order(graph::StepGraph const& graph);

}  // namespace skald::compiler
