#pragma once

// A PostgreSQL server of a test's own, from the installed package: its data in a temporary
// directory, reachable over a Unix socket only, gone with the object. Root starts it as the user
// `postgres`, since it refuses to run as root.

#include <optional>
#include <string>

#include "tests/support/process.hpp"
#include "tests/support/temporary_dir.hpp"

namespace skald::test {

class TemporaryPostgres {
 public:
  // Fails the test when there is no server to start.
  TemporaryPostgres();
  TemporaryPostgres(TemporaryPostgres const&) = delete;
  TemporaryPostgres& operator=(TemporaryPostgres const&) = delete;
  ~TemporaryPostgres();

  // For libpq.
  std::string conninfo() const;

 private:
  void start();

  TemporaryDir dir_;
  std::optional<Process> server_;
};

}  // namespace skald::test
