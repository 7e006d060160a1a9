#pragma once

// Checks what stands in components that nothing uses. Pure.

#include <vector>

#include "compiler/compiler.hpp"
#include "compiler/outline.hpp"

namespace skald::compiler {

void check_unused(dsl::Document const& document, std::vector<UnusedComponent> const& unused,
                  Options const& options, Report& report);

}  // namespace skald::compiler
