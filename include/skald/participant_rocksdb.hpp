#pragma once

// The barrier of services that keep their data in RocksDB. Link skald::participant_rocksdb.

#include "saga/participant/barrier.hpp"                  // IWYU pragma: export
#include "saga/participant/http.hpp"                     // IWYU pragma: export
#include "saga/participant/rocksdb/rocksdb_barrier.hpp"  // IWYU pragma: export
