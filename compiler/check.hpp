#pragma once

// The first pass: is the document made of the keywords of the language, each with a value of a
// right type? Knows the tables of keywords.hpp and nothing about meaning.

#include "compiler/keywords.hpp"
#include "compiler/report.hpp"
#include "dsl/document.hpp"

namespace skald::compiler {

void check_shape(dsl::Document const& document, Report& report);

// The kind of a task: of the first keyword in it that makes one; none when there is no such.
TaskKindKeys const* kind_of(dsl::Node const& task);

// True when the whole text is an expression: "${ ... }" with nothing around it but white space.
bool is_expression(std::string_view text);

}  // namespace skald::compiler
