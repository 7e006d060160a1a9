#include "runtime/executor/composite_executor.hpp"

#include <utility>

#include "runtime/executor/process_call.hpp"

namespace skald::runtime {

Executor& CompositeExecutor::executor_of(CallRequest const& request) {
  if (request.function == "http") return http_;
  return is_process_call(request.function) ? processes_ : functions_;
}

void CompositeExecutor::submit(CallRequest request) {
  auto& executor = executor_of(request);
  executor.submit(std::move(request));
}

// Only functions are many and short enough to care.
void CompositeExecutor::submit_all(std::vector<CallRequest> requests) {
  std::vector<CallRequest> functions;
  for (auto& request : requests) {
    auto& executor = executor_of(request);
    if (&executor == &functions_) {
      functions.push_back(std::move(request));
    } else {
      executor.submit(std::move(request));
    }
  }
  if (!functions.empty()) functions_.submit_all(std::move(functions));
}

void CompositeExecutor::withdraw(AttemptId id) {
  http_.withdraw(id);
  functions_.withdraw(id);
  processes_.withdraw(id);
}

}  // namespace skald::runtime
