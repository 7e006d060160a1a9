#pragma once

// Refuses JSON Schemas that could not be checked in bounded time: references that lead back to
// themselves without going deeper into the value, or that multiply.

#include <string>

#include "base/json.hpp"

namespace skald::graph {

// Why the schema is refused, as the rest of a sentence; empty when it is not.
std::string unsafe_schema(Json const& schema);

}  // namespace skald::graph
