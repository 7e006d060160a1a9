#pragma once

// For services that workflows call: the barrier that makes action and undo happen once, in any
// order of arrival. Link skald::participant; it needs SQLite and nothing else of skald's runtime.
// The barriers of other databases: skald/participant_postgres.hpp (link
// skald::participant_postgres) and skald/participant_rocksdb.hpp (skald::participant_rocksdb).

#include "saga/participant/barrier.hpp"                // IWYU pragma: export
#include "saga/participant/http.hpp"                   // IWYU pragma: export
#include "saga/participant/sqlite/sqlite_barrier.hpp"  // IWYU pragma: export
