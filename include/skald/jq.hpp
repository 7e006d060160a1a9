#pragma once

// The expression language by itself: jq programs, compiled once and evaluated within limits on
// skald::Json. Link skald::jq; it needs nothing else of skald (docs/jq.md).

#include "dsl/jq/jq.hpp"         // IWYU pragma: export
#include "dsl/jq/test_file.hpp"  // IWYU pragma: export
