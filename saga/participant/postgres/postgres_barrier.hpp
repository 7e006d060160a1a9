#pragma once

// The barrier (barrier.hpp) of a service that keeps its data in PostgreSQL. The keys are noted in
// the table skald_barrier, in the same transaction as the service's work:
//
//   auto barrier = PostgresBarrier::open("dbname=flights").value();
//   barrier.action(keys, [&](PostgresTx& tx) -> Result<Reply> {
//     SKALD_TRY(tx.sql("insert into tickets (id, customer) values ($1, $2)", {id, customer}));
//     return Reply{201, R"({"id":"F-1"})"};
//   });
//
// Two calls with one key wait for each other in the server, wherever they come from: any number of
// processes may use one table. Needs PostgreSQL 9.5 or newer.
//
// Thread-safety: all members; as many calls run at once as there are connections, others wait.
// A connection that broke is opened again for the next call.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "saga/participant/barrier.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): libpq's own name
struct pg_conn;

namespace skald::participant {

// The transaction in which the work runs. The work must not commit it or roll it back.
class PostgresTx {
 public:
  explicit PostgresTx(pg_conn* connection) : connection_(connection) {}

  // The connection, for the service's own database layer.
  pg_conn* connection() const { return connection_; }
  // One statement with bound values ($1, ...); its rows, each an array of columns (postgres.hpp).
  Result<void> sql(std::string const& text, std::vector<Json> const& values = {});
  Result<std::vector<Json>> query(std::string const& text, std::vector<Json> const& values = {});

 private:
  pg_conn* connection_;
};

class PostgresBarrier {
 public:
  using Work = std::function<Result<Reply>(PostgresTx&)>;

  // `conninfo` as libpq takes it; `connections` (1 to 1,000) are opened when they are needed. Makes
  // the table when it is missing. Errors: unavailable, invalid_argument.
  static Result<PostgresBarrier> open(std::string conninfo, unsigned connections = 4);

  PostgresBarrier(PostgresBarrier&&) noexcept;
  PostgresBarrier& operator=(PostgresBarrier&&) noexcept;
  ~PostgresBarrier();

  Result<Outcome> action(Keys const& keys, Work const& work);
  Result<Outcome> undo(Keys const& keys, Work const& work);
  // Anything else that needs a connection, in a transaction without keys. An error or an exception
  // takes everything back, and is the error given.
  Result<void> transaction(std::function<Result<void>(PostgresTx&)> const& work);

  // Forgets keys that are older than `age`. A key that comes again after that is new: keep them
  // longer than any run that calls this service may live. Gives the number of rows that went.
  Result<int> forget_older_than(Duration age);

 private:
  class Pool;
  explicit PostgresBarrier(std::unique_ptr<Pool> pool);
  std::unique_ptr<Pool> pool_;
};

}  // namespace skald::participant
