#pragma once

// The insides of an Engine: its partitions with their threads, journals and indexes, the
// executors, and what is deployed. Internal to runtime/engine.

#include <atomic>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

#include "runtime/engine/callbacks.hpp"
#include "runtime/engine/deployments.hpp"
#include "runtime/engine/engine.hpp"
#include "runtime/engine/partition_thread.hpp"
#include "runtime/engine/schedule_routes.hpp"
#include "runtime/executor/composite_executor.hpp"
#include "runtime/executor/function_pool.hpp"
#include "runtime/executor/http_executor.hpp"
#include "runtime/executor/process_executor.hpp"
#include "runtime/journal/data_dir.hpp"

namespace skald {

namespace runtime {
class HistoryPages;
}

// Lets calls through until the engine closes; what comes later is left to recovery.
class ExecutorGate final : public runtime::Executor {
 public:
  void open(runtime::Executor& to) {
    std::lock_guard const lock(mutex_);
    to_ = &to;
  }
  // Returns when no call is on its way through: the executor may be destroyed.
  void close() {
    std::lock_guard const lock(mutex_);
    to_ = nullptr;
  }
  void submit(runtime::CallRequest request) override {
    std::shared_lock const lock(mutex_);
    if (to_ != nullptr) to_->submit(std::move(request));
  }
  void submit_all(std::vector<runtime::CallRequest> requests) override {
    std::shared_lock const lock(mutex_);
    if (to_ != nullptr) to_->submit_all(std::move(requests));
  }
  void withdraw(runtime::AttemptId id) override {
    std::shared_lock const lock(mutex_);
    if (to_ != nullptr) to_->withdraw(id);
  }

 private:
  std::shared_mutex mutex_;
  runtime::Executor* to_ = nullptr;
};

// One partition and all that is its own.
struct PartitionUnit {
  std::unique_ptr<runtime::Journal> journal;
  std::unique_ptr<runtime::IndexSink> index;
  std::unique_ptr<runtime::Partition> partition;
  std::unique_ptr<runtime::PartitionThread> thread;
};

struct EngineImpl {
  explicit EngineImpl(EngineOptions given);
  ~EngineImpl();

  Result<void> open();
  Result<void> open_units(unsigned count);
  Result<void> recover();
  Result<void> start_executors();
  void close();

  PartitionUnit const& home(std::string_view run) const;
  runtime::PartitionThread& thread_of(std::string_view run) const { return *home(run).thread; }
  // Errors: failed_precondition when it runs processes that are not allowed here.
  Result<void> check_processes(graph::StepGraph const& graph) const;
  // The disk is full: what is new is refused at once.
  Result<void> check_space() const;
  // An input or an event from outside: within the limits of size and depth.
  Result<void> check_value(Json const& value, char const* what) const;
  std::uint64_t when_ended(std::string const& run, std::function<void(Result<Outcome>)> done);
  void forget(std::string const& run, std::uint64_t ticket);
  Result<Outcome> wait(std::string const& run, std::chrono::nanoseconds timeout);
  using Verb = void (runtime::Partition::*)(std::string const&, std::string, std::string, Time,
                                            runtime::Partition::Done);
  Result<void> operate(Verb verb, std::string const& run, std::string reason, std::string actor);
  static Result<void> check_addressee(Engine const& engine, Json const& event);
  // Makes an event durable in every partition, then calls done.
  void broadcast(Json event, std::function<void(Result<Published>)> done);
  Json missing_functions(graph::StepGraph const& graph) const;
  // Tells the partitions that calls of the function can be made.
  void offer(std::string const& function);
  std::string new_run_id();
  // Tells the schedule's home which version is the newest one (engine_schedules.cpp).
  void set_schedule(std::string const& name);
  runtime::ScheduleRoutes schedule_routes();
  // {name, holder, since, waiting} of a lock; null when it is free (engine_locks.cpp).
  Json lock(std::string const& name) const;
  Result<Deployment> deploy(runtime::GraphPtr graph, std::string source, std::string source_name,
                            Json diagnostics, DeployOptions deploy_options);
  void start(std::string_view workflow, Json input, StartOptions start_options,
             std::function<void(Result<Started>)> done);

  EngineOptions options;
  std::optional<runtime::DataDir> data_dir;
  std::optional<runtime::Callbacks> callback_urls;
  runtime::Deployments deployments;
  std::mutex deploying;
  std::vector<PartitionUnit> units;
  std::unique_ptr<runtime::EngineClock> clock;
  ExecutorGate gate;
  std::unique_ptr<runtime::HttpExecutor> http;
  std::unique_ptr<runtime::FunctionPool> functions;
  runtime::FunctionPool* offering = nullptr;  // the same, for its own threads: also while it ends
  std::unique_ptr<runtime::ProcessExecutor> processes;
  std::unique_ptr<runtime::CompositeExecutor> executors;
  std::atomic<std::uint64_t> tickets{1};
  std::atomic<std::uint64_t> ids{1};
  std::vector<std::string> notices;  // what recovery has to say
  std::unique_ptr<runtime::HistoryPages> pages;
};

Result<Outcome> outcome_of(Result<runtime::RunReport> report);

}  // namespace skald
