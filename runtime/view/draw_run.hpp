#pragma once

// A run's view (run_view.hpp) as a picture for a terminal: its steps as a tree with marks,
// attempts, durations and what is waited for, and each unwinding as a lane of its own. Pure.

#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/time.hpp"

namespace skald::view {

struct DrawOptions {
  bool colour = false;
  int width = 100;  // columns; notes and the output are cut to fit, by 0 nothing is
  std::optional<Time> now =
      std::nullopt;       // for what is still going on; without it no such durations
  bool attempts = false;  // every attempt, also of calls that succeeded at once
};

std::string draw_run(Json const& view, DrawOptions const& options = {});

// How people and verbs name a step, an undo or a fact that has `task` and perhaps `number`:
// "hotel", "hotel:2" for its second entry.
std::string step_text(Json const& about);

// "after error 402 Payment required; then book is tried again": why, and what comes next.
std::string unwinding_text(Json const& unwinding);

// "402 Payment required: the card was declined", from an error object.
std::string error_text(Json const& error);

}  // namespace skald::view
