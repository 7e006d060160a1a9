#pragma once

// What an attempt's answer says about its effect, and whether the effect must be undone. This is
// the one table of SAGA: nothing else in skald decides it. Pure.

#include <cstdint>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/time.hpp"
#include "compiler/graph/step_graph.hpp"

namespace skald::saga {

enum class Direction : std::uint8_t { forward, undo };

// What came back from the outside for one attempt.
struct Answer {
  enum class Kind : std::uint8_t {
    response,  // a participant answered; `status` says how
    returned,  // a function returned; `output` is its value
    refused,   // a function said refused(...): it did nothing
    failed,    // a function returned any other error or threw: it may have done something
    lost,      // the deadline passed, or the connection broke after the request may have left
    not_sent,  // no name, no connection, or taken out of a queue before it was sent
  };
  Kind kind = Kind::lost;
  int status = 0;                       // HTTP status of a response, else 0
  Json output;                          // what the task's `output:` mode asks for
  std::string message;                  // why, in words; empty for a success
  std::optional<Duration> retry_after;  // what the participant asked for
  // With `not_sent`: the arguments themselves are wrong (a configuration error; with status 403 a
  // secret is missing), so that another attempt with the same arguments can not fare better.
  bool invalid = false;
  // With `not_sent`: the function that nobody offers. The call waits until someone does.
  std::string unoffered = {};
  // The participant works on it and wants to be asked again after this (`Skald-Ongoing`).
  std::optional<Duration> ongoing = std::nullopt;

  bool operator==(Answer const&) const = default;
};

// Ordered by what is known: the outcome over several attempts is the largest.
enum class Outcome : std::uint8_t { not_sent, refused, in_doubt, succeeded };

char const* to_string(Outcome outcome) noexcept;  // "in doubt"
char const* to_string(Direction direction) noexcept;

// True when the answer says "not finished yet": by its header, or by a status that `ongoing:`
// names.
bool is_ongoing(Answer const& answer, graph::EffectPolicy const& policy);

// The outcome of one attempt; of one that is not finished it is in doubt. In the undo direction
// 410, and 404 to a DELETE, are done too.
Outcome outcome_of(Answer const& answer, Direction direction, bool is_delete,
                   graph::EffectPolicy const& policy);

// The outcome of an effect over all its attempts so far.
Outcome combine(Outcome before, Outcome attempt) noexcept;

// True when `retry:` may repeat after this answer: in doubt, not sent, 408, 425, 429; never any
// other refusal, never a success.
bool retriable(Answer const& answer, Outcome attempt) noexcept;

// What a probe that ended with an error of this status says: 404 and 410 mean that the effect has
// not happened; all else leaves it in doubt.
Outcome outcome_of_probe(int error_status) noexcept;

// True when an effect with that outcome is undone.
bool must_undo(Outcome outcome, graph::EffectPolicy const& policy) noexcept;

}  // namespace skald::saga
