// What is PostgreSQL's own: transactions that failed, waiting for another connection, broken
// connections.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <stdexcept>
#include <thread>

#include "saga/participant/postgres/postgres.hpp"
#include "saga/participant/postgres/postgres_barrier.hpp"
#include "tests/participant/temporary_postgres.hpp"

namespace skald::participant {
namespace {

using testing::HasSubstr;

Result<Reply> nothing(PostgresTx&) {
  return Reply{};
}

class PostgresTest : public testing::Test {
 protected:
  PostgresBarrier open() { return PostgresBarrier::open(server_.conninfo()).value(); }

  test::TemporaryPostgres server_;
  PostgresBarrier barrier_ = open();
};

TEST_F(PostgresTest, ValuesGoThereAndComeBack) {
  auto* const connection = open_postgres(server_.conninfo()).value();
  auto const row = [&](std::string const& text, std::vector<Json> const& values) {
    return to_text(postgres_sql(connection, text, values).value().rows.front());
  };
  EXPECT_EQ(row("select $1::int, $2::text, $3::bool, $4::float8, $5::jsonb, $6::text",
                {42, "o'clock", true, 0.1, Json::object({{"a", Json::array({1})}}), Json()}),
            R"([42,"o'clock",true,0.1,{"a":[1]},null])");
  EXPECT_EQ(row("select 12345678901234567890::numeric, 'NaN'::float8", {}),
            R"([12345678901234567890,"NaN"])");
  EXPECT_EQ(postgres_sql(connection, "selekt").error().code, ErrorCode::invalid_argument);
  close_postgres(connection);
}

TEST_F(PostgresTest, AWorkThatGoesOnAfterAFailedStatementCommitsNothing) {
  auto const careless = [](PostgresTx& tx) -> Result<Reply> {
    static_cast<void>(tx.sql("select 1 / 0"));
    return Reply{201, ""};
  };
  auto const outcome = barrier_.action({"A1", ""}, careless);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(barrier_.action({"A1", ""}, nothing)->verdict, Verdict::worked);
}

// The one connection of the pool comes back, and holds no locks.
TEST_F(PostgresTest, AnExceptionInATransactionTakesEverythingBack) {
  auto barrier = PostgresBarrier::open(server_.conninfo(), 1).value();
  auto const create = [](PostgresTx& tx) -> Result<void> {
    SKALD_TRY(tx.sql("create table half (id int primary key)"));
    throw std::runtime_error("oops");
  };
  auto const thrown = barrier.transaction(create);
  ASSERT_FALSE(thrown.ok());
  EXPECT_EQ(thrown.error().message, "the work threw: oops");
  EXPECT_EQ(barrier.action({"A1", ""}, nothing)->verdict, Verdict::worked);
  auto const look = [](PostgresTx& tx) { return tx.sql("select * from half"); };
  EXPECT_FALSE(barrier.transaction(look).ok());
}

TEST_F(PostgresTest, AConstraintCanBeARefusal) {
  auto const create = [](PostgresTx& tx) {
    return tx.sql("create table seats (id int primary key)");
  };
  ASSERT_TRUE(barrier_.transaction(create).ok());
  auto const take = [](PostgresTx& tx) -> Result<Reply> {
    auto const taken = tx.sql("insert into seats values (1)");
    if (!taken.ok() && taken.error().code == ErrorCode::conflict) return Reply{409, "taken"};
    return Reply{201, ""};
  };
  EXPECT_EQ(barrier_.action({"A1", ""}, take)->reply.status, 201);
  EXPECT_EQ(barrier_.action({"A2", ""}, take)->verdict, Verdict::refused);
  EXPECT_EQ(barrier_.action({"A2", ""}, nothing)->reply.body, "taken");
  EXPECT_EQ(barrier_.undo({"U2", "A2"}, nothing)->verdict, Verdict::empty_undo);
}

TEST_F(PostgresTest, ACommitInsideTheWorkIsNoticed) {
  auto const commit = [](PostgresTx& tx) -> Result<Reply> {
    SKALD_TRY(tx.sql("commit"));
    return Reply{};
  };
  auto const outcome = barrier_.action({"A1", ""}, commit);
  ASSERT_FALSE(outcome.ok());
}

// The second call waits in the server until the first one has committed, and gets its reply.
TEST_F(PostgresTest, ADuplicateWaitsForTheFirstAndGetsItsReply) {
  auto other = open();
  std::promise<void> working;
  std::promise<void> go_on;
  std::thread first([&] {
    auto const outcome = barrier_.action({"A1", ""}, [&](PostgresTx&) -> Result<Reply> {
      working.set_value();
      go_on.get_future().wait();
      return Reply{201, "first"};
    });
    EXPECT_EQ(outcome->verdict, Verdict::worked);
  });
  working.get_future().wait();
  auto second = std::async(std::launch::async, [&] { return other.action({"A1", ""}, nothing); });
  // Once the server says that one waits for the other, the first may go on.
  auto* const watcher = open_postgres(server_.conninfo()).value();
  auto const waits = [&] {
    return !postgres_sql(watcher, "select 1 from pg_stat_activity where wait_event_type = 'Lock'")
                .value()
                .rows.empty();
  };
  while (!waits()) std::this_thread::yield();
  go_on.set_value();
  first.join();
  auto const outcome = second.get().value();
  EXPECT_EQ(outcome.verdict, Verdict::duplicate);
  EXPECT_EQ(outcome.reply.body, "first");
  close_postgres(watcher);
}

TEST_F(PostgresTest, AConnectionThatBrokeIsOpenedAgain) {
  ASSERT_EQ(barrier_.action({"A1", ""}, nothing)->verdict, Verdict::worked);
  auto* const other = open_postgres(server_.conninfo()).value();
  auto const killed =
      postgres_sql(other,
                   "select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity"
                   " where backend_type = 'client backend' and pid <> pg_backend_pid()");
  ASSERT_TRUE(killed.ok()) << killed.error().message;
  EXPECT_EQ(barrier_.action({"A1", ""}, nothing)->verdict, Verdict::duplicate);
  close_postgres(other);
}

TEST_F(PostgresTest, ForgetsOnlyWhatIsOld) {
  ASSERT_TRUE(barrier_.action({"A1", ""}, nothing).ok());
  EXPECT_EQ(barrier_.forget_older_than(Duration::from_seconds(60)).value(), 0);
  EXPECT_EQ(barrier_.forget_older_than(Duration::from_seconds(-60)).value(), 1);
  EXPECT_EQ(barrier_.action({"A1", ""}, nothing)->verdict, Verdict::worked);
}

TEST(Postgres, AServerThatIsNotThereIsUnavailable) {
  auto const barrier = PostgresBarrier::open("host=/nowhere dbname=none");
  ASSERT_FALSE(barrier.ok());
  EXPECT_EQ(barrier.error().code, ErrorCode::unavailable);
  EXPECT_THAT(barrier.error().hint, HasSubstr("check that the server runs"));
}

}  // namespace
}  // namespace skald::participant
