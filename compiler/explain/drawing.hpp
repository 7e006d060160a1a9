#pragma once

// A step graph as nodes, boxes and arrows, before a drawing language has been chosen.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/graph/step_graph.hpp"

namespace skald::compiler {

struct Drawing {
  enum class Shape { step, choice, event, terminal, undo };
  enum class Line { forward, error, undo };

  struct Node {
    std::string id;
    std::string name;
    std::string detail;  // second line; may be empty
    Shape shape = Shape::step;
    std::string path;  // of its task; empty: none
  };
  // A box around nodes and other boxes.
  struct Box {
    std::string id;
    std::string label;
    std::vector<std::size_t> nodes;  // indices
    std::vector<std::size_t> boxes;
  };
  struct Arrow {
    std::string from;
    std::string to;
    std::string label;
    Line line = Line::forward;
  };

  std::vector<Node> nodes;
  std::vector<Box> boxes;  // the first holds all others
  std::vector<Arrow> arrows;
};

Drawing make_drawing(graph::StepGraph const& graph);

// The colours of a state: of the inside and of the border. Empty for a state without one.
struct StateColours {
  std::string_view fill;
  std::string_view border;
};
StateColours colours_of(std::string_view state);

}  // namespace skald::compiler
