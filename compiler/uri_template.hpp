#pragma once

// URI templates (RFC 6570, all levels) as expressions: their variables are members of the data.

#include <optional>
#include <string>
#include <string_view>

#include "compiler/report.hpp"

namespace skald::compiler {

// The jq program that expands the node's text for its input. No value, after a report, when it is
// no URI template.
std::optional<std::string> uri_program(dsl::Node const& node, Report& report);

// The template that a program of uri_program() was made from, for people to read. No value when the
// program is none.
std::optional<std::string> uri_template_of(std::string_view program);

}  // namespace skald::compiler
