#include <algorithm>

#include "compiler/explain/explain.hpp"

namespace skald::compiler {

namespace {

using graph::ListIndex;
using graph::Task;
using graph::Then;

struct Line {
  std::string left;   // the tree and the name
  std::string right;  // what the task does
};

std::string joined(std::vector<std::string> const& parts) {
  std::string out;
  for (auto const& part : parts) out += (out.empty() ? "" : ", ") + part;
  return out;
}

class TextDrawing {
 public:
  explicit TextDrawing(graph::StepGraph const& graph) : graph_(graph) {}

  std::string run() {
    list(graph_.root, "");
    if (graph_.saga.finally.valid()) {
      lines_.push_back({"finally, before every end", ""});
      list(graph_.saga.finally, "");
    }
    std::size_t width = 0;
    for (auto const& line : lines_) width = std::max(width, count_code_points(line.left));
    std::string out = graph_.id.text();
    if (graph_.timeout && !graph_.timeout->dynamic) {
      out += ", within " + to_human(graph_.timeout->fixed);
    }
    if (auto const schedule = schedule_text(graph_); !schedule.empty()) out += ", " + schedule;
    out += "\n";
    for (auto const& line : lines_) {
      auto const gap = line.right.empty() ? 0 : width - count_code_points(line.left) + 2;
      out += line.left + std::string(gap, ' ') + line.right + "\n";
    }
    return out + unwinding();
  }

 private:
  // One branch of the tree: its label, or a task.
  struct Twig {
    Task const* task = nullptr;
    ListIndex list;
    std::string label;
    std::string detail = {};
  };

  void list(ListIndex index, std::string const& indent) {
    std::vector<Twig> twigs;
    for (auto const task : graph_.list(index).tasks) twigs.push_back({&graph_.task(task), {}, {}});
    draw(twigs, indent);
  }

  void draw(std::vector<Twig> const& twigs, std::string const& indent) {
    for (std::size_t i = 0; i < twigs.size(); ++i) {
      bool const last = i + 1 == twigs.size();
      Twig const& twig = twigs[i];
      auto const below = indent + (last ? "   " : "│  ");
      auto const lead = indent + (last ? "└─ " : "├─ ");
      if (twig.task == nullptr) {
        lines_.push_back({lead + twig.label, twig.detail});
        if (twig.list.valid()) list(twig.list, below);
      } else {
        lines_.push_back({lead + twig.task->name, details(*twig.task)});
        inside(*twig.task, below);
      }
    }
  }

  void inside(Task const& task, std::string const& indent) {
    std::vector<Twig> twigs;
    auto const plain = [&](ListIndex index) {
      for (auto const each : graph_.list(index).tasks) {
        twigs.push_back({&graph_.task(each), {}, {}});
      }
    };
    if (auto const* block = std::get_if<graph::Do>(&task.kind)) plain(block->body);
    if (auto const* loop = std::get_if<graph::For>(&task.kind)) plain(loop->body);
    if (auto const* listen = std::get_if<graph::Listen>(&task.kind); listen && listen->foreach) {
      plain(listen->foreach->body);
    }
    if (auto const* fork = std::get_if<graph::Fork>(&task.kind)) {
      for (auto const branch : fork->branches) plain(branch);
    }
    if (auto const* attempt = std::get_if<graph::Try>(&task.kind)) {
      plain(attempt->body);
      twigs.push_back({nullptr, attempt->handler.body, "catch", catch_text(*attempt)});
    }
    if (task.probe.valid()) twigs.push_back({nullptr, task.probe, "probe"});
    if (task.compensate.valid()) twigs.push_back({nullptr, task.compensate, "undo"});
    draw(twigs, indent);
    cases(task, indent);
  }

  void cases(Task const& task, std::string const& indent) {
    auto const* choice = std::get_if<graph::Switch>(&task.kind);
    if (choice == nullptr) return;
    for (auto const& each : choice->cases) {
      auto const when = each.when ? "if " + short_text(each.when->code().text()) + ", " : "else ";
      lines_.push_back({indent + "· " + each.name, when + "to " + target(each.then)});
    }
  }

  std::string target(Then const& then) const {
    switch (then.kind) {
      case Then::Kind::next: return "the next task";
      case Then::Kind::exit: return "the end of the list";
      case Then::Kind::end: return "the end of the workflow";
      case Then::Kind::task: return "'" + graph_.task(then.target).name + "'";
    }
    return {};
  }

  std::string details(Task const& task) const {
    std::vector<std::string> parts = {summary(task)};
    if (task.pivot) parts.push_back("pivot: no way back behind it");
    if (task.lock) parts.push_back(lock_text(task));
    if (task.when) parts.push_back("if " + short_text(task.when->code().text()));
    if (task.timeout && !task.timeout->dynamic) {
      parts.push_back("within " + to_human(task.timeout->fixed));
    }
    if (task.retry) {
      auto const retries = task.retry->max_retries;
      parts.push_back(retries ? std::to_string(*retries) + " retries" : "retried without end");
    }
    if (task.then.kind != Then::Kind::next) parts.push_back("then to " + target(task.then));
    return joined(parts);
  }

  std::string unwinding() const {
    auto const order = unwind_order(graph_);
    std::string out = direction();
    if (order.empty()) return out + "nothing is undone when a step fails\n";
    bool const forward = graph_.saga.recover == graph::SagaPolicy::Recover::forward;
    out += std::string("undone in this order when ") +
           (forward ? "the run is cancelled:\n" : "a step fails:\n");
    for (auto const index : order) {
      Task const& task = graph_.task(index);
      if (!task.compensate.valid()) {
        out += "   " + task.name + ": its child run undoes what it did\n";
        continue;
      }
      std::vector<std::string> names;
      for (auto const each : graph_.list(task.compensate).tasks) {
        names.push_back(graph_.task(each).name);
      }
      out += "   " + task.name + ": " + (names.empty() ? "nothing to do" : joined(names)) + "\n";
    }
    return out;
  }

  std::string direction() const {
    using Recover = graph::SagaPolicy::Recover;
    switch (graph_.saga.recover) {
      case Recover::backward: return {};
      case Recover::forward: return "goes forward: a step that fails is tried again without end\n";
      case Recover::forward_then_backward:
        return "each step is tried " + std::to_string(graph_.saga.forward_tries) +
               " times more before anything is undone\n";
    }
    return {};
  }

  graph::StepGraph const& graph_;
  std::vector<Line> lines_;
};

}  // namespace

std::string draw_text(graph::StepGraph const& graph) {
  return TextDrawing(graph).run();
}

}  // namespace skald::compiler
