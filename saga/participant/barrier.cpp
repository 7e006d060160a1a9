#include "saga/participant/barrier.hpp"

#include <exception>
#include <string>
#include <utility>

#include "base/json.hpp"

namespace skald::participant {
namespace {

constexpr std::size_t kMaxKeyBytes = 1024;

// Rolls the transaction back unless it was committed.
class Transaction {
 public:
  explicit Transaction(Store& store) : store_(store) {}
  Transaction(Transaction const&) = delete;
  Transaction& operator=(Transaction const&) = delete;
  ~Transaction() {
    if (open_) store_.rollback();
  }

  Result<void> begin() {
    SKALD_TRY(store_.begin());
    open_ = true;
    return {};
  }

  Result<void> commit() {
    SKALD_TRY(store_.commit());
    open_ = false;
    return {};
  }

 private:
  Store& store_;
  bool open_ = false;
};

Result<void> check_key(std::string const& key, char const* header) {
  if (key.empty()) {
    return Error{ErrorCode::invalid_argument, std::string("the call has no ") + header + " header",
                 "a workflow engine sends it with every call; by hand, make up one key for each "
                 "thing that must happen once"};
  }
  if (key.size() > kMaxKeyBytes) {
    return Error{ErrorCode::too_large, std::string("the ") + header + " header is over 1024 bytes",
                 "use a shorter key"};
  }
  return {};
}

// The work's exceptions are the service's own mistakes: they end here as a failure.
template <class T>
Result<T> run_work(std::function<Result<T>()> const& work) {
  try {
    return work();
  } catch (std::exception const& exception) {
    return Error{ErrorCode::io, std::string("the work threw: ") + exception.what(), ""};
  } catch (...) {
    return Error{ErrorCode::io, "the work threw", ""};
  }
}

// Runs the work of an inserted row and stores its reply in the row.
Result<Outcome> work_once(Store& store, Row row, Work const& work, bool may_refuse) {
  SKALD_TRY(store.mark());
  Result<Reply> reply = run_work(work);
  if (!reply.ok()) return std::move(reply).error();
  row.reply = std::move(reply).value();
  if (!is_valid_utf8(row.reply.body)) {
    return Error{ErrorCode::io, "the body of the work's reply is not UTF-8",
                 "encode what is no text"};
  }
  bool const gone = !may_refuse && (row.reply.status == 404 || row.reply.status == 410);
  bool const refused = may_refuse && row.reply.refused();
  if (!refused && !gone && !row.reply.succeeded()) {
    return Error{ErrorCode::io, "the work answered " + std::to_string(row.reply.status), ""};
  }
  if (refused) SKALD_TRY(store.back_to_mark());
  row.state = refused ? Row::State::refused : Row::State::done;
  SKALD_TRY(store.update(row));
  return Outcome{refused ? Verdict::refused : Verdict::worked, row.reply};
}

Outcome late_action() {
  return {Verdict::late_action, {409, R"({"error":"this action has been undone already"})"}};
}

Result<Outcome> decide_action(Store& store, Keys const& keys, Work const& work) {
  Row const row{keys.key, "", Row::State::running, {}};
  Result<bool> const inserted = store.insert(row);
  if (!inserted.ok()) return inserted.error();
  if (*inserted) return work_once(store, row, work, true);
  Result<std::optional<Row>> const own = store.find(keys.key);
  if (!own.ok()) return own.error();
  if ((*own)->state == Row::State::blocked) return late_action();
  Result<bool> const undone = store.has_undo(keys.key);
  if (!undone.ok()) return undone.error();
  if (*undone) return late_action();
  return Outcome{Verdict::duplicate, (*own)->reply};
}

Result<Outcome> decide_undo(Store& store, Keys const& keys, Work const& work) {
  Result<bool> const blocked =
      store.insert({keys.undoes, "", Row::State::blocked, late_action().reply});
  if (!blocked.ok()) return blocked.error();
  Row row{keys.key, keys.undoes, Row::State::empty, {200, ""}};
  Result<bool> const inserted = store.insert(row);
  if (!inserted.ok()) return inserted.error();
  if (!*inserted) {
    Result<std::optional<Row>> const own = store.find(keys.key);
    if (!own.ok()) return own.error();
    return Outcome{Verdict::duplicate, (*own)->reply};
  }
  Result<std::optional<Row>> const action = store.find(keys.undoes);
  if (!action.ok()) return action.error();
  if ((*action)->state != Row::State::done) return Outcome{Verdict::empty_undo, row.reply};
  return work_once(store, std::move(row), work, false);
}

using Decide = Result<Outcome> (*)(Store&, Keys const&, Work const&);

Result<Outcome> in_transaction(Store& store, Keys const& keys, Work const& work, Decide decide) {
  Transaction transaction(store);
  SKALD_TRY(transaction.begin());
  Result<Outcome> outcome = decide(store, keys, work);
  if (outcome.ok()) SKALD_TRY(transaction.commit());
  return outcome;
}

}  // namespace

char const* to_string(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::worked: return "worked";
    case Verdict::refused: return "refused";
    case Verdict::duplicate: return "duplicate";
    case Verdict::empty_undo: return "empty_undo";
    case Verdict::late_action: return "late_action";
  }
  return "?";
}

char const* to_string(Row::State state) noexcept {
  switch (state) {
    case Row::State::running: return "running";
    case Row::State::done: return "done";
    case Row::State::refused: return "refused";
    case Row::State::blocked: return "blocked";
    case Row::State::empty: return "empty";
  }
  return "?";
}

Row::State row_state(std::string_view text) noexcept {
  using State = Row::State;
  for (State const state :
       {State::running, State::done, State::refused, State::blocked, State::empty}) {
    if (text == to_string(state)) return state;
  }
  return State::running;
}

Result<Outcome> run_action(Store& store, Keys const& keys, Work const& work) {
  SKALD_TRY(check_key(keys.key, "Idempotency-Key"));
  return in_transaction(store, keys, work, decide_action);
}

Result<Outcome> run_undo(Store& store, Keys const& keys, Work const& work) {
  SKALD_TRY(check_key(keys.key, "Idempotency-Key"));
  SKALD_TRY(check_key(keys.undoes, "Skald-Undoes"));
  if (keys.key == keys.undoes) {
    return Error{ErrorCode::invalid_argument, "Skald-Undoes names the call's own Idempotency-Key",
                 "an undo has a key of its own"};
  }
  return in_transaction(store, keys, work, decide_undo);
}

Result<void> run_plain(Store& store, std::function<Result<void>()> const& work) {
  Transaction transaction(store);
  SKALD_TRY(transaction.begin());
  SKALD_TRY(run_work(work));
  return transaction.commit();
}

}  // namespace skald::participant
