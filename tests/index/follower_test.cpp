#include "runtime/index/follower.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "runtime/index/memory_index.hpp"

namespace skald::runtime::test {
namespace {

using Change = IndexChange;

constexpr Duration kLong = Duration::from_seconds(60);

// Holds apply() back until it is let go, and fails on demand.
class GatedIndex final : public Index {
 public:
  Result<void> apply(IndexBatch const& batch, Lsn applied) override {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    --waiting_;
    if (failure_) {
      Error const error = *failure_;
      if (failures_ > 0 && --failures_ == 0) failure_.reset();
      return error;
    }
    return inner_.apply(batch, applied);
  }
  Result<void> flush() override { return {}; }
  std::unique_ptr<IndexReader> snapshot() const override { return inner_.snapshot(); }
  Result<std::optional<std::string>> get(std::string_view key) const override {
    return inner_.get(key);
  }
  Result<std::size_t> scan(IndexRange const& range, IndexVisitor const& visit) const override {
    return inner_.scan(range, visit);
  }
  Lsn applied() const override { return inner_.applied(); }

  void set_open(bool open) {
    std::scoped_lock lock(mutex_);
    open_ = open;
    changed_.notify_all();
  }
  void wait_until_somebody_waits() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_ > 0; });
  }
  // `times` 0: always.
  void fail(ErrorCode code, int times) {
    std::scoped_lock lock(mutex_);
    failure_ = Error{code, "broken", ""};
    failures_ = times;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
  int waiting_ = 0;
  int failures_ = 0;
  std::optional<Error> failure_;
  MemoryIndex inner_;
};

// Writes only when asked, or when something is full.
FollowerOptions patient_options() {
  FollowerOptions options;
  options.window = kLong;
  options.retry = Duration::from_ms(1);
  return options;
}

TEST(Follower, BringsTheIndexUpToTheLog) {
  MemoryIndex index;
  Follower follower(index, {.window = Duration::from_ms(1)}, {});
  for (std::uint64_t lsn = 1; lsn <= 100; ++lsn) {
    follower.submit(Lsn{lsn}, {Change::put("key" + std::to_string(lsn % 10), std::to_string(lsn))});
  }
  ASSERT_TRUE(follower.wait_applied(Lsn{100}, kLong).ok());
  EXPECT_EQ(index.applied(), Lsn{100});
  EXPECT_EQ(index.get("key9").value(), "99");
  EXPECT_EQ(follower.stats().lag(), 0U);
}

TEST(Follower, WritesOnlyTheLastChangeOfEachKey) {
  MemoryIndex index;
  Follower follower(index, patient_options(), {});
  for (std::uint64_t lsn = 1; lsn <= 1000; ++lsn) {
    follower.submit(Lsn{lsn}, {Change::put("status", std::to_string(lsn))});
  }
  ASSERT_TRUE(follower.close().ok());
  EXPECT_EQ(index.get("status").value(), "1000");
  FollowerStats const stats = follower.stats();
  EXPECT_EQ(stats.changes, 1000U);
  EXPECT_EQ(stats.written, 1U);
  EXPECT_EQ(stats.batches, 1U);
}

TEST(Follower, WritesNothingForARunThatLivesAndEndsBetween) {
  MemoryIndex index;
  Follower follower(index, patient_options(), {});
  for (std::uint64_t run = 0; run < 100; ++run) {
    std::string const key = "timer/" + std::to_string(run);
    follower.submit(Lsn{3 * run + 1}, {Change::insert(key, "soon")});
    follower.submit(Lsn{3 * run + 2}, {Change::put(key, "later")});
    follower.submit(Lsn{3 * run + 3}, {Change::erase(key)});
  }
  ASSERT_TRUE(follower.close().ok());
  EXPECT_EQ(follower.stats().written, 0U);
  EXPECT_EQ(index.applied(), Lsn{300});
}

TEST(Follower, ErasesWhatAnEarlierWindowHasWritten) {
  MemoryIndex index;
  Follower follower(index, patient_options(), {});
  follower.submit(Lsn{1}, {Change::insert("a", "1"), Change::insert("b", "1")});
  ASSERT_TRUE(follower.wait_applied(Lsn{1}, kLong).ok());
  EXPECT_EQ(index.get("a").value(), "1");
  follower.submit(Lsn{2}, {Change::put("a", "2"), Change::erase("b")});
  follower.submit(Lsn{3}, {Change::erase("a"), Change::insert("b", "3")});
  follower.submit(Lsn{4}, {Change::erase("b")});
  ASSERT_TRUE(follower.close().ok());
  EXPECT_FALSE(index.get("a").value().has_value());
  EXPECT_FALSE(index.get("b").value().has_value());
}

