#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/journal/inspect.hpp"
#include "tests/journal/journal_fixture.hpp"
#include "tests/journal/memory_disk.hpp"

namespace skald::runtime::test {
namespace {

std::vector<std::string> read_all(Journal& journal, Lsn from) {
  std::vector<std::string> found;
  auto const read = journal.read(from, [&](JournalEntry const& entry) -> Result<void> {
    EXPECT_EQ(entry.lsn.value, from.value + found.size());
    found.emplace_back(entry.payload);
    return {};
  });
  EXPECT_TRUE(read.ok()) << read.error().message;
  return found;
}

void fill(Life& life, std::uint64_t first, std::uint64_t last) {
  for (std::uint64_t lsn = first; lsn <= last; ++lsn) {
    EXPECT_EQ(life.journal->append(payload_of(lsn)), Lsn{lsn});
  }
  ASSERT_TRUE(life.listener.wait_durable(Lsn{last}));
}

TEST(FileJournal, GivesBackWhatWasAppended) {
  MemoryDisk disk;
  {
    auto life = open_life(small_options("log"), disk);
    ASSERT_FALSE(life->error) << life->error->message;
    EXPECT_EQ(life->recovery.last, Lsn{0});
    EXPECT_EQ(life->recovery.epoch, 1U);
    fill(*life, 1, 100);
    EXPECT_EQ(life->journal->durable(), Lsn{100});
    EXPECT_TRUE(life->journal->close().ok());
  }
  auto life = open_life(small_options("log"), disk);
  ASSERT_FALSE(life->error) << life->error->message;
  ASSERT_EQ(life->found.size(), 100U);
  for (std::uint64_t lsn = 1; lsn <= 100; ++lsn) EXPECT_EQ(life->found[lsn - 1], payload_of(lsn));
  EXPECT_EQ(life->recovery.last, Lsn{100});
  EXPECT_EQ(life->recovery.first, Lsn{1});
  EXPECT_EQ(life->recovery.epoch, 2U);
  EXPECT_TRUE(life->recovery.closed_cleanly);
  EXPECT_FALSE(life->recovery.torn);
}

TEST(FileJournal, GoesOnOverManySegmentsAndLives) {
  MemoryDisk disk;
  std::uint64_t last = 0;
  for (int i = 0; i < 5; ++i) {
    auto life = open_life(small_options("log"), disk);
    ASSERT_FALSE(life->error) << life->error->message;
    ASSERT_EQ(life->found.size(), last);
    for (int part = 0; part < 20; ++part) {
      fill(*life, last + 1, last + 7);
      last += 7;
    }
  }
  auto const segments = list_segments(disk, "log");
  ASSERT_TRUE(segments.ok());
  EXPECT_GT(segments->size(), 5U);
  auto life = open_life(small_options("log"), disk);
  ASSERT_FALSE(life->error) << life->error->message;
  ASSERT_EQ(life->found.size(), last);
  for (std::uint64_t lsn = 1; lsn <= last; ++lsn) EXPECT_EQ(life->found[lsn - 1], payload_of(lsn));
}

TEST(FileJournal, WorksInEachDurabilityMode) {
  for (auto const mode : {Durability::fsync, Durability::interval, Durability::none}) {
    TemporaryDir dir;
    auto options = small_options(dir.path() + "/log");
    options.durability = mode;
    options.sync_interval = Duration::from_ms(1);
    {
      auto life = open_life(options, real_disk());
      ASSERT_FALSE(life->error) << life->error->message;
      EXPECT_EQ(life->journal->durability(), mode);
      fill(*life, 1, 500);
      EXPECT_TRUE(life->journal->close().ok());
    }
    auto life = open_life(options, real_disk());
    ASSERT_FALSE(life->error) << life->error->message;
    EXPECT_EQ(life->found.size(), 500U);
  }
}

TEST(FileJournal, ReadsWhileItIsWritten) {
  MemoryDisk disk;
  auto life = open_life(small_options("log"), disk);
  fill(*life, 1, 300);
  EXPECT_EQ(read_all(*life->journal, Lsn{1}).size(), 300U);
  auto const tail = read_all(*life->journal, Lsn{290});
  ASSERT_EQ(tail.size(), 11U);
  EXPECT_EQ(tail.front(), payload_of(290));
  EXPECT_TRUE(read_all(*life->journal, Lsn{301}).empty());
}

TEST(FileJournal, StopsReadingWhenTheVisitorSaysSo) {
  MemoryDisk disk;
  auto life = open_life(small_options("log"), disk);
  fill(*life, 1, 10);
  int visits = 0;
  auto const read = life->journal->read(Lsn{1}, [&](JournalEntry const&) -> Result<void> {
    if (++visits == 3) return Error{ErrorCode::cancelled, "enough", ""};
    return {};
  });
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::cancelled);
  EXPECT_EQ(visits, 3);
}

TEST(FileJournal, CompressesLargeEntriesAndTakesThoseLargerThanASegment) {
  MemoryDisk disk;
  std::string const soft(3U << 20U, 'x');
  std::string hard(300'000, '\0');
  std::uint32_t state = 1;
  for (char& c : hard) c = static_cast<char>((state = state * 1664525U + 1013904223U) >> 24U);
  {
    auto life = open_life(small_options("log"), disk);
    std::uint64_t const before = disk.used();
    ASSERT_TRUE(life->append_and_wait(soft));
    EXPECT_LT(disk.used(), before + (1U << 20U));
    ASSERT_TRUE(life->append_and_wait(hard));
    ASSERT_TRUE(life->append_and_wait("small"));
  }
  auto life = open_life(small_options("log"), disk);
  ASSERT_FALSE(life->error) << life->error->message;
  ASSERT_EQ(life->found.size(), 3U);
  EXPECT_TRUE(life->found[0] == soft);
  EXPECT_TRUE(life->found[1] == hard);
  EXPECT_EQ(life->found[2], "small");
}

TEST(FileJournal, DropsWholeSegmentsBelowAnLsn) {
  MemoryDisk disk;
  Lsn kept{0};
  {
    auto life = open_life(small_options("log"), disk);
    for (std::uint64_t lsn = 1; lsn <= 100; ++lsn) {
      ASSERT_TRUE(life->append_and_wait(payload_of(lsn)));
    }
    auto const dropped = life->journal->drop_before(Lsn{60});
    ASSERT_TRUE(dropped.ok());
    kept = *dropped;
    EXPECT_GT(kept.value, 20U);
    EXPECT_LE(kept.value, 60U);
    EXPECT_EQ(read_all(*life->journal, kept).size(), 101 - kept.value);
    EXPECT_FALSE(disk.exists("log/" + segment_name(1)));
  }
  auto life = open_life(small_options("log"), disk);
  ASSERT_FALSE(life->error) << life->error->message;
  EXPECT_EQ(life->recovery.first, kept);
  EXPECT_EQ(life->recovery.last, Lsn{100});
  ASSERT_EQ(life->found.size(), 101 - kept.value);
  EXPECT_EQ(life->found.front(), payload_of(kept.value));
}

TEST(FileJournal, DeliversFromTheLsnThatIsAskedFor) {
  MemoryDisk disk;
  {
    auto life = open_life(small_options("log"), disk);
    fill(*life, 1, 50);
  }
  FileJournal journal(small_options("log"), disk);
  std::vector<Lsn> seen;
  auto const recovery = journal.recover(Lsn{41},
                                        [&](JournalEntry const& entry) -> Result<void> {
                                          seen.push_back(entry.lsn);
                                          return {};
                                        },
                                        {});
  ASSERT_TRUE(recovery.ok());
  EXPECT_EQ(recovery->entries, 10U);
  ASSERT_EQ(seen.size(), 10U);
  EXPECT_EQ(seen.front(), Lsn{41});
}

TEST(FileJournal, CommitsWhatWasQueuedMeanwhileTogether) {
  MemoryDisk disk;
  auto life = open_life(small_options("log"), disk);
  std::uint64_t const before = disk.writes();
  fill(*life, 1, 2000);
  EXPECT_LT(disk.writes() - before, 2000U);
}

TEST(FileJournal, BlocksAppendWhileTooMuchIsQueued) {
  MemoryDisk disk;
  auto options = small_options("log");
  options.max_queued_bytes = 1000;
  auto life = open_life(options, disk);
  fill(*life, 1, 3000);  // ends, hence it was let go on each time
  EXPECT_EQ(life->journal->durable(), Lsn{3000});
}

TEST(FileJournal, RefusesALogThatIsNotThere) {
  MemoryDisk disk;
  FileJournal journal(small_options("nowhere"), disk);
  auto const recovery =
      journal.recover(Lsn{0}, [](JournalEntry const&) -> Result<void> { return {}; }, {});
  ASSERT_FALSE(recovery.ok());
  EXPECT_EQ(recovery.error().code, ErrorCode::corrupt);
}

TEST(FileJournal, IsSummarizedBeforeItIsOpened) {
  MemoryDisk disk;
  { auto life = open_life(small_options("log"), disk); }
  auto const fresh = summarize_log("log", disk).value();
  EXPECT_EQ(fresh.last, Lsn{0});
  EXPECT_EQ(fresh.identity.size(), 32U);
  {
    auto life = open_life(small_options("log"), disk);
    for (std::uint64_t lsn = 1; lsn <= 50; ++lsn) life->append_and_wait(payload_of(lsn));
    life->journal->drop_before(Lsn{40}).value();
  }
  auto const grown = summarize_log("log", disk).value();
  EXPECT_EQ(grown.last, Lsn{50});
  EXPECT_EQ(grown.identity, fresh.identity);
}

TEST(FileJournal, IsShownFrameByFrame) {
  MemoryDisk disk;
  auto options = small_options("log");
  options.clock = [] { return Time{1'000'000}; };
  {
    auto life = open_life(options, disk);
    ASSERT_TRUE(life->append_and_wait("one"));
    ASSERT_TRUE(life->append_and_wait("two"));
  }
  auto const text = dump_log("log", disk);
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(*text,
            "0000000001.journal @4096  frame 1  opened  no entries  0 bytes  epoch 1  durable to 0"
            "  1970-01-01T00:00:01Z\n"
            "0000000001.journal @8192  frame 2  entries  LSN 1  7 bytes  epoch 1  durable to 0"
            "  1970-01-01T00:00:01Z\n"
            "0000000001.journal @12288  frame 3  sealed  no entries  0 bytes  epoch 1  durable to 1"
            "  1970-01-01T00:00:01Z\n"
            "0000000002.journal @4096  frame 4  entries  LSN 2  7 bytes  epoch 1  durable to 1"
            "  1970-01-01T00:00:01Z\n"
            "0000000002.journal @8192  frame 5  closed  no entries  0 bytes  epoch 1  durable to 2"
            "  1970-01-01T00:00:01Z\n"
            "ends after LSN 2, closed in order\n");
}

}  // namespace
}  // namespace skald::runtime::test
