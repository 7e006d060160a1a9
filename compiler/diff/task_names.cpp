#include "compiler/diff/task_names.hpp"

namespace skald::compiler {

using graph::ListIndex;
using graph::ListRole;
using graph::Task;
using graph::TaskIndex;

TaskNames::TaskNames(graph::StepGraph const& graph) : graph_(graph), tasks_(graph.tasks.size()) {
  for (auto const& list : graph.lists) {
    if (list.owner.valid()) tasks_[list.owner.value].lists.push_back(list.index);
  }
  for (Task const& task : graph.tasks) {
    name(task.index);
    by_path_.emplace(task.path, task.index);
  }
}

void TaskNames::name(TaskIndex index) {
  auto& names = tasks_[index.value];
  if (!names.key.empty()) return;
  Task const& task = graph_.task(index);
  graph::List const& list = graph_.list(task.list);
  std::string key;
  if (list.owner.valid()) {
    name(list.owner);
    key = tasks_[list.owner.value].key;
  }
  names.shown = shown(task.list) + task.name;
  // The name's length keeps "a/b" apart from b in a.
  key += "/" + std::string(graph::to_string(list.role)) + "/" + std::to_string(task.name.size()) +
         ":" + task.name;
  // Only branches of a fork may have one name: each is a list of its own.
  names.key = key;
  for (int twin = 2; !by_key_.emplace(names.key, index).second; ++twin) {
    names.key = key + "#" + std::to_string(twin);
  }
}

std::string TaskNames::shown(ListIndex index) const {
  graph::List const& list = graph_.list(index);
  if (!list.owner.valid()) {
    return index == graph_.root ? "" : std::string(graph::to_string(list.role)) + "/";
  }
  auto out = tasks_[list.owner.value].shown + "/";
  if (list.role == ListRole::handler) out += "catch/";
  if (list.role == ListRole::compensate) out += "undo/";
  if (list.role == ListRole::probe) out += "probe/";
  return out;
}

Task const* TaskNames::find(std::string const& key) const {
  auto const found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : &graph_.task(found->second);
}

Task const* TaskNames::at_path(std::string const& path) const {
  auto const found = by_path_.find(path);
  return found == by_path_.end() ? nullptr : &graph_.task(found->second);
}

}  // namespace skald::compiler
