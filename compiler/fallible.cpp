#include "compiler/fallible.hpp"

namespace skald::compiler {

bool fails_by_itself(TaskInfo const& task) {
  if (task.kind == Kind::listen) return policy(task, "timeout") != nullptr;
  bool const call = task.kind == Kind::call && task.part != TaskInfo::Part::wrapper;
  return call || task.kind == Kind::raise || task.kind == Kind::run;
}

// Tasks stand behind those that hold them.
Fallible::Fallible(Outline const& outline)
    : outline_(outline), tasks_(outline.tasks.size(), false) {
  for (auto index = outline.tasks.size(); index-- > 0;) {
    TaskInfo const& task = outline.tasks[index];
    bool fails = fails_by_itself(task) || task.kind == Kind::call;
    for (auto const child : task.children) fails = fails || any(child);
    tasks_[index] = fails;
  }
}

bool Fallible::any(graph::ListIndex list, std::size_t from) const {
  auto const& tasks = outline_.list(list).tasks;
  for (std::size_t i = from; i < tasks.size(); ++i) {
    if (tasks_[tasks[i].value]) return true;
  }
  return false;
}

}  // namespace skald::compiler
