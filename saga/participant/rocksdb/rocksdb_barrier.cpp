#include "saga/participant/rocksdb/rocksdb_barrier.hpp"

#include <chrono>
#include <utility>
#include <vector>

#include <rocksdb/options.h>
#include <rocksdb/utilities/transaction.h>
#include <rocksdb/utilities/transaction_db.h>

#include "base/json.hpp"

namespace skald::participant {
namespace {

constexpr std::string_view kRows = "skald_barrier/key/";
constexpr std::string_view kUndone = "skald_barrier/undone/";  // by the key of the action

Error error_of(rocksdb::Status const& status) {
  auto code = ErrorCode::io;
  if (status.IsTimedOut() || status.IsBusy() || status.IsTryAgain()) code = ErrorCode::overloaded;
  if (status.IsCorruption()) code = ErrorCode::corrupt;
  if (status.IsNoSpace()) code = ErrorCode::no_space;
  return {code, "RocksDB: " + status.ToString(), ""};
}

Result<void> checked(rocksdb::Status const& status) {
  if (status.ok()) return {};
  return error_of(status);
}

std::string joined(std::string_view prefix, std::string_view key) {
  return std::string(prefix).append(key);
}

std::int64_t now_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Row row_of(std::string key, Json const& json) {
  return {std::move(key),
          std::string(json["undoes"].as_string()),
          row_state(json["state"].as_string()),
          {static_cast<int>(json["status"].as_number()), std::string(json["body"].as_string())}};
}

std::string text_of(Row const& row) {
  return to_text(Json::object({{"undoes", row.undoes},
                               {"state", to_string(row.state)},
                               {"status", row.reply.status},
                               {"body", row.reply.body},
                               {"at", now_seconds()}}));
}

// One call's transaction. The lock on a row is taken when it is looked for, so the second of two
// calls with one key waits, and then sees what the first one left.
class RocksStore final : public Store {
 public:
  RocksStore(rocksdb::TransactionDB& db, Duration lock_wait) : db_(db), lock_wait_(lock_wait) {}

  rocksdb::Transaction& transaction() { return *transaction_; }

  Result<void> begin() override {
    rocksdb::WriteOptions write;
    write.sync = true;
    rocksdb::TransactionOptions options;
    options.deadlock_detect = true;
    options.lock_timeout = lock_wait_.us / 1'000;
    transaction_.reset(db_.BeginTransaction(write, options));
    return {};
  }
  Result<void> commit() override {
    if (transaction_->GetState() != rocksdb::Transaction::STARTED) {
      return Error{ErrorCode::failed_precondition, "the work ended the barrier's transaction",
                   "leave commit and rollback to the barrier"};
    }
    return checked(transaction_->Commit());
  }
  void rollback() noexcept override { transaction_->Rollback().PermitUncheckedError(); }
  Result<void> mark() override {
    transaction_->SetSavePoint();
    return {};
  }
  Result<void> back_to_mark() override { return checked(transaction_->RollbackToSavePoint()); }

  Result<bool> insert(Row const& row) override {
    auto known = RocksTx(*transaction_).get(joined(kRows, row.key));
    if (!known.ok()) return std::move(known).error();
    if (*known) return false;
    SKALD_TRY(update(row));
    if (!row.undoes.empty()) {
      SKALD_TRY(RocksTx(*transaction_).put(joined(kUndone, row.undoes), row.key));
    }
    return true;
  }
  Result<void> update(Row const& row) override {
    return RocksTx(*transaction_).put(joined(kRows, row.key), text_of(row));
  }
  Result<std::optional<Row>> find(std::string const& key) override {
    auto text = RocksTx(*transaction_).get(joined(kRows, key));
    if (!text.ok()) return std::move(text).error();
    if (!*text) return std::optional<Row>();
    auto json = parse_json(**text);
    if (!json.ok()) return Error{ErrorCode::corrupt, "the barrier's row of '" + key + "'", ""};
    return std::optional<Row>(row_of(key, *json));
  }
  // An undo holds the lock of its action's row, and so does who asks here.
  Result<bool> has_undo(std::string const& action) override {
    auto mark = RocksTx(*transaction_).get(joined(kUndone, action));
    if (!mark.ok()) return std::move(mark).error();
    return mark->has_value();
  }

