#pragma once

// A task as plain data for comparing: values as the author wrote them, lengths of time in words,
// expressions by their meaning, other tasks by name, and nothing that only says where it stands.

#include <string>
#include <vector>

#include "base/json.hpp"
#include "compiler/diff/task_names.hpp"
#include "compiler/graph/step_graph.hpp"

namespace skald::compiler {

struct Plain {
  enum class Kind : std::uint8_t { leaf, map, list };
  struct Member;  // {std::string name; Plain value}

  Kind kind = Kind::leaf;
  // For people: of a leaf its value, of a map or a list what is not the default in it.
  Json shown;
  // Of a leaf: equal exactly when both do the same, whatever they look like.
  std::string meaning;
  // Of an expression which tasks its $tasks are, for where nothing else tells two apart.
  std::string tasks;
  // Of a map by their names, of a list in their order and without.
  std::vector<Member> members;

  std::vector<Member const*> sorted() const;  // by name
};

struct Plain::Member {
  std::string name;
  Plain value;
};

bool same(Plain const& a, Plain const& b);

Plain plain_task(graph::Task const& task, graph::StepGraph const& graph, TaskNames const& names);

// Of the workflow without its tasks.
Plain plain_workflow(graph::StepGraph const& graph, TaskNames const& names);

}  // namespace skald::compiler
