#pragma once

// How far a run has come, for the drawings of its workflow.

#include <map>
#include <string>

#include "base/json.hpp"

namespace skald::view {

// From the view of a run (run_view.hpp): the path of each task that has begun to its state. Of a
// task that began more than once (a loop, a retry) the last counts.
std::map<std::string, std::string> marks_of(Json const& view);

}  // namespace skald::view
