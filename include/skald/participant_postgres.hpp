#pragma once

// The barrier of services that keep their data in PostgreSQL. Link skald::participant_postgres.

#include "saga/participant/barrier.hpp"                    // IWYU pragma: export
#include "saga/participant/http.hpp"                       // IWYU pragma: export
#include "saga/participant/postgres/postgres_barrier.hpp"  // IWYU pragma: export
