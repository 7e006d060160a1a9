#pragma once

// The barrier makes a participant (a service that a workflow calls) right under what networks do
// to calls: an action or its undo may come twice, at the same time, in the wrong order, or the
// undo of an action may come that never arrived. Each call carries two keys in its headers; the
// barrier notes them in the *business transaction* of the participant, and a unique index decides:
//
//   the undo found no row of its action        empty undo: it leaves one, does nothing, 200
//   the own row was there                      duplicate: the stored reply
//   the action finds an undo's row beside it   late action: does nothing, 409
//   else                                       the work runs, once
//
// This file is the rule, free of any database; sqlite_barrier.hpp is what a service uses.
// Thread-safety: the functions keep no state of their own; a Store belongs to one thread.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace skald::participant {

// Who calls and what for, from the headers of the call.
struct Keys {
  std::string key;     // Idempotency-Key: the same for all attempts of one effect, for ever
  std::string undoes;  // Skald-Undoes: the key of the action that this call undoes; else empty
};

// The participant's answer; stored under the call's key. The status says what the work did:
// 2xx: done; 4xx: refused, nothing was done (what the work wrote is taken back); anything else:
// failed, nothing was done and nothing is stored, so the next attempt runs the work again.
struct Reply {
  int status = 200;
  std::string body;

  bool succeeded() const { return status >= 200 && status < 300; }
  bool refused() const { return status >= 400 && status < 500; }
  bool operator==(Reply const&) const = default;
};

enum class Verdict {
  worked,       // the work ran; the reply is its own
  refused,      // the work ran and refused: nothing was done; the reply is its own
  duplicate,    // it ran before; the reply is the stored one
  empty_undo,   // nothing to undo: the action has not run and never will; 200
  late_action,  // the action came after its undo; 409
};

char const* to_string(Verdict verdict) noexcept;  // "late_action"

struct Outcome {
  Verdict verdict = Verdict::worked;
  Reply reply;
};

// A row of the barrier's table.
struct Row {
  enum class State {
    running,  // written before the work; seen by nobody else, since it is not committed
    done,     // the work was done
    refused,  // the work was refused: nothing to undo
    blocked,  // an undo came first: the action must never run
    empty,    // an undo that had nothing to do
  };
  std::string key;
  std::string undoes;  // empty for an action
  State state = State::running;
  Reply reply;
};

char const* to_string(Row::State state) noexcept;
// The state of that name; `running` for any other text.
Row::State row_state(std::string_view text) noexcept;

// The port to the participant's database: one transaction at a time, which takes the write lock
// when it begins. The key of a row is unique.
class Store {
 public:
  virtual ~Store() = default;

  virtual Result<void> begin() = 0;
  virtual Result<void> commit() = 0;
  virtual void rollback() noexcept = 0;
  // Inserts if absent; false when the key is there.
  virtual Result<bool> insert(Row const& row) = 0;
  virtual Result<void> update(Row const& row) = 0;
  virtual Result<std::optional<Row>> find(std::string const& key) = 0;
  // True when an undo of that action has left its row.
  virtual Result<bool> has_undo(std::string const& action) = 0;
  // Takes back what was written since the last mark(), the rows before it stay.
  virtual Result<void> mark() = 0;
  virtual Result<void> back_to_mark() = 0;
};

// The participant's business, inside the transaction. An error, an exception or a 5xx reply takes
// everything back.
using Work = std::function<Result<Reply>()>;

// One call going forward. Errors: invalid_argument (no key), those of the store, those of the work.
Result<Outcome> run_action(Store& store, Keys const& keys, Work const& work);

// One call that undoes keys.undoes. A work that refuses is an error here, as an undo can not be
// refused: nothing is stored, and the caller repeats it. 404 and 410 count as done. The work
// should look at what is there (delete where id = ...): an engine that hears late of a success may
// undo it once more, under a new key.
Result<Outcome> run_undo(Store& store, Keys const& keys, Work const& work);

// Work that has no key, in a transaction of its own. An error or an exception of it takes
// everything back, and is the error given.
Result<void> run_plain(Store& store, std::function<Result<void>()> const& work);

}  // namespace skald::participant
