#pragma once

// Which effects are undone, and in which order. Pure: the machine asks once per unwinding, writes
// the answer into the journal, and never asks again.

#include <cstdint>
#include <vector>

#include "saga/outcome.hpp"

namespace skald::saga {

// An armed effect of the scopes that unwind. Effects of which nothing was sent do not appear.
struct Candidate {
  std::uint32_t start = 0;  // rises in the order in which tasks became runnable
  Outcome outcome = Outcome::in_doubt;
  graph::EffectPolicy const* policy = nullptr;  // not owned
};

// The starts of the effects to undo, first to last: newest start first.
std::vector<std::uint32_t> plan(std::vector<Candidate> const& candidates);

}  // namespace skald::saga
