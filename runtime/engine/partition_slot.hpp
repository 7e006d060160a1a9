#pragma once

// What a partition keeps about one live run beside its state. Internal to runtime/engine.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/engine/partition.hpp"

namespace skald::runtime {

struct Partition::Slot {
  std::uint64_t handle = 0;
  State state;
  GraphPtr graph;
  Lsn last{0};  // of the entry that holds its newest fact

  // The newest part of its history, as frames; earlier parts are in the index.
  std::string chunk;
  std::uint32_t chunk_number = 0;

  std::set<std::pair<ActivationId, std::uint32_t>> sent;  // attempts without an answer yet
  std::set<std::pair<ActivationId, std::uint32_t>> withdrawn;
  std::set<ActivationId> subscriptions;
  std::set<ActivationId> publishing;
  std::map<std::pair<ActivationId, std::uint32_t>, ChildEffect::Want> told;  // its children
  std::vector<std::uint64_t> children;
  std::set<std::uint64_t> open_children;       // those that do something, forward or back
  std::set<std::uint64_t> suspended_children;  // of these, those that wait for an operator
  std::set<std::uint64_t> asking_children;  // ... and those that ask for a lock, or wait for such
  std::map<ActivationId, std::string> parked;  // wait for a function that nobody offers
  bool followed = false;                       // all of its effects, once since it is in memory
  // The lock request that its home knows of in this life of the process, and its withdrawal.
  std::optional<std::pair<ActivationId, bool>> lock_asked;
  bool lock_gated = false;  // it asks when its children do no more
  // The words of its last resume; what was held with it goes on with the same.
  std::pair<std::string, std::string> resumed;
  bool continuing = false;
  bool counted = true;  // among the live runs
  std::optional<Time> timer;
  std::string indexed_status;

  std::vector<std::pair<std::uint64_t, Ended>> waiters;
  std::vector<std::pair<std::uint64_t, Changed>> watchers;
  std::vector<std::function<void()>> at_end;

  bool is_open(ActivationId id, std::uint32_t attempt) const {
    auto const at = state.activations.find(id);
    return at != state.activations.end() && at->second.phase == Phase::open &&
           at->second.attempt == attempt;
  }
  // The function that the call waits for; nullptr: none.
  std::string const* waits_for(ActivationId id) const {
    auto const at = state.activations.find(id);
    bool const waits = at != state.activations.end() && at->second.phase == Phase::delayed &&
                       !at->second.last.unoffered.empty();
    return waits ? &at->second.last.unoffered : nullptr;
  }
};

RunReport report_of(State const& state);
// The run's entry in the index, and back to a report.
std::string summary_text(State const& state, std::string_view status);
RunReport report_of_summary(Json const& summary);
// Of a run that can not be changed any more: how it ended, and what to do instead.
Error run_has_ended(RunReport const& report);

}  // namespace skald::runtime
