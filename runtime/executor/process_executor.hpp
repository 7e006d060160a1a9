#pragma once

// ProcessExecutor runs shell commands and scripts ("run:shell", "run:script") as processes, each in
// a group of its own. Off by default: what the permissions do not name is answered as a
// configuration error.
//
// - The deadline counts from submit. One that passes in the queue is `not_sent`; else the attempt
//   is `lost` and the group is ended: politely first, by force a moment later.
// - A command that is not waited for is answered when it has started; it ends with the engine.
// - Output beyond the limit ends the group; the call has failed.
//
// Thread-safety: submit and withdraw from any thread. Destruction ends all groups and gives no more
// answers, as in a crash.

#include <memory>

#include "runtime/executor/executor.hpp"
#include "runtime/executor/process_call.hpp"

namespace skald::runtime {

struct ProcessExecutorOptions {
  ProcessPermissions permissions = {};
  std::size_t at_once = 16;  // more wait in a queue
  std::size_t max_output_bytes = std::size_t{4} << 20U;
  Duration grace = Duration::from_ms(500);  // between asking a group to end and forcing it
};

class ProcessExecutor final : public Executor {
 public:
  ProcessExecutor(ProcessExecutorOptions options, AnswerCallback callback);
  ~ProcessExecutor() override;

  void submit(CallRequest request) override;
  void withdraw(AttemptId id) override;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace skald::runtime
