// Jumps: `then` goes to a task of its own list; what no path leads to never runs.

#include <algorithm>

#include "compiler/check.hpp"
#include "compiler/outline.hpp"

namespace skald::compiler {

namespace {

using dsl::Code;
using dsl::Node;
using graph::Then;

class Flow {
 public:
  Flow(Outline& outline, Report& report) : outline_(outline), report_(report) {}

  void run() {
    for (ListInfo& list : outline_.lists) {
      reached_.assign(list.tasks.size(), false);
      paths_.assign(list.tasks.size(), {});
      for (auto const index : list.tasks) task(list, outline_.task(index));
      reach(list);
      list.paths = paths_;
    }
  }

 private:
  void task(ListInfo& list, TaskInfo const& task) {
    bool const has_next = task.position + 1 < list.tasks.size();
    auto const next = [&] {
      if (has_next) paths_[task.position].push_back(task.position + 1);
    };
    if (task.body == nullptr || !task.body->is_map() || task.part == TaskInfo::Part::arguments) {
      return next();
    }
    Node const& body = *task.body;
    if (task.of_function) {
      if (auto const* then = body.find("then")) no_way_on(*then);
      return next();
    }
    if (body.get("if") != nullptr) next();
    bool falls_through = task.kind != Kind::raise;
    if (task.kind == Kind::switch_) falls_through = cases(list, task);
    if (task.kind == Kind::try_) {
      Node const* handler = body.get("catch");
      if (handler != nullptr && handler->get("then")) jump(list, task, *handler->get("then"));
    }
    if (Node const* then = body.get("then")) {
      jump(list, task, *then, falls_through);
    } else if (falls_through) {
      next();
    }
  }

  // A function's definition is called from several places, each with a `then` of its own.
  void no_way_on(Node::Entry const& then) {
    report_.add(Code::ignored_key, then.key.span, "'then' of a function has no meaning",
                "write it at the task that calls the function");
  }

  // True when no case may match.
  bool cases(ListInfo& list, TaskInfo const& task) {
    Node const* defaults = nullptr;
    for (Node const& item : task.body->get("switch")->items) {
      if (!item.is_map() || item.entries.size() != 1) continue;
      auto const& [name, choice] = item.entries[0];
      if (Node const* then = choice.get("then")) jump(list, task, *then);
      if (choice.get("when") != nullptr) continue;
      if (defaults != nullptr) {
        auto& found = report_.add(Code::two_defaults, name.span,
                                  "a switch has one case without 'when' at most");
        found.notes.push_back({"the first one is here", defaults->span});
      }
      defaults = &name;
    }
    return defaults == nullptr;
  }

  void jump(ListInfo& list, TaskInfo const& task, Node const& node, bool counts = true) {
    if (!node.is_string()) return;
    auto const then = then_of(outline_, list, node.text());
    if (!then) return no_target(list, node);
    if (!counts) return;
    auto& paths = paths_[task.position];
    if (then->kind == Then::Kind::task) {
      auto const target = outline_.task(then->target).position;
      paths.push_back(target);
      if (target <= task.position) list.jumps_back = true;
    } else if (then->kind == Then::Kind::next && task.position + 1 < list.tasks.size()) {
      paths.push_back(task.position + 1);
    }
  }

  void no_target(ListInfo const& list, Node const& node) {
    auto const text = std::string(node.text());
    auto const elsewhere = outline_.names.find(text);
    if (elsewhere != outline_.names.end()) {
      auto& found = report_.add(Code::jump_out_of_scope, node.span,
                                "the task '" + text + "' is not in this list",
                                "a jump stays inside of its list; 'exit' leaves the list");
      found.notes.push_back({"it is here", outline_.task(elsewhere->second).key->span});
      return;
    }
    std::vector<std::string_view> names = {"continue", "exit", "end"};
    if (report_.guesses()) {
      for (auto const index : list.tasks) names.push_back(outline_.task(index).name);
    }
    report_.add(
        Code::unknown_task, node.span, "no task named '" + text + "' here",
        report_.did_you_mean(text, names, "use continue, exit, end or a task of this list"));
  }

  void reach(ListInfo const& list) {
    if (list.tasks.empty()) return;
    std::vector<std::uint32_t> open = {0};
    while (!open.empty()) {
      auto const at = open.back();
      open.pop_back();
      if (reached_[at]) continue;
      reached_[at] = true;
      open.insert(open.end(), paths_[at].begin(), paths_[at].end());
    }
    for (auto const index : list.tasks) {
      TaskInfo const& task = outline_.task(index);
      if (reached_[task.position]) continue;
      report_.add(Code::unreachable_task, task.key->span, "no path leads to '" + task.name + "'",
                  "remove it, or jump to it with 'then'");
      return;  // what follows it is usually unreachable for the same reason
    }
  }

  Outline& outline_;
  Report& report_;
  std::vector<bool> reached_;
  std::vector<std::vector<std::uint32_t>> paths_;  // from each position of the list to others
};

}  // namespace

std::optional<Then> then_of(Outline const& outline, ListInfo const& list, std::string_view text) {
  if (text == "continue") return Then{};
  if (text == "exit") return Then{Then::Kind::exit, {}};
  if (text == "end") return Then{Then::Kind::end, {}};
  auto const member = outline.members.find({list.index, text});
  if (member == outline.members.end()) return std::nullopt;
  return Then{Then::Kind::task, member->second};
}

void check_flow(Outline& outline, Report& report) {
  Flow(outline, report).run();
}

}  // namespace skald::compiler
