#include <gtest/gtest.h>

#include "saga/participant/postgres/postgres_barrier.hpp"
#include "tests/participant/shop.hpp"
#include "tests/participant/temporary_postgres.hpp"

namespace skald::participant {
namespace {

class PostgresShop final : public Shop {
 public:
  explicit PostgresShop(std::string const& conninfo)
      : barrier_(PostgresBarrier::open(conninfo, 1).value()) {}

  Result<Outcome> book(std::string const& id, Hooks const& hooks) override {
    return barrier_.action({"A" + id, ""}, [&](PostgresTx& tx) -> Result<Reply> {
      hooks.begun();
      SKALD_TRY(tx.sql("insert into bookings values ($1)", {id}));
      SKALD_TRY(tx.sql("insert into works values ($1, 'book')", {id}));
      SKALD_TRY(hooks.written());
      return Reply{201, "{}"};
    });
  }
  Result<Outcome> cancel(std::string const& id, Hooks const& hooks) override {
    return barrier_.undo({"U" + id, "A" + id}, [&](PostgresTx& tx) -> Result<Reply> {
      hooks.begun();
      SKALD_TRY(tx.sql("delete from bookings where id = $1", {id}));
      SKALD_TRY(tx.sql("insert into works values ($1, 'cancel')", {id}));
      SKALD_TRY(hooks.written());
      return Reply{200, "{}"};
    });
  }
  int booked(std::string const& id) override {
    return count("select count(*) from works where id = $1 and what = 'book'", id);
  }
  int cancelled(std::string const& id) override {
    return count("select count(*) from works where id = $1 and what = 'cancel'", id);
  }
  bool stands(std::string const& id) override {
    return count("select count(*) from bookings where id = $1", id) > 0;
  }

 private:
  int count(char const* query, std::string const& id) {
    int found = -1;
    auto const read = [&](PostgresTx& tx) -> Result<void> {
      auto const rows = tx.query(query, {id});
      if (!rows.ok()) return rows.error();
      found = static_cast<int>(rows->front()[0].as_number());
      return {};
    };
    EXPECT_TRUE(barrier_.transaction(read).ok());
    return found;
  }

  PostgresBarrier barrier_;
};

class PostgresDatabase final : public ShopDatabase {
 public:
  PostgresDatabase() {
    auto barrier = PostgresBarrier::open(server_.conninfo()).value();
    auto const create = [](PostgresTx& tx) -> Result<void> {
      SKALD_TRY(tx.sql("create table bookings (id text)"));
      return tx.sql("create table works (id text, what text)");
    };
    EXPECT_TRUE(barrier.transaction(create).ok());
  }
  std::unique_ptr<Shop> connect() override {
    return std::make_unique<PostgresShop>(server_.conninfo() + " options='-c lock_timeout=1ms'");
  }

 private:
  test::TemporaryPostgres server_;
};

}  // namespace

std::unique_ptr<ShopDatabase> postgres_database() {
  return std::make_unique<PostgresDatabase>();
}

}  // namespace skald::participant
