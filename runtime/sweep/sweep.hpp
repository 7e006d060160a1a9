#pragma once

// Every fault at every point of a workflow (`skald test FILE --sweep`): a crash and a cancel at
// every moment, every kind of bad answer at every call, and all of them once more while what was
// done is being undone.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "runtime/sweep/judge.hpp"

namespace skald::sweep {

struct Limits {
  std::uint64_t schedules = 100'000;  // at most so many are played
};

// A problem, with the smallest schedule that shows it: the fewest faults, the earliest point.
struct Finding {
  std::string what;
  Schedule schedule;
  std::uint64_t times = 1;  // in how many schedules it was seen
};

struct Report {
  Verdict plain;  // without any fault
  std::uint64_t played = 0;
  std::uint64_t left_out = 0;                  // over the limit
  std::map<std::string, std::uint64_t> ends;   // status -> schedules
  std::map<std::string, std::uint64_t> kinds;  // fault -> schedules with it
  std::vector<Finding> problems;
  // Undos that ask for something else when the answer of what they undo was lost: they read it.
  std::vector<Finding> unsure;
  std::vector<std::string> never;  // calls that no schedule came to: paths of their tasks
  std::vector<Finding> left;       // what stays in some end because it has no undo
};

Report sweep(Subject const& subject, Limits const& limits = {});

}  // namespace skald::sweep
