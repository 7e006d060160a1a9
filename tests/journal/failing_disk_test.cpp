// A disk that fails or is full: the journal says so, acknowledges nothing that is not there, and
// goes on by itself when there is room again.

#include <gtest/gtest.h>

#include "tests/journal/journal_fixture.hpp"
#include "tests/journal/memory_disk.hpp"

namespace skald::runtime::test {
namespace {

// Far fewer writes than a background segment would need are left to chance: none is prepared.
FileJournalOptions without_background(std::string dir) {
  auto options = small_options(std::move(dir));
  options.segments = {.first = 1U << 20U, .full = 1U << 20U};
  options.segments_ahead = 0;
  return options;
}

TEST(FailingDisk, EndsTheJournalWithTheFirstFailedWrite) {
  MemoryDisk disk;
  {
    auto life = open_life(without_background("log"), disk);
    ASSERT_TRUE(life->append_and_wait("one"));
    disk.fail_after(0, ErrorCode::io);
    EXPECT_FALSE(life->append_and_wait("two"));
    Error const error = life->listener.wait_failure();
    EXPECT_EQ(error.code, ErrorCode::io);
    EXPECT_NE(error.message.find("0000000001.journal"), std::string::npos);
    // The disk works again, but this life is over: nothing is retried on the descriptor.
    std::uint64_t const writes = disk.writes();
    EXPECT_EQ(life->journal->append("three"), Lsn{3});
    auto const closed = life->journal->close();
    EXPECT_FALSE(closed.ok());
    EXPECT_EQ(disk.writes(), writes);
    EXPECT_EQ(life->listener.durable(), Lsn{1});
  }
  auto life = open_life(without_background("log"), disk);
  ASSERT_FALSE(life->error) << life->error->message;
  EXPECT_EQ(life->found, std::vector<std::string>{"one"});
}

TEST(FailingDisk, FailsToOpenWithTheReason) {
  MemoryDisk disk;
  { auto life = open_life(without_background("log"), disk); }
  disk.fail_after(0, ErrorCode::io);
  auto life = open_life(without_background("log"), disk);
  ASSERT_TRUE(life->error);
  EXPECT_EQ(life->error->code, ErrorCode::io);
}

TEST(FailingDisk, UsesTheBallastWhenItIsFullThenWaitsThenGoesOn) {
  MemoryDisk disk;
  auto options = small_options("log");
  options.segments = {.first = 32U << 10U, .full = 32U << 10U};
  options.ballast_bytes = 64U << 10U;
  auto life = open_life(options, disk);
  ASSERT_FALSE(life->error) << life->error->message;
  // One segment in use, one ahead, the ballast, and no room for more.
  std::uint64_t const all = (32U + 32U + 64U) << 10U;
  while (disk.used() < all) std::this_thread::yield();
  disk.set_capacity(disk.used());
  std::string const payload(3000, 'p');
  while (life->journal->space() == Space::ok) ASSERT_TRUE(life->append_and_wait(payload));
  // Now the ballast is in use: what runs can finish.
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(life->append_and_wait(payload));
  std::uint64_t waiting = 0;
  for (int i = 0; i < 40; ++i) waiting = life->journal->append(payload).value;
  life->listener.wait_space(Space::full);
  EXPECT_LT(life->listener.durable().value, waiting);
  EXPECT_FALSE(life->listener.failure());
  disk.set_capacity(std::uint64_t{1} << 40U);
  EXPECT_TRUE(life->listener.wait_durable(Lsn{waiting}));
  life->listener.wait_space(Space::ok);
  EXPECT_TRUE(life->journal->close().ok());
  life.reset();
  auto again = open_life(options, disk);
  ASSERT_FALSE(again->error) << again->error->message;
  EXPECT_EQ(again->found.size(), waiting);
}

TEST(FailingDisk, CloseDoesNotWaitForRoom) {
  MemoryDisk disk;
  auto options = small_options("log");
  options.segments = {.first = 32U << 10U, .full = 32U << 10U};
  auto life = open_life(options, disk);
  while (disk.used() < 64U << 10U) std::this_thread::yield();
  disk.set_capacity(disk.used());
  std::uint64_t last = 0;
  for (int i = 0; i < 40; ++i) last = life->journal->append(std::string(3000, 'p')).value;
  auto const closed = life->journal->close();
  ASSERT_FALSE(closed.ok());
  EXPECT_EQ(closed.error().code, ErrorCode::no_space);
  std::uint64_t const durable = life->listener.durable().value;
  EXPECT_LT(durable, last);
  disk.set_capacity(std::uint64_t{1} << 40U);
  life.reset();
  auto again = open_life(options, disk);
  ASSERT_FALSE(again->error) << again->error->message;
  EXPECT_GE(again->found.size(), durable);
}

TEST(FailingDisk, RefusesToMakeALogWithoutRoomAndLeavesNoHead) {
  MemoryDisk disk;
  disk.set_capacity(8192);
  auto life = open_life(small_options("log"), disk);
  ASSERT_TRUE(life->error);
  EXPECT_EQ(life->error->code, ErrorCode::no_space);
  EXPECT_FALSE(disk.exists("log/head"));
  disk.set_capacity(std::uint64_t{1} << 40U);
  auto again = open_life(small_options("log"), disk);
  EXPECT_FALSE(again->error);
}

}  // namespace
}  // namespace skald::runtime::test
