#include "compiler/explain/drawing.hpp"
#include "compiler/explain/explain.hpp"

namespace skald::compiler {

namespace {

using Line = Drawing::Line;
using Shape = Drawing::Shape;

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char const c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out + "\"";
}

std::string_view style(Shape shape) {
  switch (shape) {
    case Shape::step: return "shape=box";
    case Shape::choice: return "shape=diamond";
    case Shape::event: return "shape=box, style=rounded";
    case Shape::terminal: return "shape=circle";
    case Shape::undo: return "shape=box, style=dashed";
  }
  return {};
}

std::string_view style(Line line) {
  switch (line) {
    case Line::forward: return "";
    case Line::error: return "style=dotted, color=red";
    case Line::undo: return "style=dashed, color=gray40, constraint=false";
  }
  return {};
}

void print_box(std::string& out, Drawing const& drawing, std::size_t index,
               std::string const& indent) {
  Drawing::Box const& box = drawing.boxes[index];
  for (auto const each : box.nodes) {
    auto const& node = drawing.nodes[each];
    auto label = quoted(node.name);
    if (!node.detail.empty()) {
      auto const detail = quoted(node.detail);
      label = label.substr(0, label.size() - 1) + "\\n" + detail.substr(1);
    }
    out += indent + node.id + " [label=" + label + ", " + std::string(style(node.shape)) + "];\n";
  }
  for (auto const inner : box.boxes) {
    auto const& each = drawing.boxes[inner];
    out += indent + "subgraph cluster_" + each.id + " {\n";
    out += indent + "  label=" + quoted(each.label) + ";\n";
    print_box(out, drawing, inner, indent + "  ");
    out += indent + "}\n";
  }
}

}  // namespace

std::string draw_dot(graph::StepGraph const& graph) {
  Drawing const drawing = make_drawing(graph);
  std::string out = "digraph workflow {\n  label=" + quoted(drawing.boxes[0].label) +
                    ";\n  node [fontname=\"sans-serif\", fontsize=11];\n";
  print_box(out, drawing, 0, "  ");
  for (auto const& arrow : drawing.arrows) {
    auto const look = std::string(style(arrow.line));
    auto const label = arrow.label.empty() ? "" : "label=" + quoted(arrow.label);
    auto const gap = label.empty() || look.empty() ? "" : ", ";
    out += "  " + arrow.from + " -> " + arrow.to;
    out += label.empty() && look.empty() ? ";\n" : " [" + label + gap + look + "];\n";
  }
  return out + "}\n";
}

}  // namespace skald::compiler
