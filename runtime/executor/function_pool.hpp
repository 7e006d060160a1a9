#pragma once

// FunctionPool runs calls of registered C++ functions on threads of its own.
//
// - Returned, Refused and Failed are answers of the same name; BadInput was not called, so it is
//   `not_sent` and `invalid`; an exception is `failed`. A function that misses its deadline is
//   `lost`: its stop token is triggered and the answer given at once. What it returns later goes to
//   the late callback (a late success must still be undone). It keeps its thread until it returns.
// - The deadline counts from submit. One that passes in the queue is `not_sent`.
// - A call of a function that is not registered waits a second (at most half its time) for `add` to
//   bring the function: a program registers its functions right after it has opened its engine.
//   Then it is `not_sent` and `unoffered`. It can be withdrawn.
//
// Thread-safety: all members, also from inside a function or a callback (except destruction).
//
// Destruction stops taking work, triggers the stop tokens of what runs and waits for it (at most
// `shutdown_wait`; answers of that time are delivered). All else gets no answer, as in a crash: the
// journal's recovery sends it again. A function that is still running then keeps its thread and
// whatever it captured; nothing is called back any more. Stop tokens are valid during the call.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dsl/builder/function.hpp"
#include "runtime/executor/executor.hpp"
#include "runtime/executor/secrets.hpp"

namespace skald::runtime {

struct FunctionPoolOptions {
  unsigned threads = 2;
  std::size_t max_queued = 100'000;  // over it a call is not_sent at once
  Duration shutdown_wait = Duration::from_seconds(5);
  Duration offer_wait = Duration::from_seconds(1);  // for a function that is not registered
  // Opens what is sealed in the arguments.
  std::shared_ptr<Secrets const> secrets = std::make_shared<Secrets>();
};

class FunctionPool final : public Executor {
 public:
  // What an attempt that was answered `lost` returned in the end.
  using LateCallback = std::function<void(AttemptId, saga::Answer)>;

  FunctionPool(FunctionPoolOptions options, AnswerCallback callback, LateCallback late = nullptr);
  ~FunctionPool() override;

  // Registers or replaces; calls that wait for the name go on.
  void add(std::string name, Function function);
  bool has(std::string_view name) const;

  void submit(CallRequest request) override;
  void submit_all(std::vector<CallRequest> requests) override;
  void withdraw(AttemptId id) override;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace skald::runtime
