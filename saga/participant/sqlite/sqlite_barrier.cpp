#include "saga/participant/sqlite/sqlite_barrier.hpp"

#include <mutex>
#include <utility>

#include <sqlite3.h>

#include "saga/participant/sqlite/sqlite.hpp"

namespace skald::participant {
namespace {

constexpr char const* kSchema =
    "create table if not exists skald_barrier ("
    " key text primary key not null,"    // of the action or the undo
    " undoes text not null default '',"  // an undo: the key of its action
    " state text not null,"              // running, done, refused, blocked, empty
    " status integer not null default 0,"
    " body text not null default '',"
    " at integer not null default (unixepoch())) without rowid";
constexpr char const* kIndex =
    "create index if not exists skald_barrier_undoes on skald_barrier (undoes)"
    " where undoes <> ''";

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(sqlite3* db) : db_(db) {}

  // immediate: the write lock is taken now, so two calls with one key can not both see "absent".
  Result<void> begin() override { return run("begin immediate"); }
  Result<void> commit() override {
    if (sqlite3_get_autocommit(db_) != 0) {
      return Error{ErrorCode::failed_precondition, "the work ended the barrier's transaction",
                   "leave commit and rollback to the barrier"};
    }
    return run("commit");
  }
  void rollback() noexcept override {
    if (sqlite3_get_autocommit(db_) == 0) {
      sqlite3_exec(db_, "rollback", nullptr, nullptr, nullptr);
    }
  }
  Result<void> mark() override { return run("savepoint skald_work"); }
  Result<void> back_to_mark() override { return run("rollback to skald_work"); }

  Result<bool> insert(Row const& row) override {
    SKALD_TRY(
        run("insert into skald_barrier (key, undoes, state, status, body) values (?, ?, ?, ?, ?)"
            " on conflict (key) do nothing",
            {row.key, row.undoes, to_string(row.state), row.reply.status, row.reply.body}));
    return changed_rows(db_) == 1;
  }
  Result<void> update(Row const& row) override {
    return run("update skald_barrier set state = ?, status = ?, body = ? where key = ?",
               {to_string(row.state), row.reply.status, row.reply.body, row.key});
  }
  Result<std::optional<Row>> find(std::string const& key) override {
    Result<std::vector<Json>> const rows =
        sql(db_, "select undoes, state, status, body from skald_barrier where key = ?", {key});
    if (!rows.ok()) return rows.error();
    if (rows->empty()) return std::optional<Row>();
    Json const& row = rows->front();
    return std::optional<Row>(
        Row{key,
            std::string(row[0].as_string()),
            row_state(row[1].as_string()),
            {static_cast<int>(row[2].as_number()), std::string(row[3].as_string())}});
  }
  Result<bool> has_undo(std::string const& action) override {
    Result<std::vector<Json>> const rows =
        sql(db_, "select 1 from skald_barrier where undoes = ? limit 1", {action});
    if (!rows.ok()) return rows.error();
    return !rows->empty();
  }

 private:
  Result<void> run(std::string_view text, std::vector<Json> const& values = {}) {
    Result<std::vector<Json>> rows = sql(db_, text, values);
    if (!rows.ok()) return std::move(rows).error();
    return {};
  }

  sqlite3* db_;
};

}  // namespace

Result<void> SqliteTx::sql(std::string_view text, std::vector<Json> const& values) {
  Result<std::vector<Json>> rows = query(text, values);
  if (!rows.ok()) return std::move(rows).error();
  return {};
}

Result<std::vector<Json>> SqliteTx::query(std::string_view text, std::vector<Json> const& values) {
  return participant::sql(db_, text, values);
}

class SqliteBarrier::Impl {
 public:
  Impl(sqlite3* db, bool owned) : db_(db), owned_(owned), store_(db) {}
  Impl(Impl const&) = delete;
  Impl& operator=(Impl const&) = delete;
  ~Impl() {
    if (owned_) close_database(db_);
  }

  using Run = Result<Outcome> (*)(Store&, Keys const&, participant::Work const&);

  Result<Outcome> call(Run run, Keys const& keys, SqliteBarrier::Work const& work) {
    std::scoped_lock const turn(mutex_);
    SqliteTx tx(db_);
    return run(store_, keys, [&] { return work(tx); });
  }

  Result<void> transaction(std::function<Result<void>(SqliteTx&)> const& work) {
    std::scoped_lock const turn(mutex_);
    SqliteTx tx(db_);
    return run_plain(store_, [&] { return work(tx); });
  }

 private:
  std::mutex mutex_;
  sqlite3* db_;
  bool owned_;
  SqliteStore store_;
};

SqliteBarrier::SqliteBarrier(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SqliteBarrier::SqliteBarrier(SqliteBarrier&&) noexcept = default;
SqliteBarrier& SqliteBarrier::operator=(SqliteBarrier&&) noexcept = default;
SqliteBarrier::~SqliteBarrier() = default;

Result<SqliteBarrier> SqliteBarrier::make(sqlite3* db, bool owned) {
  SqliteBarrier barrier(std::make_unique<Impl>(db, owned));
  auto const create = [](SqliteTx& tx) -> Result<void> {
    SKALD_TRY(tx.sql(kSchema));
    return tx.sql(kIndex);
  };
  SKALD_TRY(barrier.transaction(create));
  return barrier;
}

Result<SqliteBarrier> SqliteBarrier::open(std::string const& path) {
  Result<sqlite3*> db = open_database(path);
  if (!db.ok()) return std::move(db).error();
  return make(*db, true);
}

Result<SqliteBarrier> SqliteBarrier::on(sqlite3* db) {
  return make(db, false);
}

Result<Outcome> SqliteBarrier::action(Keys const& keys, Work const& work) {
  return impl_->call(run_action, keys, work);
}

Result<Outcome> SqliteBarrier::undo(Keys const& keys, Work const& work) {
  return impl_->call(run_undo, keys, work);
}

Result<void> SqliteBarrier::transaction(std::function<Result<void>(SqliteTx&)> const& work) {
  return impl_->transaction(work);
}

Result<int> SqliteBarrier::forget_older_than(Duration age) {
  int forgotten = 0;
  auto const forget = [&](SqliteTx& tx) -> Result<void> {
    SKALD_TRY(tx.sql("delete from skald_barrier where at < unixepoch() - ?", {age.us / 1'000'000}));
    forgotten = changed_rows(tx.db());
    return {};
  };
  SKALD_TRY(transaction(forget));
  return forgotten;
}

}  // namespace skald::participant
