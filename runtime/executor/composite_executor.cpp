#include "runtime/executor/composite_executor.hpp"

#include <utility>

namespace skald::runtime {

void CompositeExecutor::submit(CallRequest request) {
  Executor& executor = request.function == "http" ? http_ : functions_;
  executor.submit(std::move(request));
}

void CompositeExecutor::withdraw(AttemptId id) {
  http_.withdraw(id);
  functions_.withdraw(id);
}

}  // namespace skald::runtime
