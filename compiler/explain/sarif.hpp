#pragma once

// Diagnostics as SARIF 2.1.0, the form in which code hosts and editors take findings.

#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "dsl/diagnostic.hpp"

namespace skald::compiler {

// One run of the tool `skald`, with the rules that it found broken. Places are 1-based and count
// code points.
Json to_sarif(std::vector<dsl::Diagnostic> const& diagnostics, std::string_view version);

}  // namespace skald::compiler
