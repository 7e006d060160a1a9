// Lives that end with the loss of power at a random write, on a disk that forgets by chance. After
// each the log opens, and holds a prefix of what was appended with everything acknowledged in it.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "runtime/journal/inspect.hpp"
#include "tests/journal/journal_fixture.hpp"
#include "tests/journal/memory_disk.hpp"

namespace skald::runtime::test {
namespace {

struct Story {
  std::uint64_t torn = 0;
  std::uint64_t lost = 0;  // appended, not acknowledged, and gone
};

FileJournalOptions options_for(Durability mode, std::mt19937_64& chance) {
  auto options = small_options("log");
  options.durability = mode;
  options.sync_interval = Duration{static_cast<std::int64_t>(chance() % 500)};
  options.max_write_bytes = 2000;
  options.compress_from = chance() % 2 == 0 ? 500 : 0;
  options.ballast_bytes = chance() % 2 == 0 ? 16U << 10U : 0;
  return options;
}

// One life: appends until the power goes. Returns what was acknowledged.
Lsn live(Life& life, std::vector<std::string>& appended, std::mt19937_64& chance) {
  while (!life.listener.failure()) {
    std::uint64_t const burst = 1 + chance() % 8;
    for (std::uint64_t i = 0; i < burst; ++i) {
      std::string payload = payload_of(appended.size() + 1, 1 + chance() % 3000);
      appended.push_back(payload);
      life.journal->append(std::move(payload));
    }
    if (chance() % 2 == 0) life.listener.wait_durable(Lsn{appended.size()});
  }
  return life.listener.durable();
}

void expect_prefix(std::vector<std::string> const& found, std::vector<std::string> const& appended,
                   std::string const& what) {
  ASSERT_LE(found.size(), appended.size()) << what;
  for (std::size_t i = 0; i < found.size(); ++i) ASSERT_EQ(found[i], appended[i]) << what;
}

// Many lives of one log. In the mode fsync nothing acknowledged may be missing.
void tell(std::uint64_t seed, Durability mode, Story& story) {
  std::mt19937_64 chance(seed);
  MemoryDisk disk;
  std::vector<std::string> appended;
  Lsn acknowledged{0};
  for (int life_number = 0; life_number < 6; ++life_number) {
    std::string const what =
        "seed " + std::to_string(seed) + ", life " + std::to_string(life_number);
    auto const options = options_for(mode, chance);
    disk.lose_power_after(life_number == 0 ? 30 + chance() % 30 : chance() % 60, chance());
    auto const summary = life_number == 0 ? LogSummary{} : summarize_log("log", disk).value();
    auto life = open_life(options, disk);
    if (!life->error) {
      EXPECT_EQ(summary.last, life->recovery.last) << what;
      expect_prefix(life->found, appended, what);
      if (mode == Durability::fsync) {
        ASSERT_GE(life->found.size(), acknowledged.value) << what;
      }
      story.lost += appended.size() - life->found.size();
      story.torn += life->recovery.torn ? 1 : 0;
      appended = life->found;
      acknowledged = live(*life, appended, chance);
    } else {
      // The power went while it opened; rot would be a wrong verdict.
      ASSERT_NE(life->error->code, ErrorCode::corrupt) << what << ": " << life->error->message;
      ASSERT_TRUE(disk.powerless()) << what << ": " << life->error->message;
    }
    life.reset();
    disk.restore_power(chance());
  }
  auto life = open_life(small_options("log"), disk);
  ASSERT_FALSE(life->error) << "seed " << seed << ": " << life->error->message;
  expect_prefix(life->found, appended, "the end of seed " + std::to_string(seed));
  if (mode == Durability::fsync) {
    ASSERT_GE(life->found.size(), acknowledged.value) << "seed " << seed;
  }
}

TEST(PowerLoss, LosesNothingAcknowledgedInFsyncMode) {
  Story story;
  for (std::uint64_t seed = 1; seed <= 200 && !HasFatalFailure(); ++seed) {
    tell(seed, Durability::fsync, story);
  }
  // The faults were real.
  EXPECT_GT(story.torn, 30U);
  EXPECT_GT(story.lost, 30U);
}

TEST(PowerLoss, LeavesAPrefixInIntervalMode) {
  Story story;
  for (std::uint64_t seed = 1; seed <= 100 && !HasFatalFailure(); ++seed) {
    tell(seed, Durability::interval, story);
  }
  EXPECT_GT(story.torn, 15U);
}

TEST(PowerLoss, LeavesAPrefixInModeNone) {
  Story story;
  for (std::uint64_t seed = 1; seed <= 100 && !HasFatalFailure(); ++seed) {
    tell(seed, Durability::none, story);
  }
  EXPECT_GT(story.torn, 15U);
}

}  // namespace
}  // namespace skald::runtime::test
