#pragma once

// Effects are what a run wants done in the world. They are derived from its state alone
// (pending()), so there is no outbox: after a crash the same effects are derived again.

#include <cstdint>
#include <string>
#include <variant>

#include "base/json.hpp"
#include "base/time.hpp"
#include "runtime/machine/ids.hpp"
#include "runtime/machine/record.hpp"
#include "saga/outcome.hpp"

namespace skald::runtime {

// One attempt of a call is to be made, or is under way.
struct CallEffect {
  ActivationId activation;
  std::uint32_t attempt = 1;
  std::string function;
  Json with;
  std::string key;
  std::string step;  // the task's path
  saga::Direction direction = saga::Direction::forward;
  std::string undoes;  // key of the action; empty going forward
  std::string probes;  // of a call of a probe: key of the action it asks for
  Json undo;           // $undo
  Time deadline;
  bool withdraw = false;  // its scope is stopping: do not send it if it was not sent yet
  bool callback = false;  // its participant will call back
};

// A `listen` wants events; the engine offers those whose type fits.
struct SubscribeEffect {
  ActivationId activation;
  std::vector<std::string> types;  // constant `type`s of the filters; empty: any
};

// An `emit`'s event is to reach every partition.
struct PublishEffect {
  ActivationId activation;
  Json event;
};

// Something is wanted of a child run, which lives beside its parent.
struct ChildEffect {
  enum class Want : std::uint8_t {
    resolve,  // find the workflow; when nobody waits for the child, start it too
    run,      // it is to run, and its end to be reported
    stop,     // its parent stops: it is to be cancelled, and its end to be reported
    unwind,   // it has completed and is to undo what it kept
  };
  Want want = Want::resolve;
  std::string child;     // its run id
  std::string workflow;  // "ns/name" (the newest) or "ns/name/version"
  std::string graph;     // digest, once it is resolved
  Json input;
  Parent parent;
};

// A lock is wanted of its home, or not wanted any more.
struct LockEffect {
  ActivationId activation;
  std::string name;
  bool withdraw = false;
  std::string above;  // the greatest name that the run holds; empty: none
};

// A turn reached its budget; the run wants a Continue.
struct ContinueEffect {};

using Effect = std::variant<CallEffect, SubscribeEffect, PublishEffect, ChildEffect, LockEffect,
                            ContinueEffect>;

}  // namespace skald::runtime
