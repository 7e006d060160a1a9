#pragma once

// How the tasks of two versions of a workflow are recognised as the same: by the names and the
// kinds of list on the way to them, never by their indices.

#include <map>
#include <string>
#include <vector>

#include "compiler/graph/step_graph.hpp"

namespace skald::compiler {

class TaskNames {
 public:
  explicit TaskNames(graph::StepGraph const& graph);

  // No two tasks of a graph have the same. Not for people.
  std::string const& key(graph::TaskIndex index) const { return tasks_[index.value].key; }
  // "reserve/hotel", with /catch, /undo and /probe where it stands in such a block.
  std::string const& shown(graph::TaskIndex index) const { return tasks_[index.value].shown; }
  // Of what stands in the list: empty, or with a slash at the end.
  std::string shown(graph::ListIndex index) const;

  graph::Task const* find(std::string const& key) const;
  graph::Task const* at_path(std::string const& path) const;
  // The lists of a task, in the order of the graph.
  std::vector<graph::ListIndex> const& lists(graph::TaskIndex index) const {
    return tasks_[index.value].lists;
  }

 private:
  struct Names {
    std::string key;
    std::string shown;
    std::vector<graph::ListIndex> lists;
  };

  void name(graph::TaskIndex index);

  graph::StepGraph const& graph_;
  std::vector<Names> tasks_;  // by index
  std::map<std::string, graph::TaskIndex> by_key_;
  std::map<std::string, graph::TaskIndex> by_path_;
};

}  // namespace skald::compiler
