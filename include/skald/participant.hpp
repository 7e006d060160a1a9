#pragma once

// For services that workflows call: the barrier that makes action and undo happen once, in any
// order of arrival. Link skald::participant; it needs SQLite and nothing else of skald's runtime.

#include "saga/participant/barrier.hpp"         // IWYU pragma: export
#include "saga/participant/http.hpp"            // IWYU pragma: export
#include "saga/participant/sqlite_barrier.hpp"  // IWYU pragma: export
