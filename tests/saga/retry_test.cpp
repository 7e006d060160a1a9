#include "saga/retry.hpp"

#include <gtest/gtest.h>

namespace skald::saga {
namespace {

using Backoff = graph::RetryPolicy::Backoff;

RetryQuestion after(std::uint32_t retries, Duration base = Duration::from_ms(100)) {
  RetryQuestion question;
  question.retries = retries;
  question.base = base;
  return question;
}

TEST(Retry, ConstantDelayStays) {
  graph::RetryPolicy const policy;
  EXPECT_EQ(next_delay(policy, after(0)), Duration::from_ms(100));
  EXPECT_EQ(next_delay(policy, after(1000)), Duration::from_ms(100));
}

TEST(Retry, LinearAddsTheIncrementOrTheDelay) {
  graph::RetryPolicy policy;
  policy.backoff = Backoff::linear;
  EXPECT_EQ(next_delay(policy, after(0)), Duration::from_ms(100));
  EXPECT_EQ(next_delay(policy, after(2)), Duration::from_ms(300));
  policy.increment = Duration::from_ms(10);
  EXPECT_EQ(next_delay(policy, after(2)), Duration::from_ms(120));
}

TEST(Retry, ExponentialDoublesUpToItsCap) {
  graph::RetryPolicy policy;
  policy.backoff = Backoff::exponential;
  EXPECT_EQ(next_delay(policy, after(3)), Duration::from_ms(800));
  policy.max_delay = Duration::from_ms(500);
  EXPECT_EQ(next_delay(policy, after(3)), Duration::from_ms(500));
  EXPECT_EQ(next_delay(policy, after(4'000'000'000U)), Duration::from_ms(500));
}

TEST(Retry, NeverOverflows) {
  graph::RetryPolicy policy;
  policy.backoff = Backoff::exponential;
  auto const wait = next_delay(policy, after(4'000'000'000U, Duration::from_seconds(86'400)));
  ASSERT_TRUE(wait.has_value());
  EXPECT_GT(wait->us, 0);
}

TEST(Retry, CountCountsRetriesNotAttempts) {
  graph::RetryPolicy policy;
  policy.max_retries = 2;
  EXPECT_TRUE(next_delay(policy, after(1)).has_value());
  EXPECT_FALSE(next_delay(policy, after(2)).has_value());
  policy.max_retries = 0;
  EXPECT_FALSE(next_delay(policy, after(0)).has_value());
}

TEST(Retry, DurationCountsTheDelayToo) {
  graph::RetryPolicy policy;
  policy.max_duration = Duration::from_seconds(1);
  auto question = after(0);
  question.elapsed = Duration::from_ms(900);
  EXPECT_TRUE(next_delay(policy, question).has_value());
  question.elapsed = Duration::from_ms(901);
  EXPECT_FALSE(next_delay(policy, question).has_value());
}

TEST(Retry, WaitsAtLeastAsLongAsTheParticipantAsks) {
  graph::RetryPolicy policy;
  policy.max_delay = Duration::from_ms(50);
  auto question = after(0);
  question.retry_after = Duration::from_seconds(7);
  EXPECT_EQ(next_delay(policy, question), Duration::from_seconds(7));
  question.retry_after = Duration::from_ms(1);
  EXPECT_EQ(next_delay(policy, question), Duration::from_ms(50));
}

TEST(Retry, JitterStaysInItsBounds) {
  graph::RetryPolicy policy;
  policy.jitter_from = Duration::from_ms(10);
  policy.jitter_to = Duration::from_ms(20);
  for (std::uint64_t random = 0; random < 100'000; random += 77) {
    auto question = after(0);
    question.random = random;
    auto const wait = next_delay(policy, question);
    ASSERT_TRUE(wait.has_value());
    EXPECT_GE(*wait, Duration::from_ms(110));
    EXPECT_LT(*wait, Duration::from_ms(120));
  }
}

TEST(Retry, UndosAreTriedWithoutEndUpToAMinuteApart) {
  auto const& policy = patient_policy();
  EXPECT_LE(*next_delay(policy, after(1'000'000, policy.delay.fixed)), Duration::from_ms(60'100));
}

}  // namespace
}  // namespace skald::saga
