#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "saga/participant/sqlite/sqlite.hpp"
#include "saga/participant/sqlite/sqlite_barrier.hpp"

namespace skald::participant {
namespace {

// A database file of the test's own, with a table of bookings and a count of what the works did.
class Barrier : public testing::Test {
 protected:
  Barrier() {
    auto const* info = testing::UnitTest::GetInstance()->current_test_info();
    path_ = std::filesystem::path(testing::TempDir()) /
            (std::string("barrier-") + info->name() + "-" + std::to_string(getpid()) + ".db");
    remove_files();
    barrier_ = open();
    EXPECT_TRUE(barrier_
                    .transaction([](SqliteTx& tx) -> Result<void> {
                      SKALD_TRY(tx.sql("create table bookings (id text primary key)"));
                      return tx.sql("create table works (id text, what text)");
                    })
                    .ok());
  }
  ~Barrier() override { remove_files(); }

  SqliteBarrier open() { return SqliteBarrier::open(path_.string()).value(); }

  static Result<Outcome> act(SqliteBarrier& barrier, std::string const& id) {
    return barrier.action({"A" + id, ""}, [&](SqliteTx& tx) -> Result<Reply> {
      SKALD_TRY(tx.sql("insert into bookings values (?)", {id}));
      SKALD_TRY(tx.sql("insert into works values (?, 'action')", {id}));
      return Reply{201, R"({"id":")" + id + "\"}"};
    });
  }
  static Result<Outcome> undo(SqliteBarrier& barrier, std::string const& id) {
    return barrier.undo({"U" + id, "A" + id}, [&](SqliteTx& tx) -> Result<Reply> {
      SKALD_TRY(tx.sql("delete from bookings where id = ?", {id}));
      SKALD_TRY(tx.sql("insert into works values (?, 'undo')", {id}));
      return Reply{200, R"({"cancelled":")" + id + "\"}"};
    });
  }
  int count(std::string const& what, std::string const& id) {
    int rows = 0;
    EXPECT_TRUE(barrier_
                    .transaction([&](SqliteTx& tx) -> Result<void> {
                      auto found = tx.query("select count(*) from " + what, {});
                      if (what == "works") {
                        found = tx.query("select count(*) from works where id = ?", {id});
                      }
                      if (!found.ok()) return found.error();
                      rows = static_cast<int>(found->front()[0].as_number());
                      return {};
                    })
                    .ok());
    return rows;
  }
  int bookings() { return count("bookings", ""); }
  int works(std::string const& id) { return count("works", id); }

  std::filesystem::path path_;
  SqliteBarrier barrier_ = SqliteBarrier::open(":memory:").value();

 private:
  void remove_files() {
    for (char const* suffix : {"", "-wal", "-shm"}) {
      std::filesystem::remove(path_.string() + suffix);
    }
  }
};

TEST_F(Barrier, AnExceptionInATransactionTakesEverythingBack) {
  auto const half = [](SqliteTx& tx) -> Result<void> {
    SKALD_TRY(tx.sql("insert into bookings values ('half')"));
    throw std::runtime_error("oops");
  };
  auto const thrown = barrier_.transaction(half);
  ASSERT_FALSE(thrown.ok());
  EXPECT_EQ(thrown.error().message, "the work threw: oops");
  EXPECT_EQ(bookings(), 0);
  EXPECT_EQ(act(barrier_, "1")->verdict, Verdict::worked);
}

TEST_F(Barrier, RunsAnActionOnceAndRepeatsItsReply) {
  Outcome const first = act(barrier_, "1").value();
  EXPECT_EQ(first.verdict, Verdict::worked);
  EXPECT_EQ(first.reply, (Reply{201, R"({"id":"1"})"}));
  Outcome const second = act(barrier_, "1").value();
  EXPECT_EQ(second.verdict, Verdict::duplicate);
  EXPECT_EQ(second.reply, first.reply);
  EXPECT_EQ(works("1"), 1);
}

TEST_F(Barrier, RunsAnUndoOnceAndRepeatsItsReply) {
  ASSERT_TRUE(act(barrier_, "1").ok());
  Outcome const first = undo(barrier_, "1").value();
  EXPECT_EQ(first.verdict, Verdict::worked);
  Outcome const second = undo(barrier_, "1").value();
  EXPECT_EQ(second.verdict, Verdict::duplicate);
  EXPECT_EQ(second.reply, first.reply);
  EXPECT_EQ(bookings(), 0);
  EXPECT_EQ(works("1"), 2);
}

