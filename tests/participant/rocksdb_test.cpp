// What is RocksDB's own: a database of the service, locks, what survives a restart.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include <rocksdb/utilities/transaction.h>
#include "saga/participant/rocksdb/rocksdb_barrier.hpp"

#include "tests/support/temporary_dir.hpp"

namespace skald::participant {
namespace {

class RocksTest : public testing::Test {
 protected:
  std::string path() const { return dir_.path() + "/service"; }

  static Result<Reply> book(RocksTx& tx) {
    SKALD_TRY(tx.put("booking/1", "yes"));
    return Reply{201, "booked"};
  }
  static Result<Reply> cancel(RocksTx& tx) {
    SKALD_TRY(tx.erase("booking/1"));
    return Reply{200, ""};
  }
  static bool stands(RocksBarrier& barrier) {
    bool found = false;
    auto const read = [&](RocksTx& tx) -> Result<void> {
      auto const value = tx.get("booking/1");
      if (!value.ok()) return value.error();
      found = value->has_value();
      return {};
    };
    EXPECT_TRUE(barrier.transaction(read).ok());
    return found;
  }

  test::TemporaryDir dir_;
};

TEST_F(RocksTest, WhatItKnowsSurvivesARestart) {
  {
    auto barrier = RocksBarrier::open(path()).value();
    EXPECT_EQ(barrier.action({"A1", ""}, book)->verdict, Verdict::worked);
  }
  auto barrier = RocksBarrier::open(path()).value();
  EXPECT_EQ(barrier.action({"A1", ""}, book)->verdict, Verdict::duplicate);
  EXPECT_EQ(barrier.action({"A1", ""}, book)->reply.body, "booked");
  EXPECT_EQ(barrier.undo({"U1", "A1"}, cancel)->verdict, Verdict::worked);
  EXPECT_FALSE(stands(barrier));
  EXPECT_EQ(barrier.action({"A1", ""}, book)->verdict, Verdict::late_action);
}

TEST_F(RocksTest, ASecondProcessIsRefused) {
  auto const first = RocksBarrier::open(path()).value();
  auto const second = RocksBarrier::open(path());
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::failed_precondition);
}

TEST_F(RocksTest, ARefusalTakesTheWorkBackAndIsRemembered) {
  auto barrier = RocksBarrier::open(path()).value();
  auto const refuse = [](RocksTx& tx) -> Result<Reply> {
    SKALD_TRY(tx.put("booking/1", "yes"));
    return Reply{409, "sold out"};
  };
  EXPECT_EQ(barrier.action({"A1", ""}, refuse)->verdict, Verdict::refused);
  EXPECT_FALSE(stands(barrier));
  EXPECT_EQ(barrier.action({"A1", ""}, book)->reply.body, "sold out");
}

TEST_F(RocksTest, AnUndoBeforeItsActionBlocksTheAction) {
  auto barrier = RocksBarrier::open(path()).value();
  EXPECT_EQ(barrier.undo({"U1", "A1"}, cancel)->verdict, Verdict::empty_undo);
  EXPECT_EQ(barrier.action({"A1", ""}, book)->verdict, Verdict::late_action);
  EXPECT_FALSE(stands(barrier));
}

TEST_F(RocksTest, ACommitInsideTheWorkIsNoticed) {
  auto barrier = RocksBarrier::open(path()).value();
  auto const commit = [](RocksTx& tx) -> Result<Reply> {
    EXPECT_TRUE(tx.transaction().Commit().ok());
    return Reply{};
  };
  EXPECT_FALSE(barrier.action({"A1", ""}, commit).ok());
}

TEST_F(RocksTest, AnExceptionInATransactionTakesEverythingBack) {
  auto barrier = RocksBarrier::open(path()).value();
  auto const half = [](RocksTx& tx) -> Result<void> {
    SKALD_TRY(tx.put("half", "done"));
    throw std::runtime_error("oops");
  };
  auto const thrown = barrier.transaction(half);
  ASSERT_FALSE(thrown.ok());
  EXPECT_EQ(thrown.error().message, "the work threw: oops");
  auto const look = [](RocksTx& tx) -> Result<void> {
    EXPECT_FALSE(tx.get("half").value().has_value());
    return {};
  };
  EXPECT_TRUE(barrier.transaction(look).ok());
}

TEST_F(RocksTest, ForgetsOnlyWhatIsOld) {
  auto barrier = RocksBarrier::open(path()).value();
  ASSERT_TRUE(barrier.action({"A1", ""}, book).ok());
  ASSERT_TRUE(barrier.undo({"U1", "A1"}, cancel).ok());
  EXPECT_EQ(barrier.forget_older_than(Duration::from_seconds(60)).value(), 0);
  EXPECT_EQ(barrier.forget_older_than(Duration::from_seconds(-60)).value(), 2);
  EXPECT_EQ(barrier.action({"A1", ""}, book)->verdict, Verdict::worked);
}

}  // namespace
}  // namespace skald::participant
