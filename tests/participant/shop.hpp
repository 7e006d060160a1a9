#pragma once

// A service with bookings, on one of the databases that have a barrier. Each shop is a connection
// of its own; what another one holds is not waited for: the call is `overloaded`, as a busy
// service would answer, and its caller comes again.

#include <functional>
#include <memory>
#include <string>

#include "saga/participant/barrier.hpp"

namespace skald::participant {

class Shop {
 public:
  // Called inside the transaction, before the work has written anything and when it has written
  // all. An error there is the work's error: everything is taken back.
  struct Hooks {
    std::function<void()> begun = [] {};
    std::function<Result<void>()> written = [] { return Result<void>(); };
  };

  virtual ~Shop() = default;
  // Books `id` under the key "A<id>", and cancels it under "U<id>".
  virtual Result<Outcome> book(std::string const& id, Hooks const& hooks) = 0;
  virtual Result<Outcome> cancel(std::string const& id, Hooks const& hooks) = 0;
  // How often the work of each ran and was committed.
  virtual int booked(std::string const& id) = 0;
  virtual int cancelled(std::string const& id) = 0;
  // True when the booking stands.
  virtual bool stands(std::string const& id) = 0;
};

// A database with the tables of a shop, gone with the object.
class ShopDatabase {
 public:
  virtual ~ShopDatabase() = default;
  virtual std::unique_ptr<Shop> connect() = 0;
};

std::unique_ptr<ShopDatabase> sqlite_database();
std::unique_ptr<ShopDatabase> postgres_database();
std::unique_ptr<ShopDatabase> rocksdb_database();

}  // namespace skald::participant
