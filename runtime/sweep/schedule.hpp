#pragma once

// What goes wrong in one simulated run, and where. A schedule has a text, so that a run that broke
// a promise can be played again: "refuse do/1/flight:1, crash at 31".

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace skald::sweep {

enum class Kind : std::uint8_t {
  // At a moment of the run: one moment is one thing that happens (facts are written, they become
  // durable, a request leaves, an answer or a timer arrives).
  crash,   // the process dies, and starts again
  cancel,  // somebody cancels the run
  // At the first attempt of a call:
  refuse,   // the participant says no and does nothing
  error,    // it does the work and answers 500
  timeout,  // it does the work, and no answer ever comes
  silence,  // it does nothing, and no answer ever comes
  lost,     // it does the work, and the connection breaks before its answer
  late,     // it does the work, and answers, after the deadline
  unsent,   // no connection
  twice,    // request and answer arrive twice
};

struct Fault {
  Kind kind = Kind::crash;
  std::uint64_t moment = 0;  // of a crash or a cancel
  std::string call = {};     // of all others: the call's name ("do/1/flight:1")

  auto operator<=>(Fault const&) const = default;
};

using Schedule = std::vector<Fault>;

std::string_view word(Kind kind) noexcept;
bool is_moment(Kind kind) noexcept;  // crash, cancel
std::string to_text(Fault const& fault);
std::string to_text(Schedule const& schedule);
// Errors: invalid_argument.
Result<Schedule> parse_schedule(std::string_view text);

}  // namespace skald::sweep
