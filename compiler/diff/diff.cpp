#include "compiler/diff/diff.hpp"

#include <algorithm>
#include <map>

#include "compiler/diff/plain.hpp"
#include "compiler/explain/explain.hpp"

namespace skald::compiler {

namespace {

using graph::ListIndex;
using graph::ListRole;
using graph::StepGraph;
using graph::Task;
using graph::TaskIndex;

// The tasks of a graph by the names on the way to them.
class Names {
 public:
  explicit Names(StepGraph const& graph) : graph_(graph), keys_(graph.tasks.size()) {
    for (Task const& task : graph.tasks) {
      tasks_.emplace(key(task.index), task.index);
      paths_.emplace(task.path, task.index);
    }
  }

  std::string const& key(TaskIndex index) {
    auto& known = keys_[index.value];
    if (known.empty()) known = list_key(graph_.task(index).list) + graph_.task(index).name;
    return known;
  }

  // Of what stands in a list: the owner's key and a slash.
  std::string list_key(ListIndex index) {
    graph::List const& list = graph_.list(index);
    if (!list.owner.valid()) {
      return index == graph_.root ? "" : std::string(graph::to_string(list.role)) + "/";
    }
    auto out = key(list.owner) + "/";
    if (list.role == ListRole::handler) out += "catch/";
    if (list.role == ListRole::compensate) out += "undo/";
    return out;
  }

  Task const* find(std::string const& wanted) const {
    auto const found = tasks_.find(wanted);
    return found == tasks_.end() ? nullptr : &graph_.task(found->second);
  }
  Task const* at_path(std::string const& path) const {
    auto const found = paths_.find(path);
    return found == paths_.end() ? nullptr : &graph_.task(found->second);
  }

 private:
  StepGraph const& graph_;
  std::vector<std::string> keys_;
  std::map<std::string, TaskIndex> tasks_;
  std::map<std::string, TaskIndex> paths_;
};

class Differ {
 public:
  Differ(StepGraph const& before, StepGraph const& after)
      : before_(before),
        after_(after),
        old_names_(before),
        new_names_(after),
        old_plain_(plain_tasks(before)),
        new_plain_(plain_tasks(after)) {}

  std::vector<Change> run() {
    std::vector<Change> changes;
    auto texts = plain_differences(plain_workflow(before_), plain_workflow(after_));
    if (!texts.empty()) changes.push_back({Change::Kind::changed, "", std::move(texts)});
    if (auto order = new_order(after_.root)) changes.push_back(std::move(*order));
    for (Task const& task : after_.tasks) compare(task, changes);
    for (Task const& task : before_.tasks) {
      auto const& key = old_names_.key(task.index);
      if (new_names_.find(key) == nullptr) {
        changes.push_back({Change::Kind::removed, key, {summary(task)}});
      }
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
  void compare(Task const& task, std::vector<Change>& changes) {
    auto const& key = new_names_.key(task.index);
    Task const* old = old_names_.find(key);
    if (old == nullptr) {
      changes.push_back({Change::Kind::added, key, {summary(task)}});
    } else if (auto texts = differences(*old, task); !texts.empty()) {
      changes.push_back({Change::Kind::changed, key, std::move(texts)});
    }
    for (auto const& list : after_.lists) {
      if (list.owner != task.index) continue;
      if (auto order = new_order(list.index)) changes.push_back(std::move(*order));
    }
  }

  std::vector<std::string> differences(Task const& old, Task const& now) const {
    return plain_differences(old_plain_[old.index.value], new_plain_[now.index.value]);
  }

  // The tasks that a list has in both versions, when they stand in another order now.
  std::optional<Change> new_order(ListIndex index) {
    std::vector<std::string> now;
    std::vector<std::pair<std::uint32_t, std::string>> old;
    for (TaskIndex const task : after_.list(index).tasks) {
      auto const& key = new_names_.key(task);
      Task const* known = old_names_.find(key);
      if (known == nullptr) continue;
      now.push_back(after_.task(task).name);
      old.emplace_back(known->position, after_.task(task).name);
    }
    std::sort(old.begin(), old.end());
    bool const same = std::equal(now.begin(), now.end(), old.begin(), old.end(),
                                 [](auto const& a, auto const& b) { return a == b.second; });
    if (same) return std::nullopt;
    auto owner = new_names_.list_key(index);
    if (owner.ends_with('/')) owner.pop_back();
    std::string names;
    for (auto const& each : now) names += (names.empty() ? "" : ", ") + each;
    return Change{Change::Kind::order, owner, {"its tasks run as " + names}};
  }

  void add_hindrance(std::string const& key, std::set<std::string> const& entered,
                     std::vector<std::string>& out) {
    Task const* old = old_names_.find(key);
    Task const* now = new_names_.find(key);
    if (now == nullptr) {
      out.push_back("'" + key + "' has run and is gone");
      return;
    }
    if (auto const texts = differences(*old, *now); !texts.empty()) {
      out.push_back("'" + key + "' has run and is another now (" + texts.front() + ")");
    }
    if (!same_undo(*old, *now)) out.push_back("the undo of '" + key + "' is another now");
    for (TaskIndex const each : after_.list(now->list).tasks) {
      if (each == now->index) break;
      auto const& earlier = new_names_.key(each);
      if (old_names_.find(earlier) == nullptr) {
        out.push_back("'" + earlier + "' is new and stands before '" + key + "', which has run");
      } else if (!entered.contains(earlier) && old_names_.find(earlier)->position > old->position) {
        out.push_back("'" + earlier + "' stands before '" + key + "' now, which has run");
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
      if (old_plain_[x.value] != new_plain_[y.value]) return false;
      auto const inner = lists_of(before_, x);
      auto const inner_now = lists_of(after_, y);
      return std::equal(inner.begin(), inner.end(), inner_now.begin(), inner_now.end(),
                        [this](ListIndex l, ListIndex r) { return same_list(l, r); });
    });
  }

  static std::vector<ListIndex> lists_of(StepGraph const& graph, TaskIndex owner) {
    std::vector<ListIndex> out;
    for (auto const& list : graph.lists) {
      if (list.owner == owner) out.push_back(list.index);
    }
    return out;
  }

  StepGraph const& before_;
  StepGraph const& after_;
  Names old_names_;
  Names new_names_;
  std::vector<Json> old_plain_;
  std::vector<Json> new_plain_;
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
