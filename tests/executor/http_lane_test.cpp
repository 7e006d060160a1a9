#include "runtime/executor/http_lane.hpp"

#include <gtest/gtest.h>

namespace skald::runtime {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

LaneClock::time_point const kStart{std::chrono::hours(1)};

TEST(RateLimit, LetsSoManyBeginInASecond) {
  RateLimit limit(100);
  int begun = 0;
  for (int ms = 0; ms < 2000; ++ms) {
    while (limit.take(kStart + milliseconds(ms))) ++begun;
  }
  EXPECT_GE(begun, 200);
  EXPECT_LE(begun, 211);  // a tenth of a second's worth at once
}

TEST(RateLimit, SaysHowLongToWait) {
  RateLimit limit(2);
  EXPECT_TRUE(limit.take(kStart));
  EXPECT_FALSE(limit.take(kStart));
  EXPECT_GT(limit.wait(), milliseconds(400));
  EXPECT_FALSE(limit.take(kStart + milliseconds(400)));
  EXPECT_TRUE(limit.take(kStart + milliseconds(501)));
}

TEST(RateLimit, OfNothingIsNone) {
  RateLimit limit;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(limit.take(kStart));
  EXPECT_EQ(limit.wait(), LaneClock::duration{});
}

TEST(Breaker, OpensAfterSoManyFailuresInARow) {
  Breaker breaker(3);
  breaker.failed(kStart);
  breaker.failed(kStart);
  breaker.succeeded();
  breaker.failed(kStart);
  breaker.failed(kStart);
  EXPECT_TRUE(breaker.allows(kStart));
  EXPECT_STREQ(breaker.state(kStart), "closed");
  breaker.failed(kStart);
  EXPECT_FALSE(breaker.allows(kStart));
  EXPECT_STREQ(breaker.state(kStart), "open");
}

TEST(Breaker, LetsOneTryAndDoublesThePause) {
  Breaker breaker(1);
  breaker.failed(kStart);
  auto const later = kStart + seconds(1);
  EXPECT_STREQ(breaker.state(later), "half-open");
  EXPECT_TRUE(breaker.allows(later));
  EXPECT_TRUE(breaker.begin());
  EXPECT_FALSE(breaker.allows(later));
  breaker.failed(later, true);
  EXPECT_FALSE(breaker.allows(later + seconds(1)));
  EXPECT_TRUE(breaker.allows(later + seconds(2)));
  breaker.succeeded();
  EXPECT_TRUE(breaker.allows(later));
  EXPECT_STREQ(breaker.state(later), "closed");
}

TEST(Breaker, AWithdrawnTryLeavesItToTheNext) {
  Breaker breaker(1);
  breaker.failed(kStart);
  auto const later = kStart + seconds(2);
  EXPECT_TRUE(breaker.begin());
  breaker.gave_up();
  EXPECT_TRUE(breaker.allows(later));
}

TEST(Breaker, AnOldFailureDoesNotEndTheTryOfAnother) {
  Breaker breaker(1);
  EXPECT_FALSE(breaker.begin());
  breaker.failed(kStart);
  auto const later = kStart + seconds(2);
  EXPECT_TRUE(breaker.begin());
  breaker.failed(later);
  EXPECT_FALSE(breaker.allows(later + seconds(9)));
}

TEST(Breaker, OfNoLimitNeverOpens) {
  Breaker breaker;
  for (int i = 0; i < 1000; ++i) breaker.failed(kStart);
  EXPECT_TRUE(breaker.allows(kStart));
}

}  // namespace
}  // namespace skald::runtime
