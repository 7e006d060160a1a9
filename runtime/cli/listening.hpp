#pragma once

// What a run listens for, as far as its view and its workflow tell, for people.

#include <string>

#include "base/json.hpp"
#include "compiler/graph/step_graph.hpp"

namespace skald::cli {

// Why a run did not take an event, as the end of a sentence that began with "it": "listens for
// a.b, but not from this source". `view` is the run as describe() gives it.
std::string why_not_taken(Json const& view, graph::StepGraph const& graph, Json const& event);

}  // namespace skald::cli
