#pragma once

// One SQL statement against a PostgreSQL connection, with values bound and rows returned as Json.
// Enough for a small participant; a service with its own database layer needs none of it.
// Thread-safety: as the connection's (one thread at a time).

#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): libpq's own name
struct pg_conn;

namespace skald::participant {

struct SqlResult {
  std::vector<Json> rows;  // each an array of its columns
  int changed = 0;         // rows that an insert, update or delete changed
  std::string tag;         // what the server says it did: "COMMIT", "INSERT 0 1"
};

// Runs one statement; `values` are bound to its $1, $2, ... (null, boolean, number, string; arrays
// and objects as JSON text). Numbers, booleans and JSON come back as such, all else as text.
// Errors: overloaded (a deadlock, a conflict of transactions, too many connections: try again),
// unavailable (no connection), conflict (a constraint, e.g. a unique key), no_space,
// invalid_argument (the SQL), io.
Result<SqlResult> postgres_sql(pg_conn* connection, std::string const& text,
                               std::vector<Json> const& values = {});

// Connects; `conninfo` is libpq's ("host=... dbname=...", or a postgresql:// URL). The caller
// closes it with close_postgres. Errors: unavailable.
Result<pg_conn*> open_postgres(std::string const& conninfo);
void close_postgres(pg_conn* connection) noexcept;

}  // namespace skald::participant
