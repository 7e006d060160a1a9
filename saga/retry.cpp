#include "saga/retry.hpp"

#include <algorithm>
#include <cmath>

namespace skald::saga {
namespace {

constexpr Duration kLongest = Duration::from_seconds(366LL * 86'400);

Duration scaled(Duration base, double factor) {
  double const us = static_cast<double>(base.us) * factor;
  return us >= static_cast<double>(kLongest.us) ? kLongest
                                                : Duration{static_cast<std::int64_t>(us)};
}

Duration backoff(graph::RetryPolicy const& policy, Duration base, std::uint32_t retries) {
  using Backoff = graph::RetryPolicy::Backoff;
  switch (policy.backoff) {
    case Backoff::constant: return base;
    case Backoff::linear:
      return base + scaled(policy.increment.value_or(base), static_cast<double>(retries));
    case Backoff::exponential:
      return scaled(base,
                    std::pow(policy.multiplier, static_cast<double>(std::min(retries, 1000U))));
  }
  return base;
}

// Evenly spread over [from, to).
Duration jitter(graph::RetryPolicy const& policy, std::uint64_t random) {
  auto const width = policy.jitter_to.us - policy.jitter_from.us;
  if (width <= 0) return policy.jitter_from;
  auto const part = static_cast<std::int64_t>(random % static_cast<std::uint64_t>(width));
  return {policy.jitter_from.us + part};
}

}  // namespace

std::optional<Duration> next_delay(graph::RetryPolicy const& policy,
                                   RetryQuestion const& question) {
  if (policy.max_retries && question.retries >= *policy.max_retries) return std::nullopt;
  auto delay = backoff(policy, question.base, question.retries);
  if (policy.max_delay) delay = std::min(delay, *policy.max_delay);
  delay = delay + jitter(policy, question.random);
  if (question.retry_after) delay = std::max(delay, *question.retry_after);
  if (policy.max_duration && question.elapsed + delay > *policy.max_duration) return std::nullopt;
  return delay;
}

graph::RetryPolicy without_limits(graph::RetryPolicy const* own, graph::SagaPolicy const& saga) {
  // Without a delay there would be no rest between the attempts.
  auto waits = [](graph::RetryPolicy const& policy) {
    return policy.delay.dynamic.has_value() || policy.delay.fixed.us > 0;
  };
  auto result = patient_policy();
  if (own != nullptr && waits(*own)) {
    result = *own;
  } else if (saga.retry && waits(*saga.retry)) {
    result = *saga.retry;
  }
  result.max_retries.reset();
  result.max_duration.reset();
  if (!result.max_delay) result.max_delay = patient_policy().max_delay;
  return result;
}

graph::RetryPolicy const& patient_policy() {
  static graph::RetryPolicy const policy = [] {
    graph::RetryPolicy result;
    result.delay.fixed = Duration::from_ms(200);
    result.backoff = graph::RetryPolicy::Backoff::exponential;
    result.max_delay = Duration::from_seconds(60);
    result.jitter_to = Duration::from_ms(100);
    return result;
  }();
  return policy;
}

graph::RetryPolicy const& probe_policy() {
  static graph::RetryPolicy const policy = [] {
    graph::RetryPolicy result;
    result.delay.fixed = Duration::from_ms(500);
    result.backoff = graph::RetryPolicy::Backoff::exponential;
    result.max_retries = 4;
    result.jitter_to = Duration::from_ms(100);
    return result;
  }();
  return policy;
}

}  // namespace skald::saga
