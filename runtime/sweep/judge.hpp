#pragma once

// Holds what came of a run against what a saga promises (SAGA 13).

#include <string>
#include <vector>

#include "runtime/sweep/player.hpp"

namespace skald::sweep {

struct Verdict {
  std::string status;                 // "completed", "compensated", ..., "suspended", "waiting"
  std::string error;                  // why it ended so, in words
  std::vector<std::string> undone;    // names of calls and composites that the plans undid
  std::vector<std::string> problems;  // each ends a sweep with 1
  std::vector<std::string> left;      // what happened, stays, and has no undo
};

Verdict judge(Subject const& subject, Trace const& trace);

}  // namespace skald::sweep
