#pragma once

// Workflows in C++, typed: `using namespace skald;` and write tasks as values. It makes the same
// document as the YAML form, so both compile to the same step graph.

#include "dsl/builder/calls.hpp"     // IWYU pragma: export
#include "dsl/builder/export.hpp"    // IWYU pragma: export
#include "dsl/builder/flow.hpp"      // IWYU pragma: export
#include "dsl/builder/listen.hpp"    // IWYU pragma: export
#include "dsl/builder/openapi.hpp"   // IWYU pragma: export
#include "dsl/builder/run.hpp"       // IWYU pragma: export
#include "dsl/builder/simple.hpp"    // IWYU pragma: export
#include "dsl/builder/workflow.hpp"  // IWYU pragma: export
