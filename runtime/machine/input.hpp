#pragma once

// Inputs are what the outside says to a run. They may come late, twice or out of order; decide()
// ignores what does not fit and says why.

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "runtime/machine/ids.hpp"
#include "runtime/machine/record.hpp"
#include "saga/outcome.hpp"

namespace skald::runtime {

struct StartRun {
  std::string run;
  std::string graph;  // hex digest
  std::string start_key;
  std::string body_digest;
  Json input;
  std::optional<Parent> parent = std::nullopt;  // of a child run
};

// The answer of one attempt of a call.
struct AttemptAnswered {
  ActivationId activation;
  std::uint32_t attempt = 1;
  saga::Answer answer;
};

// Someone offers the function that a call waits for.
struct FunctionOffered {
  ActivationId activation;
};

// What a participant has called back with. It may come before the call itself is answered.
struct CalledBack {
  ActivationId activation;
  saga::Answer answer;
};

// Time has passed: everything that is due at `now` happens.
struct TimePassed {};

// A turn had reached its budget; the run goes on.
struct Continue {};

// A CloudEvent that may match a `listen`.
struct EventArrived {
  Json event;
};

// The event of an `emit` has been accepted everywhere.
struct EventAccepted {
  ActivationId activation;
};

// The workflow that a `run` waits for is deployed; a child that nobody waits for has been started.
struct ChildResolved {
  ActivationId activation;
  std::string workflow;  // "namespace/name/version"
  std::string graph;     // hex digest
  bool pivot = false;    // it has a step behind which there is no way back
};

// The engine was restarted and holds the run again. Children that nobody waits for may have begun,
// and the run has yet to write it down: it does so before it decides anything else. The attempts
// that were open are those of the last life; what another run has led to since then is not lost.
struct Recovered {
  std::vector<ChildResolved> begun = {};
  std::optional<std::set<std::pair<ActivationId, std::uint32_t>>> open = {};  // none: all there are
};

// A child run has ended: after its forward work, or after it was unwound for its parent.
struct ChildReported {
  ActivationId activation;
  std::uint32_t attempt = 1;
  EndStatus status = EndStatus::completed;
  Json output;
  Json error;
  bool undoable = false;
};

// To a completed child: its parent unwinds, and it undoes what it has kept.
struct UnwindRun {
  std::string reason;
};

// What the home of a lock says to a request of the run.
struct LockAnswered {
  enum class Answer : std::uint8_t {
    granted,
    refused,   // held by another, and waiting for it could lead to a deadlock
    family,    // held by a run that waits for this one
    withdrawn  // the request is forgotten
  };
  ActivationId activation;
  Answer answer = Answer::granted;
  std::string holder = {};  // of the lock, when it was refused
  std::string above = {};   // refused: what the run has, or asks for, that is above it
};

struct CancelRun {
  std::string reason;
  std::string actor;
};

// Ends the run at once; what it has done stays.
struct KillRun {
  std::string reason;
  std::string actor;
};

// Suspended attempts are made again, and a run that was held goes on. `forward`: what was stopped
// goes forward again; only while its plan is not recorded.
struct ResumeRun {
  std::string reason;
  std::string actor;
  bool forward = false;
};

// Holds the run: no attempt begins any more. Its clocks go on.
struct SuspendRun {
  std::string reason;
  std::string actor;
  bool with_parent = false;  // its parent run is held, and it goes on when that one does
};

// The next attempt of a step, now. With `input` a new activation begins with that input instead,
// and the old one stays armed.
struct RetryStep {
  ActivationId activation;  // none: the task that could not begin ...
  ScopeId scope;            // ... in this scope
  std::optional<Json> input;
  std::string reason;
  std::string actor;
};

// A step is done: an operator has seen the evidence. `output` is what its participant would have
// answered.
struct CompleteStep {
  ActivationId activation;
  Json output;
  std::string reason;
  std::string actor;
};

// An undo of a plan is not made. The run ends with exceptions.
struct SkipUndo {
  UnwindingId unwinding;
  std::uint32_t index = 0;
  std::string reason;
  std::string actor;
};

using InputBody = std::variant<StartRun, AttemptAnswered, FunctionOffered, TimePassed, Recovered,
                               Continue, EventArrived, EventAccepted, CancelRun, KillRun, ResumeRun,
                               SuspendRun, RetryStep, CompleteStep, SkipUndo, CalledBack,
                               ChildResolved, ChildReported, UnwindRun, LockAnswered>;

struct Input {
  Time now;              // engine time
  std::uint64_t random;  // for jitter; what it led to stands in the records
  InputBody body;
};

}  // namespace skald::runtime
