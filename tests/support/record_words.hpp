#pragma once

// Records and effects in a few words each, for transcripts.

#include <map>
#include <string>
#include <vector>

#include "compiler/graph/step_graph.hpp"
#include "runtime/machine/machine.hpp"

namespace skald::runtime {

// Knows which task an activation is of, also after it has ended.
class Words {
 public:
  explicit Words(graph::StepGraph const& graph) : graph_(graph) {}

  // One line without its end. Must see every record, in order.
  std::string of(Record const& record);
  std::string of(Effect const& effect, State const& state) const;
  // "hotel" or, from the second activation on, "hotel#2".
  std::string name(ActivationId id) const;
  // The activation that name() calls so, the last one when there are several; none when unknown.
  ActivationId find(std::string const& name) const;

 private:
  struct Known {
    ActivationId id;
    TaskIndex task;
    std::uint32_t number;
  };
  friend struct Wording;

  graph::StepGraph const& graph_;
  std::vector<Known> known_;
  std::map<graph::TaskIndex, std::uint32_t> waits_;  // for locks
};

}  // namespace skald::runtime
