#pragma once

// The last pass: an outline becomes a step graph, its expressions and policies compiled.

#include "compiler/policies.hpp"

namespace skald::compiler {

// The graph is complete only when nothing has been reported as an error.
graph::StepGraph lower(Outline const& outline, Report& report);

// What a task does (lower_kinds.cpp).
graph::TaskKind lower_kind(Lowering& to, TaskInfo const& task);

// The arguments of a call of "http" (lower_http.cpp).
graph::Template lower_http(Lowering& to, dsl::Node const& with, Site const& site);

// The rules and the lint of sagas (saga_check.cpp); the second on the finished graph.
void check_saga(Outline const& outline, Report& report);
void check_deadlines(Outline const& outline, graph::StepGraph const& graph, Report& report);

// The name, version and language of a workflow (identity.cpp).
void check_identity(dsl::Document const& document, Report& report);

}  // namespace skald::compiler
