#include "saga/plan.hpp"

#include <algorithm>
#include <functional>

namespace skald::saga {

std::vector<std::uint32_t> plan(std::vector<Candidate> const& candidates) {
  std::vector<std::uint32_t> order;
  order.reserve(candidates.size());
  for (auto const& candidate : candidates) {
    if (must_undo(candidate.outcome, *candidate.policy)) order.push_back(candidate.start);
  }
  std::sort(order.begin(), order.end(), std::greater<>());
  return order;
}

}  // namespace skald::saga
