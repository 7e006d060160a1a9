#pragma once

// Plays one seed's world and reports what went wrong, if anything did.

#include <cstdint>
#include <optional>
#include <ostream>

#include "base/digest.hpp"
#include "tests/simulation/faults.hpp"

namespace skald::simulation {

// Called once: an assertion of the engine then says on stderr which seed it failed in.
void name_the_seed_on_abort();

// Nothing when a promise was broken; stderr says which one. With a story, all that happens is told.
std::optional<Digest> play(std::uint64_t seed, Counts& counts, std::ostream* story);

// Tells the story of a seed that failed on stderr, and how to play it again.
void tell_failure(std::uint64_t seed);

}  // namespace skald::simulation
