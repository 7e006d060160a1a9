#pragma once

// How a run is shown at the end of `run`, `start --wait` and `wait`.

#include "base/json.hpp"
#include "runtime/cli/console.hpp"

namespace skald::cli {

// {id, workflow, status, output, error, undone}: what scripts rely on, out of a run's view.
Json pinned_run(Json const& view);

// The picture, or the pinned object in another format; returns the run's exit code.
Exit show_end(Console& console, Json const& view);

// The picture of a run as it is now.
std::string draw_now(Console const& console, Json const& view, bool attempts = false);

}  // namespace skald::cli
