#include <gtest/gtest.h>
#include <rocksdb/env.h>
#include <rocksdb/options.h>
#include <rocksdb/utilities/transaction_db.h>

#include "saga/participant/rocksdb/rocksdb_barrier.hpp"
#include "tests/participant/shop.hpp"

namespace skald::participant {
namespace {

class RocksShop final : public Shop {
 public:
  explicit RocksShop(rocksdb::TransactionDB& db) : barrier_(RocksBarrier::on(db, Duration{})) {}

  Result<Outcome> book(std::string const& id, Hooks const& hooks) override {
    return barrier_.action({"A" + id, ""}, [&](RocksTx& tx) -> Result<Reply> {
      hooks.begun();
      SKALD_TRY(tx.put("booking/" + id, "yes"));
      SKALD_TRY(count_up(tx, "book/" + id));
      SKALD_TRY(hooks.written());
      return Reply{201, "{}"};
    });
  }
  Result<Outcome> cancel(std::string const& id, Hooks const& hooks) override {
    return barrier_.undo({"U" + id, "A" + id}, [&](RocksTx& tx) -> Result<Reply> {
      hooks.begun();
      SKALD_TRY(tx.erase("booking/" + id));
      SKALD_TRY(count_up(tx, "cancel/" + id));
      SKALD_TRY(hooks.written());
      return Reply{200, "{}"};
    });
  }
  int booked(std::string const& id) override { return std::stoi(value("book/" + id, "0")); }
  int cancelled(std::string const& id) override { return std::stoi(value("cancel/" + id, "0")); }
  bool stands(std::string const& id) override { return value("booking/" + id, "") == "yes"; }

 private:
  static Result<void> count_up(RocksTx& tx, std::string const& key) {
    auto const before = tx.get(key);
    if (!before.ok()) return before.error();
    return tx.put(key, std::to_string(std::stoi(before->value_or("0")) + 1));
  }
  std::string value(std::string const& key, std::string const& absent) {
    std::string found;
    auto const read = [&](RocksTx& tx) -> Result<void> {
      auto const stored = tx.get(key);
      if (!stored.ok()) return stored.error();
      found = stored->value_or(absent);
      return {};
    };
    EXPECT_TRUE(barrier_.transaction(read).ok());
    return found;
  }

  RocksBarrier barrier_;
};

class RocksDatabase final : public ShopDatabase {
 public:
  RocksDatabase() {
    rocksdb::Options options;
    options.create_if_missing = true;
    options.env = env_.get();
    rocksdb::TransactionDB* db = nullptr;
    auto const status = rocksdb::TransactionDB::Open(options, {}, "/shop", &db);
    EXPECT_TRUE(status.ok()) << status.ToString();
    db_.reset(db);
  }
  std::unique_ptr<Shop> connect() override { return std::make_unique<RocksShop>(*db_); }

 private:
  // In memory: a crash of the machine is not what is tested here.
  std::unique_ptr<rocksdb::Env> env_{rocksdb::NewMemEnv(rocksdb::Env::Default())};
  std::unique_ptr<rocksdb::TransactionDB> db_;
};

}  // namespace

std::unique_ptr<ShopDatabase> rocksdb_database() {
  return std::make_unique<RocksDatabase>();
}

}  // namespace skald::participant
