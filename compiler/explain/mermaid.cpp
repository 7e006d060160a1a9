#include "compiler/explain/drawing.hpp"
#include "compiler/explain/explain.hpp"

namespace skald::compiler {

namespace {

using Line = Drawing::Line;
using Shape = Drawing::Shape;

// Inside of quotes; entities for what Mermaid or Markdown would read.
std::string escaped(std::string_view text) {
  std::string out;
  for (char const c : text) {
    switch (c) {
      case '"': out += "&quot;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '`': out += "&#96;"; break;
      case '\\': out += "&#92;"; break;
      case '\n': out += ' '; break;
      default: out += c;
    }
  }
  return out;
}

std::string node_text(Drawing::Node const& node) {
  auto label = escaped(node.name);
  if (!node.detail.empty()) label += "<br/><small>" + escaped(node.detail) + "</small>";
  label = "\"" + label + "\"";
  switch (node.shape) {
    case Shape::step: return node.id + "[" + label + "]";
    case Shape::choice: return node.id + "{" + label + "}";
    case Shape::event: return node.id + "([" + label + "])";
    case Shape::terminal: return node.id + "((" + label + "))";
    case Shape::undo: return node.id + "[" + label + "]:::undo";
  }
  return {};
}

void print_box(std::string& out, Drawing const& drawing, std::size_t index,
               std::string const& indent) {
  Drawing::Box const& box = drawing.boxes[index];
  for (auto const node : box.nodes) out += indent + node_text(drawing.nodes[node]) + "\n";
  for (auto const inner : box.boxes) {
    auto const& each = drawing.boxes[inner];
    out += indent + "subgraph " + each.id + "[\"" + escaped(each.label) + "\"]\n";
    print_box(out, drawing, inner, indent + "  ");
    out += indent + "end\n";
  }
}

// The states of a run as classes of their nodes.
std::string marked(Drawing const& drawing, Marks const& marks) {
  std::map<std::string, std::string> nodes;  // by state
  for (auto const& node : drawing.nodes) {
    auto const found = marks.find(node.path);
    if (node.path.empty() || found == marks.end() || colours_of(found->second).fill.empty())
      continue;
    auto& list = nodes[found->second];
    list += (list.empty() ? "" : ",") + node.id;
  }
  std::string out;
  for (auto const& [state, list] : nodes) {
    auto name = state.substr(state.find(' ') + 1);
    auto const colours = colours_of(state);
    out += "  classDef " + name + " fill:" + std::string(colours.fill) +
           ",stroke:" + std::string(colours.border) + ",color:#1b2430\n  class " + list + " " +
           name + "\n";
  }
  return out;
}

}  // namespace

std::string draw_mermaid(graph::StepGraph const& graph, Marks const& marks) {
  Drawing const drawing = make_drawing(graph);
  std::string out = "flowchart TD\n";
  print_box(out, drawing, 0, "  ");
  for (auto const& arrow : drawing.arrows) {
    auto const label = arrow.label.empty() ? "" : "|\"" + escaped(arrow.label) + "\"|";
    out += "  " + arrow.from + (arrow.line == Line::forward ? " -->" : " -.->") + label + " " +
           arrow.to + "\n";
  }
  return out + "  classDef undo fill:#fffaf0,stroke:#d08a1d,stroke-dasharray:4 3,color:#1b2430\n" +
         marked(drawing, marks);
}

}  // namespace skald::compiler
