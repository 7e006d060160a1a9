#include "compiler/explain/drawing.hpp"

#include "compiler/explain/explain.hpp"

namespace skald::compiler {

namespace {

using graph::ListIndex;
using graph::ListRole;
using graph::Task;
using graph::TaskIndex;
using graph::Then;
using Line = Drawing::Line;
using Shape = Drawing::Shape;

// Where the flow stands: a node it comes from and what is written on the arrow.
struct Exit {
  std::string node;
  std::string label;
};
using Exits = std::vector<Exit>;

std::string id(TaskIndex task) {
  return "t" + std::to_string(task.value);
}

class Drawer {
 public:
  explicit Drawer(graph::StepGraph const& graph) : graph_(graph) {}

  Drawing run() {
    drawing_.boxes.push_back({"workflow", graph_.id.text(), {}, {}});
    add(0, {"start", "start", schedule_text(graph_), Shape::terminal, ""});
    add(0, {"finish", "end", "", Shape::terminal, ""});
    auto const last = graph_.saga.finally;
    bool const more = last.valid() && !graph_.list(last).tasks.empty();
    if (more) end_ = id(graph_.list(last).tasks.front());
    Exits const exits = list(graph_.root, 0, {{"start", ""}});
    connect(exits, end_);
    if (more) {
      end_ = "finish";
      connect(list(last, add_box(0, "finally", "before every end"), {}), end_);
    }
    unwinding();
    return std::move(drawing_);
  }

 private:
  void add(std::size_t box, Drawing::Node node) {
    drawing_.boxes[box].nodes.push_back(drawing_.nodes.size());
    drawing_.nodes.push_back(std::move(node));
  }

  std::size_t add_box(std::size_t parent, std::string box_id, std::string label) {
    std::size_t const index = drawing_.boxes.size();
    drawing_.boxes.push_back({std::move(box_id), std::move(label), {}, {}});
    drawing_.boxes[parent].boxes.push_back(index);
    return index;
  }

  void connect(Exits const& from, std::string const& to, Line line = Line::forward) {
    for (auto const& exit : from) drawing_.arrows.push_back({exit.node, to, exit.label, line});
  }

  // Draws the tasks of a list behind `entry`; the result is where the flow leaves it.
  Exits list(ListIndex index, std::size_t box, Exits entry) {
    Exits leaving;
    for (TaskIndex const task : graph_.list(index).tasks) {
      connect(entry, id(task));
      entry.clear();
      Exits const exits = this->task(graph_.task(task), box, entry, leaving);
      go(graph_.task(task).then, exits, entry, leaving);
    }
    leaving.insert(leaving.end(), entry.begin(), entry.end());
    return leaving;
  }

  void go(Then const& then, Exits const& from, Exits& next, Exits& leaving) {
    switch (then.kind) {
      case Then::Kind::next: next.insert(next.end(), from.begin(), from.end()); break;
      case Then::Kind::exit: leaving.insert(leaving.end(), from.begin(), from.end()); break;
      case Then::Kind::end: connect(from, end_); break;
      case Then::Kind::task: connect(from, id(then.target)); break;
    }
  }

  static Shape shape_of(Task const& task) {
    if (std::holds_alternative<graph::Switch>(task.kind)) return Shape::choice;
    if (std::holds_alternative<graph::Listen>(task.kind) ||
        std::holds_alternative<graph::Wait>(task.kind)) {
      return Shape::event;
    }
    return Shape::step;
  }