TEST_F(Barrier, AnUndoBeforeItsActionDoesNothingAndBlocksTheAction) {
  EXPECT_EQ(undo(barrier_, "1")->verdict, Verdict::empty_undo);
  Outcome const late = act(barrier_, "1").value();
  EXPECT_EQ(late.verdict, Verdict::late_action);
  EXPECT_EQ(late.reply.status, 409);
  EXPECT_EQ(works("1"), 0);
}

TEST_F(Barrier, AnActionRepeatedAfterItsUndoIsNoSuccess) {
  ASSERT_TRUE(act(barrier_, "1").ok());
  ASSERT_TRUE(undo(barrier_, "1").ok());
  EXPECT_EQ(act(barrier_, "1")->verdict, Verdict::late_action);
  EXPECT_EQ(bookings(), 0);
}

// Every order in which two attempts of the action and two of the undo can arrive.
TEST_F(Barrier, EveryOrderEndsWithNothingBookedAndEachWorkDoneAtMostOnce) {
  std::string order = "aauu";
  int number = 0;
  do {
    std::string const id = std::to_string(++number);
    bool undone = false;
    bool acted = false;
    for (char const call : order) {
      Outcome const outcome = call == 'a' ? act(barrier_, id).value() : undo(barrier_, id).value();
      if (call == 'u') {
        EXPECT_EQ(outcome.reply.status, 200) << order;
      } else if (undone) {
        EXPECT_EQ(outcome.verdict, Verdict::late_action) << order;
      } else {
        EXPECT_EQ(outcome.verdict, acted ? Verdict::duplicate : Verdict::worked) << order;
      }
      (call == 'u' ? undone : acted) = true;
    }
    EXPECT_EQ(works(id), order.front() == 'u' ? 0 : 2) << order;
    EXPECT_EQ(bookings(), 0) << order;
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_EQ(number, 6);
}

TEST_F(Barrier, ARefusalTakesTheWorkBackAndIsRemembered) {
  auto const refuse = [&](SqliteTx& tx) -> Result<Reply> {
    SKALD_TRY(tx.sql("insert into bookings values ('1')"));
    return Reply{409, R"({"error":"sold out"})"};
  };
  Outcome const refused = barrier_.action({"A1", ""}, refuse).value();
  EXPECT_EQ(refused.verdict, Verdict::refused);
  EXPECT_EQ(refused.reply.status, 409);
  EXPECT_EQ(bookings(), 0);
  Outcome const again = act(barrier_, "1").value();
  EXPECT_EQ(again.verdict, Verdict::duplicate);
  EXPECT_EQ(again.reply.body, R"({"error":"sold out"})");
  EXPECT_EQ(undo(barrier_, "1")->verdict, Verdict::empty_undo);
}

TEST_F(Barrier, AFailedWorkLeavesNoTraceSoThatTheNextAttemptRunsIt) {
  auto const fail = [&](SqliteTx& tx) -> Result<Reply> {
    SKALD_TRY(tx.sql("insert into bookings values ('1')"));
    return Reply{500, ""};
  };
  EXPECT_FALSE(barrier_.action({"A1", ""}, fail).ok());
  auto const raise = [](SqliteTx&) -> Result<Reply> { throw std::runtime_error("out of cheese"); };
  Result<Outcome> const thrown = barrier_.action({"A1", ""}, raise);
  ASSERT_FALSE(thrown.ok());
  EXPECT_THAT(thrown.error().message, testing::HasSubstr("out of cheese"));
  EXPECT_EQ(bookings(), 0);
  EXPECT_EQ(act(barrier_, "1")->verdict, Verdict::worked);
}

TEST_F(Barrier, AnUndoThatRefusesIsRepeated) {
  ASSERT_TRUE(act(barrier_, "1").ok());
  auto const refuse = [](SqliteTx&) -> Result<Reply> { return Reply{422, ""}; };
  EXPECT_FALSE(barrier_.undo({"U1", "A1"}, refuse).ok());
  EXPECT_EQ(undo(barrier_, "1")->verdict, Verdict::worked);
}

TEST_F(Barrier, AnUndoThatFindsNothingToDeleteIsDone) {
  ASSERT_TRUE(act(barrier_, "1").ok());
  auto const gone = [](SqliteTx&) -> Result<Reply> { return Reply{404, ""}; };
  EXPECT_EQ(barrier_.undo({"U1", "A1"}, gone)->reply.status, 404);
  EXPECT_EQ(undo(barrier_, "1")->verdict, Verdict::duplicate);
}

TEST_F(Barrier, ACommitInsideTheWorkIsNoticed) {
  auto const commit = [](SqliteTx& tx) -> Result<Reply> {
    SKALD_TRY(tx.sql("commit"));
    return Reply{};
  };
  Result<Outcome> const outcome = barrier_.action({"A1", ""}, commit);
  ASSERT_FALSE(outcome.ok());
  EXPECT_THAT(outcome.error().message, testing::HasSubstr("ended the barrier's transaction"));
}

TEST_F(Barrier, CallsWithoutTheirKeysAreRefused) {
  auto const work = [](SqliteTx&) -> Result<Reply> { return Reply{}; };
  EXPECT_EQ(barrier_.action({"", ""}, work).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(barrier_.undo({"U1", ""}, work).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(barrier_.undo({"U1", "U1"}, work).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(barrier_.action({std::string(2000, 'k'), ""}, work).error().code, ErrorCode::too_large);
}

TEST_F(Barrier, WorksOnTheServicesOwnConnection) {
  sqlite3* const db = open_database(path_.string()).value();
  {
    SqliteBarrier own = SqliteBarrier::on(db).value();
    EXPECT_EQ(act(own, "1")->verdict, Verdict::worked);
  }
  EXPECT_EQ(sql(db, "select id from bookings")->front()[0], Json("1"));
  close_database(db);
  EXPECT_EQ(act(barrier_, "1")->verdict, Verdict::duplicate);
}

TEST_F(Barrier, ForgetsOnlyWhatIsOld) {
  ASSERT_TRUE(act(barrier_, "1").ok());
  EXPECT_EQ(barrier_.forget_older_than(Duration::from_seconds(60)).value(), 0);
  EXPECT_EQ(barrier_.forget_older_than(Duration::from_seconds(-60)).value(), 1);
}

// Two connections, four threads: each thread sends both calls of every key, half of them the undo
// first. Whatever the order, a key ends undone and each work has run at most once.
TEST_F(Barrier, ConcurrentCallsFromTwoConnectionsDoEachWorkAtMostOnce) {
  constexpr int kKeys = 40;
  SqliteBarrier other = open();
  auto const client = [&](SqliteBarrier& barrier, bool undo_first) {
    for (int key = 0; key < kKeys; ++key) {
      std::string const id = std::to_string(key);
      Result<Outcome> const first = undo_first ? undo(barrier, id) : act(barrier, id);
      Result<Outcome> const second = undo_first ? act(barrier, id) : undo(barrier, id);
      EXPECT_TRUE(first.ok() && second.ok()) << id;
    }
  };
  std::vector<std::thread> threads;
  for (int index = 0; index < 4; ++index) {
    threads.emplace_back([&, index] { client(index % 2 == 0 ? barrier_ : other, index / 2 == 0); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(bookings(), 0);
  for (int key = 0; key < kKeys; ++key) {
    int const done = works(std::to_string(key));
    EXPECT_TRUE(done == 0 || done == 2) << key << ": " << done;
  }
}

// The same action from two connections at once: one works, the other gets the stored reply.
TEST_F(Barrier, ConcurrentDuplicatesGetTheSameReply) {
  SqliteBarrier other = open();
  for (int key = 0; key < 40; ++key) {
    std::string const id = std::to_string(key);
    Verdict verdicts[2] = {};
    Reply replies[2];
    auto const call = [&](SqliteBarrier& barrier, std::size_t index) {
      Outcome const outcome = act(barrier, id).value();
      verdicts[index] = outcome.verdict;
      replies[index] = outcome.reply;
    };
    std::thread thread([&] { call(other, 1); });
    call(barrier_, 0);
    thread.join();
    EXPECT_THAT(verdicts, testing::UnorderedElementsAre(Verdict::worked, Verdict::duplicate));
    EXPECT_EQ(replies[0], replies[1]);
  }
}

}  // namespace
}  // namespace skald::participant
