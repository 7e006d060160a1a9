#pragma once

// A step graph as a picture: cards, frames and lines with their places, before it is written as
// SVG. The way forward runs down along a spine; the way back stands beside it and runs up.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/explain/explain.hpp"
#include "compiler/graph/step_graph.hpp"

namespace skald::compiler {

struct Picture {
  enum class Look : std::uint8_t { step, choice, event, composite, error, undo };
  enum class Line : std::uint8_t { forward, jump, error, undo };

  struct Point {
    double x = 0;
    double y = 0;
  };
  struct Row {
    std::string text;
    bool strong = false;
    bool code = false;  // in a fixed width
  };
  // A box with rows of text.
  struct Card {
    Point at;
    double width = 0;
    double height = 0;
    Look look = Look::step;
    std::vector<Row> rows;
    std::string tip;   // shown when the pointer rests on it
    std::string path;  // of its task; empty: none
    std::string state;
    int badge = 0;  // its place in the order of undoing; 0: none
  };
  // A border around others, with a heading.
  struct Frame {
    Point at;
    double width = 0;
    double height = 0;
    Look look = Look::composite;
    std::string name;
    std::string detail;
    std::string tip;  // shown when the pointer rests on it
    std::string path;
    std::string state;
    int badge = 0;
    bool stacked = false;  // with a second one behind it, kSheet pixels down and to the right
  };
  static constexpr double kSheet = 6;
  struct Path {
    std::vector<Point> points;
    Line line = Line::forward;
    bool arrow = true;
    std::string label;
    Point label_at;
  };
  struct Dot {
    Point at;
    bool end = false;  // a ring
  };

  double left = 0;  // extents around x = 0
  double right = 0;
  double height = 0;
  std::vector<Frame> frames;  // outer ones first
  std::vector<Card> cards;
  std::vector<Path> paths;
  std::vector<Dot> dots;

  // Moves everything.
  void shift(double x, double y);
  // Takes over the shapes of another; extents are left to the caller.
  void take(Picture&& other);
};

Picture make_picture(graph::StepGraph const& graph, Marks const& marks);

// About how wide a text is, in pixels of a size of 1: sans-serif, or of a fixed width.
double text_width(std::string_view text, bool code);
// The text, cut so that it takes at most `width` pixels.
std::string fitted(std::string_view text, double width, double size, bool code);

}  // namespace skald::compiler
