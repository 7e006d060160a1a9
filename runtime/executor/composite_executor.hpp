#pragma once

// CompositeExecutor sends calls of "http" one way, processes another, calls of functions a third.
//
// Thread-safety: as its parts, which must outlive it.

#include "runtime/executor/executor.hpp"

namespace skald::runtime {

class CompositeExecutor final : public Executor {
 public:
  CompositeExecutor(Executor& http, Executor& functions, Executor& processes)
      : http_(http), functions_(functions), processes_(processes) {}

  void submit(CallRequest request) override;
  void submit_all(std::vector<CallRequest> requests) override;
  // Asks all: an attempt that one of them does not know is nothing to it.
  void withdraw(AttemptId id) override;

 private:
  Executor& executor_of(CallRequest const& request);

  Executor& http_;
  Executor& functions_;
  Executor& processes_;
};

}  // namespace skald::runtime