 private:
  rocksdb::TransactionDB& db_;
  Duration lock_wait_;
  std::unique_ptr<rocksdb::Transaction> transaction_;
};

}  // namespace

Result<std::optional<std::string>> RocksTx::get(std::string_view key) {
  std::string value;
  auto const status = transaction_.GetForUpdate({}, rocksdb::Slice(key.data(), key.size()), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return error_of(status);
  return std::optional<std::string>(std::move(value));
}

Result<void> RocksTx::put(std::string_view key, std::string_view value) {
  return checked(transaction_.Put(rocksdb::Slice(key.data(), key.size()),
                                  rocksdb::Slice(value.data(), value.size())));
}

Result<void> RocksTx::erase(std::string_view key) {
  return checked(transaction_.Delete(rocksdb::Slice(key.data(), key.size())));
}

class RocksBarrier::Impl {
 public:
  Impl(rocksdb::TransactionDB* db, bool owned, Duration lock_wait)
      : db_(db), owned_(owned), lock_wait_(lock_wait) {}
  Impl(Impl const&) = delete;
  Impl& operator=(Impl const&) = delete;
  ~Impl() {
    if (owned_) delete db_;
  }

  using Run = Result<Outcome> (*)(Store&, Keys const&, participant::Work const&);

  Result<Outcome> call(Run run, Keys const& keys, RocksBarrier::Work const& work) {
    RocksStore store(*db_, lock_wait_);
    return run(store, keys, [&] {
      RocksTx tx(store.transaction());
      return work(tx);
    });
  }

  Result<void> transaction(std::function<Result<void>(RocksTx&)> const& work) {
    RocksStore store(*db_, lock_wait_);
    return run_plain(store, [&] {
      RocksTx tx(store.transaction());
      return work(tx);
    });
  }

  // The keys and their actions' marks that were written before `limit`.
  Result<std::vector<std::string>> older_than(std::int64_t limit) const {
    std::vector<std::string> keys;
    std::unique_ptr<rocksdb::Iterator> const at(db_->NewIterator({}));
    for (at->Seek(rocksdb::Slice(kRows.data(), kRows.size()));
         at->Valid() && at->key().starts_with(rocksdb::Slice(kRows.data(), kRows.size()));
         at->Next()) {
      auto const json = parse_json({at->value().data(), at->value().size()});
      if (!json.ok()) return Error{ErrorCode::corrupt, "a row of the barrier", ""};
      if ((*json)["at"].as_number() < static_cast<double>(limit)) {
        keys.push_back(at->key().ToString());
        if (auto const undoes = (*json)["undoes"].as_string(); !undoes.empty()) {
          keys.push_back(joined(kUndone, undoes));
        }
      }
    }
    SKALD_TRY(checked(at->status()));
    return keys;
  }

 private:
  rocksdb::TransactionDB* db_;
  bool owned_;
  Duration lock_wait_;
};

RocksBarrier::RocksBarrier(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RocksBarrier::RocksBarrier(RocksBarrier&&) noexcept = default;
RocksBarrier& RocksBarrier::operator=(RocksBarrier&&) noexcept = default;
RocksBarrier::~RocksBarrier() = default;

Result<RocksBarrier> RocksBarrier::open(std::string const& path, Duration lock_wait) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  rocksdb::TransactionDB* db = nullptr;
  auto const status = rocksdb::TransactionDB::Open(options, {}, path, &db);
  if (status.ok()) return RocksBarrier(std::make_unique<Impl>(db, true, lock_wait));
  auto error = error_of(status);
  bool const locked = status.ToString().find("LOCK") != std::string::npos;
  if (locked) error.code = ErrorCode::failed_precondition;
  return error;
}

RocksBarrier RocksBarrier::on(rocksdb::TransactionDB& db, Duration lock_wait) {
  return RocksBarrier(std::make_unique<Impl>(&db, false, lock_wait));
}

Result<Outcome> RocksBarrier::action(Keys const& keys, Work const& work) {
  return impl_->call(run_action, keys, work);
}

Result<Outcome> RocksBarrier::undo(Keys const& keys, Work const& work) {
  return impl_->call(run_undo, keys, work);
}

Result<void> RocksBarrier::transaction(std::function<Result<void>(RocksTx&)> const& work) {
  return impl_->transaction(work);
}

Result<int> RocksBarrier::forget_older_than(Duration age) {
  auto const old = impl_->older_than(now_seconds() - age.us / 1'000'000);
  if (!old.ok()) return old.error();
  int rows = 0;
  auto const forget = [&](RocksTx& tx) -> Result<void> {
    for (auto const& key : *old) {
      if (key.starts_with(kRows)) ++rows;
      SKALD_TRY(tx.erase(key));
    }
    return {};
  };
  SKALD_TRY(impl_->transaction(forget));
  return rows;
}

}  // namespace skald::participant
