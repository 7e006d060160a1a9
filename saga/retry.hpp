#pragma once

// When a failed attempt is made again. Pure: time and randomness come in as arguments.

#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "compiler/graph/step_graph.hpp"

namespace skald::saga {

struct RetryQuestion {
  std::uint32_t retries = 0;            // already made
  Duration elapsed;                     // since the first attempt began
  Duration base;                        // the policy's delay, evaluated
  std::optional<Duration> retry_after;  // what the participant asked for
  std::uint64_t random = 0;             // for jitter
};

// The delay before the next attempt, or nothing when the policy's limits are reached.
std::optional<Duration> next_delay(graph::RetryPolicy const& policy, RetryQuestion const& question);

// How something is retried that may not be given up: with the delays of its own policy, else of the
// saga's, else of patient_policy(), and without a limit. `own` may be nullptr.
graph::RetryPolicy without_limits(graph::RetryPolicy const* own, graph::SagaPolicy const& saga);
// The policy of the calls of a probe that have none: a few times within about ten seconds.
graph::RetryPolicy const& probe_policy();

// The policy of undo steps that have none: without end, from 200 ms, doubling up to 1 minute.
graph::RetryPolicy const& patient_policy();

}  // namespace skald::saga
