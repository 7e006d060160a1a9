#pragma once

// Which effects are undone, in which order, and which of them wait for which. Pure: the machine
// asks once per unwinding, writes the answer into the journal, and never asks again.

#include <cstdint>
#include <vector>

#include "saga/outcome.hpp"

namespace skald::saga {

// One fork, or loop with concurrency, around an effect: what ran in another branch of the same one
// ran in parallel with it.
struct Lane {
  std::uint32_t composite = 0;  // the activation that forked
  std::uint32_t branch = 0;     // branch or item

  bool operator==(Lane const&) const = default;
};

// An armed effect of the scopes that unwind. Effects of which nothing was sent do not appear.
struct Candidate {
  std::uint32_t start = 0;  // rises in the order in which tasks became runnable
  Outcome outcome = Outcome::in_doubt;
  graph::EffectPolicy const* policy = nullptr;  // not owned
  std::vector<Lane> const* lanes = nullptr;     // outermost first; not owned; nullptr: none
};

// Undos, first to last: newest start first. What waits for what is told by gates, numbered from 1:
// an undo may begin when every undo that opens the gate it waits for has ended. Each undo opens one
// gate at most and waits for one at most, so a plan is never larger than what it undoes.
struct Plan {
  std::vector<std::uint32_t> undos;      // starts
  std::vector<std::uint32_t> waits_for;  // gates; empty with `opens`: each waits for the one before
  std::vector<std::uint32_t> opens;
};

Plan plan(std::vector<Candidate> const& candidates);

}  // namespace skald::saga
