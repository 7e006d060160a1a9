#pragma once

// The last pass: an outline becomes a step graph, its expressions and policies compiled.

#include "compiler/policies.hpp"
#include "compiler/resources.hpp"

namespace skald::compiler {

// The graph is complete only when nothing has been reported as an error.
graph::StepGraph lower(Outline const& outline, Resources& resources, Report& report);

// What a task does (lower_kinds.cpp).
graph::TaskKind lower_kind(Lowering& to, TaskInfo const& task);

// Tasks that take and give events (lower_events.cpp).
graph::Listen lower_listen(Lowering& to, TaskInfo const& task);
graph::Emit lower_emit(Lowering& to, TaskInfo const& task);

// When a workflow starts by itself (lower_schedule.cpp).
std::optional<graph::Schedule> lower_schedule(Lowering& to, dsl::Node const* node);
// `one`, `any` or `all` with its filters, and `until`.
void lower_strategy(Lowering& to, dsl::Node const& node, Site const& site, graph::Listen& listen);

// The value of a key, or an empty node: a missing key has been reported already.
dsl::Node const& get(dsl::Node const& map, std::string_view key);
// Reports a variable that is no name of jq's, or that hides one with a meaning.
void check_variable(Lowering& to, dsl::Node const* node);
// input.from, output.as, export.as; `schema` of the same maps.
std::optional<graph::Template> lower_mapping(Lowering& to, dsl::Node const* map,
                                             std::string_view key, Site const& site);
std::optional<JsonSchema> lower_schema(Lowering& to, dsl::Node const* map);
// A child workflow, or a process as a call of "run:shell" or "run:script" (lower_run.cpp).
graph::TaskKind lower_run(Lowering& to, TaskInfo const& task);

// The document that a resource {endpoint: ...} names; nullptr when it has no endpoint, or when it
// could not be read, which was reported (lower_document.cpp).
Json const* lower_document(Lowering& to, dsl::Node const& resource, Site const& site);
void unusable_document(Lowering& to, dsl::Node const& uri, Error const& error);

// The arguments of a call of "http" (lower_http.cpp).
graph::Template lower_http(Lowering& to, dsl::Node const& with, Site const& site);

// The same of the HTTP call that a call of "openapi" stands for (lower_openapi.cpp); none when that
// is not known.
std::optional<graph::Template> lower_openapi(Lowering& to, dsl::Node const& with, Site const& site);

// An authentication, or the name of one, as a template; none when there is none.
std::optional<graph::Template> lower_authentication(Lowering& to, dsl::Node const* node,
                                                    Site const& site);

// The rules and the lint of sagas (saga_check.cpp); the second on the finished graph.
// `behind_pivot` says of each task whether it stands behind a pivot, where nothing is undone.
void check_saga(Outline const& outline, std::vector<bool> const& behind_pivot, Report& report);
void check_deadlines(Outline const& outline, graph::StepGraph const& graph, Report& report);

// Where a pivot may stand, and what stands behind it (pivot_check.cpp). The result says of each
// task whether it stands behind a pivot, and in no try that began there.
std::vector<bool> check_pivots(Outline const& outline, Report& report);

// The types of errors that a catch names (error_types.cpp).
void check_error_types(Outline const& outline, Report& report);

// The name, version and language of a workflow (identity.cpp).
void check_identity(dsl::Document const& document, Report& report);

}  // namespace skald::compiler
