// What leaves the partition, and when: a call goes out when its attempt is durable, and nothing
// that is known by then, or not yet durable, has to do with it.

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/support/one_partition.hpp"

namespace skald::runtime {
namespace {

// "b" is stopped before it has left. Its answer, which comes of that, ends the outer race.
constexpr char kRaces[] = R"(
document: { dsl: '1.0.3', namespace: t, name: races, version: '1.0.0' }
do:
  - outer:
      fork:
        compete: true
        branches:
          - a: { call: a }
          - inner:
              fork:
                compete: true
                branches:
                  - b: { call: b }
                  - c: { if: '${ false }', call: c }
)";

constexpr char kPair[] = R"(
document: { dsl: '1.0.3', namespace: t, name: two, version: '1.0.0' }
do:
  - both:
      fork:
        branches:
          - a: { call: a }
          - b: { call: b, timeout: { after: { milliseconds: 100 } } }
)";

class Leaving : public testing::Test, protected test::OnePartition {
 protected:
  Leaving() : OnePartition({kRaces, kPair}) {
    options_.entry_bytes = 1;
    read_log();
    begin();
  }
};

TEST_F(Leaving, WhatWasLetGoIsGoneBeforeTheNextFact) {
  Lsn known;
  leaves_ = [&](CallRequest const&) {
    partition_->flush();
    known = journal_.last();
  };
  start("r", "t/races");
  partition_->flush();
  auto const begun = journal_.last();
  make_durable();
  EXPECT_EQ(calls_, "a");
  EXPECT_EQ(known, begun) << "the outer race was over when the call left";
  settle();
  EXPECT_EQ(count_of<Stopping>("r"), 2);
}

TEST_F(Leaving, NothingLeavesWhileAStopThatWasTakenBackMayComeAgain) {
  start("r", "t/two");
  now_ = now_ + Duration::from_ms(200);
  write();
  ASSERT_EQ(report("r").status, "compensating");
  auto const stopped = journal_.last();
  Operation const forward{Verb::resume, {}, {}, true, false, "storm", "olga"};
  partition_->operate("r", forward, now_, [](auto const& told) { EXPECT_TRUE(told.ok()); });
  partition_->flush();
  ASSERT_EQ(report("r").status, "running");
  ASSERT_GT(journal_.last(), stopped);

  journal_.commit(stopped);
  partition_->release(journal_.durable());
  EXPECT_EQ(calls_, "") << "a crash now would go on with the stop";
  settle();
  EXPECT_EQ(count_of<StopLifted>("r"), 1);
  EXPECT_EQ(requests_.size(), 2U);
}

TEST_F(Leaving, WhatWasWithdrawnLeavesAfterAllWhenTheStopIsTakenBack) {
  start("r", "t/two");
  settle();
  auto const requests = std::exchange(requests_, {});
  partition_->cancel("r", "called off", "olga", now_, [](auto const&) {});
  Operation const forward{Verb::resume, {}, {}, true, false, "storm", "olga"};
  partition_->operate("r", forward, now_, [](auto const& told) { EXPECT_TRUE(told.ok()); });
  settle();
  for (auto const& request : requests) answer(request, saga::Answer::Kind::not_sent);
  settle();
  EXPECT_EQ(calls_, "a b a b");
  EXPECT_EQ(report("r").status, "running");
  for (auto const& request : std::exchange(requests_, {})) {
    answer(request, saga::Answer::Kind::returned);
  }
  settle();
  EXPECT_EQ(report("r").status, "completed");
  EXPECT_EQ(count_of<AttemptStarted>("r"), 0);
}

TEST_F(Leaving, NothingLeavesBehindTheEndOfTheJournal) {
  start("r", "t/two");
  partition_->flush();
  journal_.commit(journal_.last());
  partition_->release_last(journal_.durable());
  EXPECT_EQ(calls_, "");
}

}  // namespace
}  // namespace skald::runtime
