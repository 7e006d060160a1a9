#include "saga/participant/postgres/postgres_barrier.hpp"

#include <condition_variable>
#include <mutex>
#include <utility>

#include <libpq-fe.h>

#include "saga/participant/postgres/postgres.hpp"

namespace skald::participant {
namespace {

constexpr char const* kTable =
    "create table if not exists skald_barrier ("
    " key varchar(1024) primary key,"             // of the action or the undo
    " undoes varchar(1024) not null default '',"  // an undo: the key of its action
    " state varchar(8) not null,"                 // running, done, refused, blocked, empty
    " status integer not null default 0,"         // the stored reply
    " body text not null default '',"
    " at timestamptz not null default now())";
constexpr char const* kIndex =
    "create index if not exists skald_barrier_undoes on skald_barrier (undoes) where undoes <> ''";

Result<void> run(pg_conn* connection, std::string const& text,
                 std::vector<Json> const& values = {}) {
  auto result = postgres_sql(connection, text, values);
  if (!result.ok()) return std::move(result).error();
  return {};
}

class PostgresStore final : public Store {
 public:
  explicit PostgresStore(pg_conn* connection) : connection_(connection) {}

  // Whatever the database's default is: at this level an insert of a key that another transaction
  // has inserted waits for its end, and sees what it left.
  Result<void> begin() override { return run(connection_, "begin isolation level read committed"); }
  Result<void> commit() override {
    if (PQtransactionStatus(connection_) == PQTRANS_IDLE) {
      return Error{ErrorCode::failed_precondition, "the work ended the barrier's transaction",
                   "leave commit and rollback to the barrier"};
    }
    auto const committed = postgres_sql(connection_, "commit");
    if (!committed.ok()) return committed.error();
    // A transaction in which a statement failed ends so, without an error.
    if (committed->tag == "COMMIT") return {};
    return Error{ErrorCode::failed_precondition,
                 "the work went on after a statement had failed: nothing was written",
                 "return the statement's error from the work"};
  }
  void rollback() noexcept override {
    if (PQtransactionStatus(connection_) != PQTRANS_IDLE) PQclear(PQexec(connection_, "rollback"));
  }
  Result<void> mark() override { return run(connection_, "savepoint skald_work"); }
  Result<void> back_to_mark() override {
    return run(connection_, "rollback to savepoint skald_work");
  }

  Result<bool> insert(Row const& row) override {
    auto const result = postgres_sql(
        connection_,
        "insert into skald_barrier (key, undoes, state, status, body) values ($1, $2, $3, $4, $5)"
        " on conflict (key) do nothing",
        {row.key, row.undoes, to_string(row.state), row.reply.status, row.reply.body});
    if (!result.ok()) return result.error();
    return result->changed == 1;
  }
  Result<void> update(Row const& row) override {
    return run(connection_,
               "update skald_barrier set state = $1, status = $2, body = $3 where key = $4",
               {to_string(row.state), row.reply.status, row.reply.body, row.key});
  }
  Result<std::optional<Row>> find(std::string const& key) override {
    auto const result = postgres_sql(
        connection_, "select undoes, state, status, body from skald_barrier where key = $1", {key});
    if (!result.ok()) return result.error();
    if (result->rows.empty()) return std::optional<Row>();
    auto const& row = result->rows.front();
    return std::optional<Row>(
        Row{key,
            std::string(row[0].as_string()),
            row_state(row[1].as_string()),
            {static_cast<int>(row[2].as_number()), std::string(row[3].as_string())}});
  }
  Result<bool> has_undo(std::string const& action) override {
    auto const result = postgres_sql(
        connection_, "select 1 from skald_barrier where undoes = $1 limit 1", {action});
    if (!result.ok()) return result.error();
    return !result->rows.empty();
  }

 private:
  pg_conn* connection_;
};

}  // namespace

Result<void> PostgresTx::sql(std::string const& text, std::vector<Json> const& values) {
  return run(connection_, text, values);
}

Result<std::vector<Json>> PostgresTx::query(std::string const& text,
                                            std::vector<Json> const& values) {
  auto result = postgres_sql(connection_, text, values);
  if (!result.ok()) return std::move(result).error();
  return std::move(result->rows);
}

// The connections: idle ones are lent, new ones opened up to the limit, broken ones dropped.
class PostgresBarrier::Pool {
 public:
  Pool(std::string conninfo, unsigned limit) : conninfo_(std::move(conninfo)), limit_(limit) {}
  Pool(Pool const&) = delete;
  Pool& operator=(Pool const&) = delete;
  ~Pool() {
    for (auto* connection : idle_) close_postgres(connection);
  }

