#pragma once

// CompositeExecutor sends calls of "http" one way and calls of functions the other.
//
// Thread-safety: as its parts, which must outlive it.

#include "runtime/executor/executor.hpp"

namespace skald::runtime {

class CompositeExecutor final : public Executor {
 public:
  CompositeExecutor(Executor& http, Executor& functions) : http_(http), functions_(functions) {}

  void submit(CallRequest request) override;
  // Asks both: an attempt that one of them does not know is nothing to it.
  void withdraw(AttemptId id) override;

 private:
  Executor& http_;
  Executor& functions_;
};

}  // namespace skald::runtime
