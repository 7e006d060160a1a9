#pragma once

// What an operator can do to a run, as data: the Engine, the Client, the HTTP API and the command
// line say the same. docs/sagas/operators.md tells when to use which.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace skald {

enum class Verb {
  cancel,    // stop it and undo what it has done
  kill,      // end it at once; what it has done stays
  suspend,   // hold it: no attempt begins, its clocks go on
  resume,    // go on; with `forward` take a stop back, while its plan is not recorded
  retry,     // the next attempt of a step or undo now; with `value` a new entry with that input
  complete,  // a step is done: `value` is what its participant would have answered
  skip,      // an undo is not made; the run ends with exceptions
};
char const* to_string(Verb verb) noexcept;
std::optional<Verb> parse_verb(std::string_view text) noexcept;
// retry, complete and skip are about a step.
bool needs_step(Verb verb) noexcept;
// True when `run` is a child of `ancestor`, at any depth.
bool is_below(std::string_view run, std::string_view ancestor) noexcept;
// Runs of a list ({"id", ...} each), so that every run comes before its children: what it is told
// goes to them.
std::vector<Json> parents_first(Json const& runs);

struct Operation {
  Verb verb = Verb::cancel;
  // The task's name or path, with ":2" for its second entry: "hotel", "/do/0/hotel", "hotel:2".
  std::string step = {};
  std::optional<Json> value = {};
  bool forward = false;
  // kill: yes, what it has done stays. Without it a kill is refused when it would leave an effect
  // that a cancel would undo, or a call whose answer is not known.
  bool leave_effects = false;
  std::string reason = {};  // these two stand in the run's history
  std::string actor = {};
};

}  // namespace skald
