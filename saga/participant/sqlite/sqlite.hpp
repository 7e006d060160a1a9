#pragma once

// One SQL statement against an SQLite connection, with values bound and rows returned as Json.
// Enough for a small participant; a service with its own database layer needs none of it.
// Thread-safety: as the connection's.

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

struct sqlite3;

namespace skald::participant {

// Runs one statement; `values` are bound to its ?s (null, boolean, number, string). Gives the rows,
// each an array of its columns. Errors: overloaded (another writer holds the lock), conflict (a
// constraint, e.g. a unique key), no_space, corrupt, invalid_argument (the SQL), io.
Result<std::vector<Json>> sql(sqlite3* db, std::string_view text,
                              std::vector<Json> const& values = {});

// Rows that the last INSERT, UPDATE or DELETE of the connection changed.
int changed_rows(sqlite3* db) noexcept;

// Opens (or creates) a database file for writing: WAL, synced on every commit, waits `busy_ms` for
// another writer. The caller closes it with sqlite3_close, or close_database.
Result<sqlite3*> open_database(std::string const& path, int busy_ms = 5000);
void close_database(sqlite3* db) noexcept;

}  // namespace skald::participant
