#pragma once

// URI templates (RFC 6570, all levels) as expressions: their variables are members of the data.

#include <optional>
#include <string>

#include "compiler/report.hpp"

namespace skald::compiler {

// The jq program that expands the node's text for its input. No value, after a report, when it is
// no URI template.
std::optional<std::string> uri_program(dsl::Node const& node, Report& report);

}  // namespace skald::compiler
