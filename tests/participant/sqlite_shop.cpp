#include <filesystem>

#include <sqlite3.h>

#include "saga/participant/sqlite/sqlite.hpp"
#include "saga/participant/sqlite/sqlite_barrier.hpp"
#include "tests/participant/shop.hpp"
#include "tests/support/temporary_dir.hpp"

namespace skald::participant {
namespace {

class SqliteShop final : public Shop {
 public:
  explicit SqliteShop(std::string const& path)
      : db_(open_database(path, 0).value()), barrier_(SqliteBarrier::on(db_).value()) {}
  ~SqliteShop() override { close_database(db_); }

  Result<Outcome> book(std::string const& id, Hooks const& hooks) override {
    return barrier_.action({"A" + id, ""}, [&](SqliteTx& tx) -> Result<Reply> {
      hooks.begun();
      SKALD_TRY(tx.sql("insert into bookings values (?)", {id}));
      SKALD_TRY(tx.sql("insert into works values (?, 'book')", {id}));
      SKALD_TRY(hooks.written());
      return Reply{201, "{}"};
    });
  }
  Result<Outcome> cancel(std::string const& id, Hooks const& hooks) override {
    return barrier_.undo({"U" + id, "A" + id}, [&](SqliteTx& tx) -> Result<Reply> {
      hooks.begun();
      SKALD_TRY(tx.sql("delete from bookings where id = ?", {id}));
      SKALD_TRY(tx.sql("insert into works values (?, 'cancel')", {id}));
      SKALD_TRY(hooks.written());
      return Reply{200, "{}"};
    });
  }
  int booked(std::string const& id) override {
    return count("select count(*) from works where id = ? and what = 'book'", id);
  }
  int cancelled(std::string const& id) override {
    return count("select count(*) from works where id = ? and what = 'cancel'", id);
  }
  bool stands(std::string const& id) override {
    return count("select count(*) from bookings where id = ?", id) > 0;
  }

 private:
  int count(char const* query, std::string const& id) {
    return static_cast<int>(sql(db_, query, {id}).value().front()[0].as_number());
  }

  sqlite3* db_;
  SqliteBarrier barrier_;
};

class SqliteDatabase final : public ShopDatabase {
 public:
  SqliteDatabase() : path_(dir_.path() + "/shop.db") {
    auto const barrier = SqliteBarrier::open(path_);
    sqlite3* const db = open_database(path_).value();
    for (char const* text :
         {"create table bookings (id text)", "create table works (id text, what text)"}) {
      static_cast<void>(sql(db, text).value());
    }
    close_database(db);
  }
  std::unique_ptr<Shop> connect() override { return std::make_unique<SqliteShop>(path_); }

 private:
  test::TemporaryDir dir_;
  std::string path_;
};

}  // namespace

std::unique_ptr<ShopDatabase> sqlite_database() {
  return std::make_unique<SqliteDatabase>();
}

}  // namespace skald::participant
