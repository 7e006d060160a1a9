#include "compiler/diff/diff.hpp"

#include <algorithm>

#include "compiler/diff/comparison.hpp"
#include "compiler/diff/plain.hpp"
#include "compiler/diff/task_names.hpp"
#include "compiler/explain/explain.hpp"

namespace skald::compiler {

namespace {

using graph::Fork;
using graph::ListIndex;
using graph::StepGraph;
using graph::Task;
using graph::TaskIndex;

class Differ {
 public:
  Differ(StepGraph const& before, StepGraph const& after)
      : before_(before),
        after_(after),
        old_names_(before),
        new_names_(after),
        old_plain_(plain_tasks(before, old_names_)),
        new_plain_(plain_tasks(after, new_names_)) {}

  std::vector<Change> run() {
    std::vector<Change> changes;
    auto texts =
        plain_differences(plain_workflow(before_, old_names_), plain_workflow(after_, new_names_));
    if (!texts.empty()) changes.push_back({Change::Kind::changed, "", std::move(texts)});
    auto const of_name = name_changes(changes);
    if (auto order = new_order(after_.root)) changes.push_back(std::move(*order));
    for (Task const& task : after_.tasks) compare(task, changes);
    for (Task const& task : before_.tasks) {
      if (new_names_.find(old_names_.key(task.index)) == nullptr) {
        changes.push_back({Change::Kind::removed, old_names_.shown(task.index), {summary(task)}});
      }
    }
    if (of_name && changes.size() == *of_name && !same_digest()) {
      changes.push_back({Change::Kind::changed,
                         "",
                         {"no difference was found in what it does, but its digest is another: "
                          "deploying it needs another version"}});
    }
    return changes;
  }

  std::vector<std::string> hindrances(std::set<std::string> const& entered) {
    std::vector<std::string> out;
    std::set<std::string> keys;
    for (auto const& path : entered) {
      if (Task const* task = old_names_.at_path(path)) keys.insert(old_names_.key(task->index));
    }
    for (auto const& key : keys) add_hindrance(key, keys, out);
    return out;
  }

 private:
  // How many of the changes so far tell of another name or version; none when others do not.
  static std::optional<std::size_t> name_changes(std::vector<Change> const& changes) {
    for (auto const& change : changes) {
      for (auto const& text : change.texts) {
        bool const name = text.starts_with("version: ") || text.starts_with("workflow: ");
        if (!name) return std::nullopt;
      }
    }
    return changes.size();
  }

  // Apart from the name and the version.
  bool same_digest() const {
    StepGraph renamed = after_;
    renamed.id = before_.id;
    return graph::digest(before_) == graph::digest(renamed);
  }

  static std::vector<Plain> plain_tasks(StepGraph const& graph, TaskNames const& names) {
    std::vector<Plain> out;
    out.reserve(graph.tasks.size());
    for (Task const& task : graph.tasks) out.push_back(plain_task(task, graph, names));
    return out;
  }

  void compare(Task const& task, std::vector<Change>& changes) {
    auto const& shown = new_names_.shown(task.index);
    Task const* old = old_names_.find(new_names_.key(task.index));
    if (old == nullptr) {
      changes.push_back({Change::Kind::added, shown, {summary(task)}});
      return;
    }
    auto texts = differences(*old, task);
    auto const* fork = std::get_if<Fork>(&task.kind);
    auto const* old_fork = std::get_if<Fork>(&old->kind);
    if (fork != nullptr && old_fork != nullptr) {
      auto names = new_order(firsts(before_, *old_fork), firsts(after_, *fork));
      if (names) texts.push_back("its branches are " + *names);
    }
    if (!texts.empty()) changes.push_back({Change::Kind::changed, shown, std::move(texts)});
    for (ListIndex const list : new_names_.lists(task.index)) {
      if (auto order = new_order(list)) changes.push_back(std::move(*order));
    }
  }

  std::vector<std::string> differences(Task const& old, Task const& now) const {
    return plain_differences(old_plain_[old.index.value], new_plain_[now.index.value]);
  }

  static std::vector<TaskIndex> firsts(StepGraph const& graph, Fork const& fork) {
    std::vector<TaskIndex> out;
    for (ListIndex const branch : fork.branches) {
      auto const& tasks = graph.list(branch).tasks;
      out.insert(out.end(), tasks.begin(), tasks.end());
    }
    return out;
  }