  template <class T>
  Result<T> with(std::function<Result<T>(pg_conn*)> const& use) {
    auto connection = take();
    if (!connection.ok()) return std::move(connection).error();
    Loan const loan(*this, *connection);
    return use(*connection);
  }

 private:
  // A connection that is given back, however its use ends.
  class Loan {
   public:
    Loan(Pool& pool, pg_conn* connection) : pool_(pool), connection_(connection) {}
    Loan(Loan const&) = delete;
    Loan& operator=(Loan const&) = delete;
    ~Loan() { pool_.give_back(connection_); }

   private:
    Pool& pool_;
    pg_conn* connection_;
  };

  // False when the server has gone meanwhile: the first look may find its last words, the second
  // one then finds the end.
  static bool is_alive(pg_conn* connection) {
    bool const first = PQconsumeInput(connection) == 1;
    return first && PQconsumeInput(connection) == 1;
  }

  Result<pg_conn*> take() {
    {
      std::unique_lock lock(mutex_);
      free_.wait(lock, [this] { return !idle_.empty() || open_ < limit_; });
      while (!idle_.empty()) {
        auto* const connection = idle_.back();
        idle_.pop_back();
        if (is_alive(connection)) return connection;
        close_postgres(connection);
        --open_;
      }
      ++open_;
    }
    auto opened = open_postgres(conninfo_);
    if (!opened.ok()) forget_one();
    return opened;
  }

  void give_back(pg_conn* connection) {
    bool const good =
        PQstatus(connection) == CONNECTION_OK && PQtransactionStatus(connection) == PQTRANS_IDLE;
    if (!good) {
      close_postgres(connection);
      return forget_one();
    }
    std::scoped_lock const lock(mutex_);
    idle_.push_back(connection);
    free_.notify_one();
  }

  void forget_one() {
    std::scoped_lock const lock(mutex_);
    --open_;
    free_.notify_one();
  }

  std::string conninfo_;
  unsigned limit_;
  std::mutex mutex_;
  std::condition_variable free_;
  std::vector<pg_conn*> idle_;
  unsigned open_ = 0;
};

PostgresBarrier::PostgresBarrier(std::unique_ptr<Pool> pool) : pool_(std::move(pool)) {}
PostgresBarrier::PostgresBarrier(PostgresBarrier&&) noexcept = default;
PostgresBarrier& PostgresBarrier::operator=(PostgresBarrier&&) noexcept = default;
PostgresBarrier::~PostgresBarrier() = default;

Result<PostgresBarrier> PostgresBarrier::open(std::string conninfo, unsigned connections) {
  if (connections == 0 || connections > 1'000) {
    return Error{ErrorCode::invalid_argument, "a barrier has 1 to 1,000 connections", ""};
  }
  PostgresBarrier barrier(std::make_unique<Pool>(std::move(conninfo), connections));
  // Two processes that make the table at once would disturb each other.
  auto const create = [](PostgresTx& tx) -> Result<void> {
    SKALD_TRY(tx.sql("select pg_advisory_xact_lock(hashtext('skald_barrier'))"));
    SKALD_TRY(tx.sql(kTable));
    return tx.sql(kIndex);
  };
  SKALD_TRY(barrier.transaction(create));
  return barrier;
}

Result<Outcome> PostgresBarrier::action(Keys const& keys, Work const& work) {
  return pool_->with<Outcome>([&](pg_conn* connection) {
    PostgresStore store(connection);
    PostgresTx tx(connection);
    return run_action(store, keys, [&] { return work(tx); });
  });
}

Result<Outcome> PostgresBarrier::undo(Keys const& keys, Work const& work) {
  return pool_->with<Outcome>([&](pg_conn* connection) {
    PostgresStore store(connection);
    PostgresTx tx(connection);
    return run_undo(store, keys, [&] { return work(tx); });
  });
}

Result<void> PostgresBarrier::transaction(std::function<Result<void>(PostgresTx&)> const& work) {
  return pool_->with<void>([&](pg_conn* connection) {
    PostgresStore store(connection);
    PostgresTx tx(connection);
    return run_plain(store, [&] { return work(tx); });
  });
}

Result<int> PostgresBarrier::forget_older_than(Duration age) {
  return pool_->with<int>([&](pg_conn* connection) -> Result<int> {
    auto const gone = postgres_sql(
        connection, "delete from skald_barrier where at < now() - make_interval(secs => $1)",
        {static_cast<double>(age.us) / 1e6});
    if (!gone.ok()) return gone.error();
    return gone->changed;
  });
}

}  // namespace skald::participant