TEST(Follower, IgnoresWhatTheIndexHasApplied) {
  MemoryIndex index;
  ASSERT_TRUE(index.apply({Change::put("a", "new")}, Lsn{10}).ok());
  Follower follower(index, patient_options(), {});
  for (std::uint64_t lsn = 1; lsn <= 11; ++lsn) {
    follower.submit(Lsn{lsn}, {Change::put(lsn == 11 ? "b" : "a", "old")});
  }
  ASSERT_TRUE(follower.close().ok());
  EXPECT_EQ(index.get("a").value(), "new");
  EXPECT_EQ(index.get("b").value(), "old");
  EXPECT_EQ(follower.stats().changes, 1U);
}

TEST(Follower, HoldsSubmitBackWhenTheIndexCannotKeepUp) {
  GatedIndex index;
  index.set_open(false);
  FollowerOptions options = patient_options();
  options.window_bytes = 1000;
  options.max_queued_bytes = 10'000;
  Follower follower(index, options, {});
  std::atomic<std::uint64_t> submitted = 0;
  std::thread engine([&] {
    for (std::uint64_t lsn = 1; lsn <= 1000; ++lsn) {
      follower.submit(Lsn{lsn}, {Change::put(std::to_string(lsn), std::string(100, 'v'))});
      submitted = lsn;
    }
  });
  index.wait_until_somebody_waits();
  while (follower.stats().blocked == 0) std::this_thread::yield();
  EXPECT_LT(submitted.load(), 200U);
  EXPECT_LE(follower.stats().queued_bytes, 11'000U);
  index.set_open(true);
  engine.join();
  ASSERT_TRUE(follower.close().ok());
  EXPECT_EQ(index.applied(), Lsn{1000});
}

TEST(Follower, SaysWhenItIsNotThereInTime) {
  GatedIndex index;
  index.set_open(false);
  Follower follower(index, patient_options(), {});
  follower.submit(Lsn{1}, {Change::put("a", "1")});
  auto const waited = follower.wait_applied(Lsn{1}, Duration::from_ms(1));
  ASSERT_FALSE(waited.ok());
  EXPECT_EQ(waited.error().code, ErrorCode::timed_out);
  EXPECT_EQ(follower.stats().lag(), 1U);
  index.set_open(true);
  EXPECT_TRUE(follower.wait_applied(Lsn{1}, kLong).ok());
}

TEST(Follower, TriesAgainWhenTheDiskWasFull) {
  GatedIndex index;
  index.fail(ErrorCode::no_space, 3);
  Follower follower(index, patient_options(), {});
  follower.submit(Lsn{1}, {Change::put("a", "1")});
  EXPECT_TRUE(follower.wait_applied(Lsn{1}, kLong).ok());
  EXPECT_EQ(index.get("a").value(), "1");
}

TEST(Follower, GivesUpRatherThanHoldTheEngineBackForAFullDisk) {
  GatedIndex index;
  index.fail(ErrorCode::no_space, 0);
  FollowerOptions options = patient_options();
  options.window_bytes = 1000;
  options.max_queued_bytes = 10'000;
  std::atomic<int> told = 0;
  Follower follower(index, options, [&](Error const&) { ++told; });
  for (std::uint64_t lsn = 1; lsn <= 1000; ++lsn) {
    follower.submit(Lsn{lsn}, {Change::put(std::to_string(lsn), std::string(100, 'v'))});
  }
  EXPECT_FALSE(follower.close().ok());
  EXPECT_EQ(told, 1);
  EXPECT_TRUE(follower.stats().failed);
}

TEST(Follower, SaysOnceThatTheIndexIsBroken) {
  GatedIndex index;
  index.fail(ErrorCode::corrupt, 0);
  std::atomic<int> told = 0;
  Follower follower(index, patient_options(), [&](Error const& error) {
    EXPECT_EQ(error.code, ErrorCode::corrupt);
    ++told;
  });
  follower.submit(Lsn{1}, {Change::put("a", "1")});
  EXPECT_FALSE(follower.wait_applied(Lsn{1}, kLong).ok());
  follower.submit(Lsn{2}, {Change::put("a", "2")});
  EXPECT_FALSE(follower.close().ok());
  EXPECT_EQ(told, 1);
}

}  // namespace
}  // namespace skald::runtime::test