  // The tasks that a list has in both versions, when they stand in another order now.
  std::optional<Change> new_order(ListIndex index) {
    auto const& now = after_.list(index).tasks;
    std::vector<TaskIndex> old;
    for (TaskIndex const task : now) {
      if (Task const* known = old_names_.find(new_names_.key(task))) {
        old = before_.list(known->list).tasks;
        break;
      }
    }
    auto const names = new_order(old, now);
    if (!names) return std::nullopt;
    auto owner = new_names_.shown(index);
    if (owner.ends_with('/')) owner.pop_back();
    return Change{Change::Kind::order, owner, {"its tasks run as " + *names}};
  }

  // The names of those that stand in both lists, in the new order; nothing when it is the old one.
  std::optional<std::string> new_order(std::vector<TaskIndex> const& old,
                                       std::vector<TaskIndex> const& now) {
    std::vector<std::string> old_keys;
    for (TaskIndex const task : old) {
      auto const& key = old_names_.key(task);
      if (new_names_.find(key) != nullptr) old_keys.push_back(key);
    }
    std::vector<std::string> keys;
    std::string names;
    for (TaskIndex const task : now) {
      auto const& key = new_names_.key(task);
      if (old_names_.find(key) == nullptr) continue;
      keys.push_back(key);
      names += (names.empty() ? "" : ", ") + after_.task(task).name;
    }
    if (keys == old_keys) return std::nullopt;
    return names;
  }

  void add_hindrance(std::string const& key, std::set<std::string> const& entered,
                     std::vector<std::string>& out) {
    Task const* old = old_names_.find(key);
    Task const* now = new_names_.find(key);
    auto const name = "'" + old_names_.shown(old->index) + "'";
    if (now == nullptr) {
      out.push_back(name + " has run and is gone");
      return;
    }
    if (auto const texts = differences(*old, *now); !texts.empty()) {
      out.push_back(name + " has run and is another now (" + texts.front() + ")");
    }
    if (now->output_used && !old->output_used) {
      out.push_back(name + " has run and its output, which is read now, was not kept");
    }
    if (!same_undo(*old, *now)) out.push_back("the undo of " + name + " is another now");
    for (TaskIndex const each : after_.list(now->list).tasks) {
      if (each == now->index) break;
      auto const& earlier = new_names_.key(each);
      auto const which = "'" + new_names_.shown(each) + "'";
      Task const* known = old_names_.find(earlier);
      if (known == nullptr) {
        out.push_back(which + " is new and stands before " + name + ", which has run");
      } else if (!entered.contains(earlier) && known->position > old->position) {
        out.push_back(which + " stands before " + name + " now, which has run");
      }
    }
  }

  // The blocks that undo the two tasks have the same tasks in the same order, down to the last.
  bool same_undo(Task const& old, Task const& now) const {
    if (old.compensate.valid() != now.compensate.valid()) return false;
    return !old.compensate.valid() || same_list(old.compensate, now.compensate);
  }

  bool same_list(ListIndex old, ListIndex now) const {
    auto const& a = before_.list(old).tasks;
    auto const& b = after_.list(now).tasks;
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [this](TaskIndex x, TaskIndex y) {
      if (before_.task(x).name != after_.task(y).name) return false;
      if (!same(old_plain_[x.value], new_plain_[y.value])) return false;
      auto const& inner = old_names_.lists(x);
      auto const& inner_now = new_names_.lists(y);
      return std::equal(inner.begin(), inner.end(), inner_now.begin(), inner_now.end(),
                        [this](ListIndex l, ListIndex r) { return same_list(l, r); });
    });
  }

  StepGraph const& before_;
  StepGraph const& after_;
  TaskNames old_names_;
  TaskNames new_names_;
  std::vector<Plain> old_plain_;
  std::vector<Plain> new_plain_;
};

}  // namespace

std::vector<Change> differences(StepGraph const& before, StepGraph const& after) {
  return Differ(before, after).run();
}

std::vector<std::string> hindrances(StepGraph const& before, StepGraph const& after,
                                    std::set<std::string> const& entered) {
  return Differ(before, after).hindrances(entered);
}

std::string_view to_string(Change::Kind kind) {
  switch (kind) {
    case Change::Kind::added: return "added";
    case Change::Kind::removed: return "removed";
    case Change::Kind::changed: return "changed";
    case Change::Kind::order: return "order";
  }
  return {};
}

}  // namespace skald::compiler
