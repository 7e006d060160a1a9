#pragma once

// The booking service itself: routes, barrier, switches, without any HTTP library.
//
//   PUT    /tickets/{id}                book (charge, send) once per Idempotency-Key
//   DELETE /tickets/{id}                cancel; with Skald-Undoes as the undo of that call
//   PUT    /tickets/{id}/confirmation   confirm, DELETE takes it back
//   GET    /ledger                      {name, kind, booked, calls}; /bookings and /calls are parts
//   POST   /control                     switches (faults.hpp); GET shows them
//   GET    /healthz
//
// Thread-safe.

#include <memory>
#include <string>
#include <utility>

#include "examples/services/call.hpp"
#include "examples/services/call_log.hpp"
#include "examples/services/faults.hpp"
#include "examples/services/ledger.hpp"

namespace booking {

class Service {
 public:
  // `file` holds the bookings, `file`.calls the log.
  static skald::Result<std::unique_ptr<Service>> open(Kind const& kind, std::string const& name,
                                                      std::string const& file);

  Answer handle(Call const& call);
  // Lets go calls that wait, so that the process can end.
  void release() { faults_.release(); }

 private:
  Service(Kind kind, std::string name, Ledger ledger, CallLog log)
      : kind_(std::move(kind)),
        name_(std::move(name)),
        ledger_(std::move(ledger)),
        log_(std::move(log)) {}

  Answer control(Call const& call);
  Answer show(std::string const& path);
  // A logged call of the business, with its faults.
  Answer business(Call const& call, std::string const& id, bool confirmation);
  Answer suffer(Call const& call, std::string const& id, bool confirmation);
  // Through the barrier to the ledger.
  Answer work(Call const& call, std::string const& id, bool confirmation, bool refuse);

  Kind kind_;
  std::string name_;
  Ledger ledger_;
  CallLog log_;
  Faults faults_;
};

}  // namespace booking
