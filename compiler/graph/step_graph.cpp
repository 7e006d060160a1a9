#include "compiler/graph/step_graph.hpp"

#include "compiler/graph/fields.hpp"

namespace skald::graph {

Task const* StepGraph::find(std::string_view path) const {
  for (Task const& task : tasks) {
    if (task.path == path) return &task;
  }
  return nullptr;
}

std::string_view kind_name(Task const& task) {
  return kKindTexts[task.kind.index()];
}

std::string_view to_string(ListRole role) {
  return kRoleTexts[static_cast<std::size_t>(role)];
}

std::vector<std::string> const& standard_variables() {
  static std::vector<std::string> const names = {"context",       "input", "output",   "secrets",
                                                 "authorization", "task",  "workflow", "runtime",
                                                 "tasks",         "undo",  "state"};
  return names;
}

}  // namespace skald::graph
