#pragma once

// The barrier (barrier.hpp) of a service that keeps its data in SQLite. The keys are noted in the
// table skald_barrier of the same database file, in the same transaction as the service's work:
//
//   auto barrier = SqliteBarrier::open("flights.db").value();
//   barrier.action(keys, [&](SqliteTx& tx) -> Result<Reply> {
//     SKALD_TRY(tx.sql("insert into tickets (id, customer) values (?, ?)", {id, customer}));
//     return Reply{201, R"({"id":"F-1"})"};
//   });
//   barrier.undo(keys, [&](SqliteTx& tx) -> Result<Reply> { ... delete ... });
//
// Thread-safety: action and undo may be called from any thread; calls on one barrier take turns,
// and barriers of other processes on the same file wait for each other.
// Lifetime: the barrier closes a connection that it opened, not one it was given.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "saga/participant/barrier.hpp"

struct sqlite3;

namespace skald::participant {

// The transaction in which the work runs. The work must not commit it or roll it back.
class SqliteTx {
 public:
  explicit SqliteTx(sqlite3* db) : db_(db) {}

  // The connection, for the service's own database layer.
  sqlite3* db() const { return db_; }
  // One statement with bound values; its rows, each an array of columns (sqlite.hpp).
  Result<void> sql(std::string_view text, std::vector<Json> const& values = {});
  Result<std::vector<Json>> query(std::string_view text, std::vector<Json> const& values = {});

 private:
  sqlite3* db_;
};

class SqliteBarrier {
 public:
  using Work = std::function<Result<Reply>(SqliteTx&)>;

  // Opens (or creates) the file, in WAL mode and synced on every commit.
  static Result<SqliteBarrier> open(std::string const& path);
  // Uses the service's own connection, which must stay open longer than the barrier and must not
  // be in a transaction when action or undo is called.
  static Result<SqliteBarrier> on(sqlite3* db);

  SqliteBarrier(SqliteBarrier&&) noexcept;
  SqliteBarrier& operator=(SqliteBarrier&&) noexcept;
  ~SqliteBarrier();

  Result<Outcome> action(Keys const& keys, Work const& work);
  Result<Outcome> undo(Keys const& keys, Work const& work);
  // Anything else that needs the connection, in a transaction without keys; takes its turn. An
  // error or an exception takes everything back, and is the error given.
  Result<void> transaction(std::function<Result<void>(SqliteTx&)> const& work);

  // Forgets keys that are older than `age`. A key that comes again after that is new: keep them
  // longer than any run that calls this service may live. Gives the number of rows that went.
  Result<int> forget_older_than(Duration age);

 private:
  class Impl;
  explicit SqliteBarrier(std::unique_ptr<Impl> impl);
  static Result<SqliteBarrier> make(sqlite3* db, bool owned);
  std::unique_ptr<Impl> impl_;
};

}  // namespace skald::participant
