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
    case Shape::step: return "";
    case Shape::choice: return "shape=diamond, style=filled";
    case Shape::event: return "color=\"#2f9ab5\"";
    case Shape::terminal: return "shape=circle";
    case Shape::undo: return "style=\"rounded,dashed\", color=\"#d08a1d\"";
  }
  return {};
}

std::string_view style(Line line) {
  switch (line) {
    case Line::forward: return "";
    case Line::error: return "style=dotted, color=\"#c9473f\"";
    case Line::undo: return "style=dashed, color=\"#d08a1d\"";
  }
  return {};
}

constexpr std::string_view kLook =
    "  graph [labelloc=t, fontname=\"sans-serif\", fontsize=13, nodesep=0.35, ranksep=0.4];\n"
    "  node [shape=box, style=\"rounded,filled\", fillcolor=\"#ffffff\", color=\"#8793a5\", "
    "fontname=\"sans-serif\", fontsize=11];\n"
    "  edge [color=\"#8793a5\", arrowsize=0.7, fontname=\"sans-serif\", fontsize=10];\n";

// What a run adds to a node: its state in words and colours.
std::string marked(Drawing::Node const& node, Marks const& marks, std::string& label) {
  auto const found = marks.find(node.path);
  if (node.path.empty() || found == marks.end()) return {};
  label.insert(label.size() - 1, "\\n" + found->second);
  auto const colours = colours_of(found->second);
  if (colours.fill.empty()) return {};
  return ", style=\"rounded,filled\", fillcolor=" + quoted(colours.fill) +
         ", color=" + quoted(colours.border);
}

void print_box(std::string& out, Drawing const& drawing, std::size_t index,
               std::string const& indent, Marks const& marks) {
  Drawing::Box const& box = drawing.boxes[index];
  for (auto const each : box.nodes) {
    auto const& node = drawing.nodes[each];
    auto label = quoted(node.name);
    if (!node.detail.empty()) {
      auto const detail = quoted(node.detail);
      label = label.substr(0, label.size() - 1) + "\\n" + detail.substr(1);
    }
    auto const more = marked(node, marks, label);
    auto const look = std::string(style(node.shape));
    out +=
        indent + node.id + " [label=" + label + (look.empty() ? "" : ", ") + look + more + "];\n";
  }
  for (auto const inner : box.boxes) {
    auto const& each = drawing.boxes[inner];
    out += indent + "subgraph cluster_" + each.id + " {\n";
    out += indent + "  label=" + quoted(each.label) +
           "; labeljust=l; style=rounded; color=\"#c9d1dc\"; fontsize=11;\n";
    print_box(out, drawing, inner, indent + "  ", marks);
    out += indent + "}\n";
  }
}

// An undo comes after the one before it, so the lane runs from its last to its first: drawn from
// the top, with the arrow's head at the upper end.
std::string arrow_text(Drawing::Arrow const& arrow) {
  bool const undo = arrow.line == Line::undo;
  bool const in_lane = undo && arrow.label.empty();
  auto look = std::string(style(arrow.line));
  if (undo) look += in_lane ? ", dir=back" : ", constraint=false";
  if (!arrow.label.empty() && !undo) {
    look = "label=" + quoted(arrow.label) + (look.empty() ? "" : ", ") + look;
  }
  auto const& from = in_lane ? arrow.to : arrow.from;
  auto const& to = in_lane ? arrow.from : arrow.to;
  return "  " + from + " -> " + to + (look.empty() ? "" : " [" + look + "]") + ";\n";
}

}  // namespace

std::string draw_dot(graph::StepGraph const& graph, Marks const& marks) {
  Drawing const drawing = make_drawing(graph);
  std::string out =
      "digraph workflow {\n  label=" + quoted(drawing.boxes[0].label) + ";\n" + std::string(kLook);
  print_box(out, drawing, 0, "  ", marks);
  for (auto const& arrow : drawing.arrows) out += arrow_text(arrow);
  return out + "}\n";
}

}  // namespace skald::compiler
