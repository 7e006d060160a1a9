// What a partition has in memory and what in its index: a run that can take no further fact leaves
// the memory, also while the log is read again, and the index gets a history when it is complete.

#include <gtest/gtest.h>

#include "tests/support/one_partition.hpp"

namespace skald::runtime {
namespace {

constexpr char kBooking[] = R"(
document: { dsl: '1.0.3', namespace: t, name: booking, version: '1.0.0' }
do:
  - book:
      call: book
      timeout: { after: { seconds: 1 } }
      compensate: [ { unbook: { call: unbook } } ]
  - pay: { call: pay }
)";

class Memory : public testing::Test, protected test::OnePartition {
 protected:
  Memory() : OnePartition({kBooking}) {
    read_log();
    begin();
    start("r", "t/booking");
    settle();
  }

  void answer_last(saga::Answer::Kind kind) {
    answer(requests_.back(), kind);
    settle();
  }
  void fail_and_undo() {
    answer_last(saga::Answer::Kind::returned);
    answer_last(saga::Answer::Kind::refused);
    answer_last(saga::Answer::Kind::returned);
    ASSERT_EQ(report("r").status, "compensated");
  }

  bool in_memory() const { return partition_->state("r") != nullptr; }
  std::size_t chunks() const {
    std::size_t count = 0;
    while (*index_->get(history_key("r", static_cast<std::uint32_t>(count)))) ++count;
    return count;
  }
};

TEST_F(Memory, LetsAnUndoneRunGoWhileTheLogIsRead) {
  fail_and_undo();
  EXPECT_FALSE(in_memory());
  crash();
  EXPECT_FALSE(in_memory());
  EXPECT_EQ(report("r").status, "compensated");
}

TEST_F(Memory, KeepsARunOfWhichALateSuccessWouldBeNews) {
  pass(Duration::from_seconds(2));  // the booking is given up and undone, its answer is out
  answer_last(saga::Answer::Kind::returned);
  ASSERT_EQ(report("r").status, "compensated");
  EXPECT_TRUE(in_memory());
  crash();
  EXPECT_TRUE(in_memory());
}

TEST_F(Memory, KeepsAnEndedRunUntilTheIndexKnowsWhatCameBehindItsEnd) {
  pass(Duration::from_seconds(2));
  Operation const skip{Verb::skip, "book", {}, false, false, "storm", "olga"};
  partition_->operate("r", skip, now_, [](auto const& done) { EXPECT_TRUE(done.ok()); });
  settle();
  ASSERT_EQ(report("r").status, "compensated");
  answer_last(saga::Answer::Kind::lost);  // of the undo that was skipped
  auto const ended = report("r").records;
  answer(requests_.front(), saga::Answer::Kind::returned);
  partition_->release(journal_.durable());
  EXPECT_EQ(report("r").records, ended + 1);
  auto const whole = partition_->live_history("r").value_or(LiveHistory()).chunk;
  settle();
  EXPECT_FALSE(in_memory());
  EXPECT_EQ(*index_->get(history_key("r", 0)), whole);
}

TEST_F(Memory, HasTheHistoryOfALiveRunAndTheIndexThatOfAnEndedOne) {
  answer_last(saga::Answer::Kind::returned);
  EXPECT_EQ(chunks(), 0U);
  EXPECT_FALSE(partition_->live_history("r")->chunk.empty());
  auto const open = partition_->live_history("r")->chunk;
  crash();
  EXPECT_EQ(chunks(), 0U);
  EXPECT_EQ(partition_->live_history("r")->chunk, open);
  begin();
  answer_last(saga::Answer::Kind::returned);
  EXPECT_EQ(chunks(), 1U);
  auto const whole = *index_->get(history_key("r", 0));
  crash_with_the_index();
  EXPECT_EQ(*index_->get(history_key("r", 0)), whole);
}

TEST_F(Memory, GivesTheIndexEachChunkThatIsFull) {
  options_.history_chunk_bytes = 1;
  crash_with_the_index();
  auto const before = chunks();
  EXPECT_GE(before, 1U);
  EXPECT_TRUE(partition_->live_history("r")->chunk.empty());
  begin();
  answer_last(saga::Answer::Kind::returned);
  EXPECT_GT(chunks(), before);
}

}  // namespace
}  // namespace skald::runtime
