#pragma once

// Where emitted events go outside the engine: the sinks of EngineOptions, checked, and the call
// that brings an event to one of them. Internal to runtime/engine.

#include <string>
#include <vector>

#include "base/result.hpp"
#include "runtime/engine/engine.hpp"
#include "runtime/engine/event_outbox.hpp"
#include "runtime/executor/function_pool.hpp"

namespace skald::runtime {

// Errors: invalid_argument for a sink without a name, of a name that is taken, with an address that
// is none, or with none or two of `url` and `take`.
Result<void> check_sinks(std::vector<EventSink> const& sinks);

// For the outboxes of all partitions, which share what it points to.
OutboxOptions outbox_options(EngineOptions const& options);

// What all partitions report, as Engine::event_sinks gives it.
Json sinks_json(std::vector<SinkReport> const& reports);

// Registers the sinks that are functions.
void add_sinks(std::vector<EventSink> const& sinks, FunctionPool& functions);

}  // namespace skald::runtime
