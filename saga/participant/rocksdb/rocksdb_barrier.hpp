#pragma once

// The barrier (barrier.hpp) of a service that keeps its data in RocksDB. The keys are noted beside
// the service's own, under the prefix "skald_barrier/", in the same transaction as its work:
//
//   auto barrier = RocksBarrier::open("flights").value();
//   barrier.action(keys, [&](RocksTx& tx) -> Result<Reply> {
//     SKALD_TRY(tx.put("ticket/" + id, customer));
//     return Reply{201, R"({"id":"F-1"})"};
//   });
//
// The database is a rocksdb::TransactionDB: its row locks take the place of a unique index. Every
// commit is synced.
//
// Thread-safety: all members; calls with different keys run at once.
// Lifetime: the barrier closes a database that it opened, not one it was given.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "saga/participant/barrier.hpp"

namespace rocksdb {
class Transaction;
class TransactionDB;
}  // namespace rocksdb

namespace skald::participant {

// The transaction in which the work runs. The work must not commit it or roll it back. What it
// reads is locked until the end, so that two works can not overwrite each other. Errors:
// overloaded (a lock was not free in time, a deadlock: try again), corrupt, no_space, io.
class RocksTx {
 public:
  explicit RocksTx(rocksdb::Transaction& transaction) : transaction_(transaction) {}

  // For what the three below do not offer.
  rocksdb::Transaction& transaction() const { return transaction_; }
  Result<std::optional<std::string>> get(std::string_view key);
  Result<void> put(std::string_view key, std::string_view value);
  Result<void> erase(std::string_view key);

 private:
  rocksdb::Transaction& transaction_;
};

class RocksBarrier {
 public:
  using Work = std::function<Result<Reply>(RocksTx&)>;

  // Opens (or creates) a database. It refuses one whose log was damaged, as RocksDB by itself
  // would go on without the acknowledged writes behind the damage. Errors: corrupt, io,
  // failed_precondition (another process has it open). A call waits at most `lock_wait` for another
  // one that holds what it needs, and is `overloaded` then.
  static Result<RocksBarrier> open(std::string const& path, Duration lock_wait = kLockWait);
  // Uses the service's own database, which must stay open longer than the barrier.
  static RocksBarrier on(rocksdb::TransactionDB& db, Duration lock_wait = kLockWait);

  static constexpr Duration kLockWait = Duration::from_seconds(5);

  RocksBarrier(RocksBarrier&&) noexcept;
  RocksBarrier& operator=(RocksBarrier&&) noexcept;
  ~RocksBarrier();

  Result<Outcome> action(Keys const& keys, Work const& work);
  Result<Outcome> undo(Keys const& keys, Work const& work);
  // Anything else, in a transaction without keys. An error or an exception takes everything
  // back, and is the error given.
  Result<void> transaction(std::function<Result<void>(RocksTx&)> const& work);

  // Forgets keys that are older than `age`. A key that comes again after that is new: keep them
  // longer than any run that calls this service may live. Gives the number of keys that went.
  Result<int> forget_older_than(Duration age);

 private:
  class Impl;
  explicit RocksBarrier(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace skald::participant