  // The exits of a task by its own end; jumps of a switch or a catch go to `next` and `leaving`.
  Exits task(Task const& task, std::size_t box, Exits& next, Exits& leaving) {
    auto detail = summary(task);
    if (task.pivot) detail += ", pivot";
    if (task.lock) detail += ", " + lock_text(task);
    if (task.when) detail += ", if " + short_text(task.when->code().text());
    auto const* listen = std::get_if<graph::Listen>(&task.kind);
    bool const handles =
        listen != nullptr && listen->foreach && !graph_.list(listen->foreach->body).tasks.empty();
    bool const leaf = !handles && !std::holds_alternative<graph::Do>(task.kind) &&
                      !std::holds_alternative<graph::For>(task.kind) &&
                      !std::holds_alternative<graph::Fork>(task.kind) &&
                      !std::holds_alternative<graph::Try>(task.kind);
    std::size_t const inner = leaf ? box : add_box(box, "b" + id(task.index), task.name);
    bool const undo = in_undo(task);
    add(inner, {id(task.index), task.name, detail, undo ? Shape::undo : shape_of(task), task.path});
    Exit const own{id(task.index), ""};
    if (auto const* block = std::get_if<graph::Do>(&task.kind)) {
      return list(block->body, inner, {own});
    }
    if (auto const* loop = std::get_if<graph::For>(&task.kind)) {
      connect(list(loop->body, inner, {{own.node, "item"}}), own.node);
      return {{own.node, "done"}};
    }
    if (handles) {
      connect(list(listen->foreach->body, inner, {{own.node, "event"}}), own.node);
      return {{own.node, "done"}};
    }
    if (auto const* fork = std::get_if<graph::Fork>(&task.kind)) {
      Exits exits;
      for (ListIndex const branch : fork->branches) {
        for (auto& exit : list(branch, inner, {own})) exits.push_back(std::move(exit));
      }
      return exits;
    }
    if (auto const* attempt = std::get_if<graph::Try>(&task.kind)) {
      return this->attempt(*attempt, inner, own, next, leaving);
    }
    if (auto const* choice = std::get_if<graph::Switch>(&task.kind)) {
      return cases(*choice, own, next, leaving);
    }
    if (std::holds_alternative<graph::Raise>(task.kind) && !task.when) return {};
    return {own};
  }

  Exits attempt(graph::Try const& attempt, std::size_t box, Exit const& own, Exits& next,
                Exits& leaving) {
    Exits exits = list(attempt.body, box, {own});
    auto const what = catch_text(attempt);
    Exits caught = {{own.node, what.empty() ? "error" : "error: " + what}};
    if (attempt.handler.body.valid() && !graph_.list(attempt.handler.body).tasks.empty()) {
      TaskIndex const first = graph_.list(attempt.handler.body).tasks.front();
      connect(caught, id(first), Line::error);
      caught = list(attempt.handler.body, box, {});
    }
    if (attempt.handler.then.kind == Then::Kind::next) {
      exits.insert(exits.end(), caught.begin(), caught.end());
    } else {
      go(attempt.handler.then, caught, next, leaving);
    }
    return exits;
  }

  Exits cases(graph::Switch const& choice, Exit const& own, Exits& next, Exits& leaving) {
    bool has_default = false;
    for (auto const& each : choice.cases) {
      has_default = has_default || !each.when;
      auto const label =
          each.when ? each.name + ": " + short_text(each.when->code().text()) : each.name;
      go(each.then, {{own.node, label}}, next, leaving);
    }
    return has_default ? Exits{} : Exits{{own.node, "else"}};
  }

  bool in_undo(Task const& task) const {
    for (ListIndex at = task.list;; at = graph_.task(graph_.list(at).owner).list) {
      if (graph_.list(at).role == ListRole::compensate) return true;
      if (!graph_.list(at).owner.valid()) return false;
    }
  }

  // The undos as a lane of their own, each behind the one that is undone before it.
  void unwinding() {
    auto const order = unwind_order(graph_);
    if (order.empty()) return;
    std::size_t const lane = add_box(0, "unwind", "undone in this order when a step fails");
    Exits before;
    for (TaskIndex const index : order) {
      ListIndex const block = graph_.task(index).compensate;
      if (!block.valid() || graph_.list(block).tasks.empty()) continue;
      std::string const first = id(graph_.list(block).tasks.front());
      connect(before, first, Line::undo);
      drawing_.arrows.push_back({id(index), first, "undo", Line::undo});
      before = list(block, lane, {});
    }
  }

  graph::StepGraph const& graph_;
  Drawing drawing_;
  std::string end_ = "finish";  // what an end leads to
};

}  // namespace

StateColours colours_of(std::string_view state) {
  if (state == "completed") return {"#e3f5e9", "#3f8a5a"};
  if (state == "running" || state == "retrying") return {"#dfeafc", "#3a6fc4"};
  if (state == "waiting") return {"#d9f1f5", "#23808f"};
  if (state == "failed" || state == "suspended") return {"#fadcda", "#b8352c"};
  if (state == "in doubt") return {"#fdebcd", "#b06f0c"};
  if (state == "undoing" || state == "undone") return {"#fdf1da", "#b8842f"};
  return {};
}

Drawing make_drawing(graph::StepGraph const& graph) {
  return Drawer(graph).run();
}

}  // namespace skald::compiler
