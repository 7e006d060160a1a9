#pragma once

// The Executor port: attempts of calls go out through it, answers come back through a callback.
// An executor does no retrying, keeps no state that matters and decides nothing: retry, outcome
// and undo are the machine's. Implementations: HttpExecutor (http_executor.hpp), FunctionPool
// (function_pool.hpp), and the in-memory one of the simulator.
//
// Thread-safety: submit, submit_all and withdraw may be called from any thread. The callback is
// called exactly once per submitted attempt, from a thread of the executor, never from inside
// submit.

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "saga/outcome.hpp"

namespace skald::runtime {

// Names one attempt for the engine; the executor only hands it back.
struct AttemptId {
  std::uint64_t run = 0;  // the engine's handle of the run
  std::uint32_t activation = 0;
  std::uint32_t attempt = 0;

  auto operator<=>(AttemptId const&) const = default;
};

struct CallRequest {
  AttemptId id;
  std::string function;  // "http" or a registered function's name
  Json with;             // evaluated arguments
  Duration timeout;      // of this attempt, > 0
  // What the participant sees (headers of the HTTP call, StepContext of a function):
  std::string key;            // Idempotency-Key: the same for all attempts of an activation
  std::string run;            // Skald-Run
  std::string step;           // Skald-Step: the task's path
  std::uint32_t attempt = 1;  // Skald-Attempt, 1-based
  saga::Direction direction = saga::Direction::forward;  // Skald-Direction
  std::string undoes;    // Skald-Undoes: key of the action; empty going forward
  std::string probes;    // Skald-Probes: key of the action that a probe asks for; else empty
  Json undo;             // $undo of the block ({input, output, outcome, error}); else null
  std::string callback;  // Skald-Callback: the URL that the participant is to post to; or empty
};

using AnswerCallback = std::function<void(AttemptId, saga::Answer)>;

class Executor {
 public:
  virtual ~Executor() = default;

  virtual void submit(CallRequest request) = 0;
  // The same for several, in their order: who has threads to wake wakes them once for all.
  virtual void submit_all(std::vector<CallRequest> requests) {
    for (auto& request : requests) submit(std::move(request));
  }
  // Takes an attempt that has not been sent out of the queue; its answer is then `not_sent`. One
  // that was sent goes on and answers as usual.
  virtual void withdraw(AttemptId id) = 0;
};

}  // namespace skald::runtime
