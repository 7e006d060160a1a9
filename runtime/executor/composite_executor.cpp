#include "runtime/executor/composite_executor.hpp"

#include <utility>

#include "runtime/executor/process_call.hpp"

namespace skald::runtime {

void CompositeExecutor::submit(CallRequest request) {
  Executor& executor = request.function == "http"          ? http_
                       : is_process_call(request.function) ? processes_
                                                           : functions_;
  executor.submit(std::move(request));
}

void CompositeExecutor::withdraw(AttemptId id) {
  http_.withdraw(id);
  functions_.withdraw(id);
  processes_.withdraw(id);
}

}  // namespace skald::runtime
