#pragma once

// Durations, timeouts, retry policies and the other policies that tasks carry.

#include <optional>

#include "compiler/expressions.hpp"
#include "compiler/resources.hpp"

namespace skald::compiler {

// What lowering works with.
struct Lowering {
  Outline const& outline;
  Report& report;
  Expressions expressions;
  Resources& resources;
};

// {days, hours, ...}, ISO 8601 or an expression. Anything else is reported and gives zero.
graph::DurationValue duration(Lowering& to, dsl::Node const& node, Site const& site);

// The same, where the value must be known before the run: a limit, a jitter, a cap.
std::optional<Duration> fixed_duration(Lowering& to, dsl::Node const* node);

// {after: duration}, the name of one in use.timeouts, or ISO 8601.
std::optional<graph::DurationValue> timeout(Lowering& to, dsl::Node const* node, Site const& site);

// A policy or the name of one in use.retries. `error` is the variable that `when` sees.
std::optional<graph::RetryPolicy> retry(Lowering& to, dsl::Node const* node, Site site,
                                        std::string const& error);

// The name of a lock: a text, or an expression that gives one.
std::optional<graph::Template> lock(Lowering& to, dsl::Node const& node, graph::TaskIndex task);

graph::EffectPolicy effect(Lowering& to, TaskInfo const& task);

graph::SagaPolicy saga(Lowering& to, dsl::Node const* node);

}  // namespace skald::compiler
