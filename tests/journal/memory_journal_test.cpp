#include "runtime/journal/memory_journal.hpp"

#include <gtest/gtest.h>

#include "tests/journal/journal_fixture.hpp"

namespace skald::runtime::test {
namespace {

std::vector<std::string> open(MemoryJournal& journal, Listener& listener) {
  std::vector<std::string> found;
  auto const recovery = journal.recover(
      Lsn{0},
      [&](JournalEntry const& entry) -> Result<void> {
        found.emplace_back(entry.payload);
        return {};
      },
      listener.callbacks());
  EXPECT_TRUE(recovery.ok());
  EXPECT_EQ(recovery->entries, found.size());
  return found;
}

TEST(MemoryJournal, IsDurableAtOnceInAutomaticMode) {
  MemoryJournal journal;
  Listener listener;
  EXPECT_TRUE(open(journal, listener).empty());
  EXPECT_EQ(journal.append("one"), Lsn{1});
  EXPECT_EQ(journal.durable(), Lsn{1});
  EXPECT_EQ(listener.durable(), Lsn{1});
}

TEST(MemoryJournal, ForgetsWhatWasNotDurableInACrash) {
  MemoryJournal journal(MemoryJournal::Commit::manual);
  Listener first;
  open(journal, first);
  for (auto const* text : {"one", "two", "three", "four"}) journal.append(text);
  EXPECT_EQ(journal.durable(), Lsn{0});
  journal.commit(Lsn{2});
  EXPECT_EQ(first.durable(), Lsn{2});
  journal.crash();
  Listener second;
  EXPECT_EQ(open(journal, second), (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(journal.epoch(), 2U);
  EXPECT_EQ(journal.append("again"), Lsn{3});
  EXPECT_EQ(first.durable(), Lsn{2});
}

TEST(MemoryJournal, KeepsUnacknowledgedEntriesThatHadBeenWritten) {
  MemoryJournal journal(MemoryJournal::Commit::manual);
  Listener listener;
  open(journal, listener);
  for (auto const* text : {"one", "two", "three"}) journal.append(text);
  journal.commit(Lsn{1});
  journal.crash(Lsn{2});
  Listener next;
  EXPECT_EQ(open(journal, next), (std::vector<std::string>{"one", "two"}));
}

TEST(MemoryJournal, FailsACommitOnDemandAndAllThatFollow) {
  MemoryJournal journal(MemoryJournal::Commit::manual);
  Listener listener;
  open(journal, listener);
  journal.append("one");
  journal.fail_next_commit({ErrorCode::io, "broken", ""});
  journal.commit_all();
  EXPECT_EQ(listener.wait_failure().message, "broken");
  journal.commit_all();
  EXPECT_EQ(journal.durable(), Lsn{0});
  EXPECT_FALSE(journal.close().ok());
}

TEST(MemoryJournal, DropsAndReads) {
  MemoryJournal journal;
  Listener listener;
  open(journal, listener);
  for (int i = 0; i < 10; ++i) journal.append("entry");
  auto const kept = journal.drop_before(Lsn{4});
  ASSERT_TRUE(kept.ok());
  EXPECT_EQ(*kept, Lsn{4});
  std::uint64_t first = 0;
  ASSERT_TRUE(journal
                  .read(Lsn{1},
                        [&](JournalEntry const& entry) -> Result<void> {
                          if (first == 0) first = entry.lsn.value;
                          return {};
                        })
                  .ok());
  EXPECT_EQ(first, 4U);
}

TEST(MemoryJournal, HasEqualDigestsForEqualContents) {
  auto const digest_of = [](char const* last) {
    MemoryJournal journal;
    Listener listener;
    open(journal, listener);
    journal.append("one");
    journal.append(last);
    return journal.digest();
  };
  EXPECT_EQ(digest_of("two"), digest_of("two"));
  EXPECT_NE(digest_of("two"), digest_of("three"));
}

}  // namespace
}  // namespace skald::runtime::test
