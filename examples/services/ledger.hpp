#pragma once

// What a service has booked. It is written only by the works of the barrier, in its transaction.
// Thread-safe.

#include <string>
#include <utility>

#include "base/json.hpp"
#include "base/result.hpp"
#include "examples/services/call.hpp"
#include "saga/participant/sqlite/sqlite_barrier.hpp"

namespace booking {

// What a kind of service calls things.
struct Kind {
  std::string name;        // "flight"
  std::string collection;  // "tickets": PUT /tickets/{id}
  std::string prefix;      // "F": ticket numbers are F-1001, F-1002, ...
};

// Kinds: flight, hotel, car, payment, notify. Errors: invalid_argument.
skald::Result<Kind> find_kind(std::string const& name);

class Ledger {
 public:
  // Opens or creates the database file; ":memory:" keeps nothing.
  static skald::Result<Ledger> open(Kind const& kind, std::string const& file);

  skald::participant::SqliteBarrier& barrier() { return barrier_; }

  // The works of the barrier. A refusal is a 4xx reply.
  using Reply = skald::Result<skald::participant::Reply>;
  Reply book(skald::participant::SqliteTx& tx, Call const& call, std::string const& id) const;
  Reply cancel(skald::participant::SqliteTx& tx, std::string const& id) const;
  Reply confirm(skald::participant::SqliteTx& tx, std::string const& id, bool confirmed) const;

  // What is booked now: [{id, number, confirmed, key, body}], oldest first.
  skald::Result<skald::Json> booked();

 private:
  Ledger(Kind kind, skald::participant::SqliteBarrier barrier)
      : kind_(std::move(kind)), barrier_(std::move(barrier)) {}

  // "F-1001" from the number of a row.
  std::string ticket(skald::Json const& number) const;
  skald::participant::Reply reply(int status, std::string const& id, skald::Json const& number,
                                  char const* state) const;

  Kind kind_;
  skald::participant::SqliteBarrier barrier_;
};

}  // namespace booking
