#pragma once

// Which tasks of an outline can fail: by themselves, or by what is inside of them.

#include <vector>

#include "compiler/outline.hpp"

namespace skald::compiler {

class Fallible {
 public:
  explicit Fallible(Outline const& outline);

  bool task(graph::TaskIndex index) const { return tasks_[index.value]; }
  // Whether one of a list's tasks from that position on can fail.
  bool any(graph::ListIndex list, std::size_t from = 0) const;

 private:
  Outline const& outline_;
  std::vector<bool> tasks_;
};

// Whether a task can fail by itself: a call, a raise, a child run, a listen that times out.
bool fails_by_itself(TaskInfo const& task);

}  // namespace skald::compiler
