#pragma once

// An engine for scenarios: one partition in memory, on a clock that only moves when it is told to,
// with answers to calls that the scenario has written down. It is the partition that the server
// runs; only the ports differ. It can be stopped between any two steps and started again.
//
// Thread-safety: none.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "runtime/engine/deployments.hpp"
#include "runtime/engine/direct_index.hpp"
#include "runtime/engine/partition.hpp"
#include "runtime/journal/memory_journal.hpp"

namespace skald::feature {

class VirtualEngine final : public runtime::Executor {
 public:
  explicit VirtualEngine(Time begin = {1'767'225'600'000'000});  // 2026-01-01T00:00:00Z
  ~VirtualEngine() override;

  // YAML or JSON; gives "namespace/name/version". Errors: invalid_argument with the diagnostics.
  Result<std::string> deploy(std::string const& definition);
  // Gives the id. `workflow` as deploy() gave it.
  Result<std::string> start(std::string const& workflow, Json const& input, std::string id = {});
  void publish(Json event);
  void cancel(std::string const& run);
  // The participant of the latest call that awaits a callback posts. False when nobody wanted it.
  bool call_back(Json output);

  // How calls of a target ("GET https://...", or a function's name) are answered: one answer per
  // call, the last for all that follow. As in a stub file: {status, content} (or body), {refused:
  // WORDS}, {failed: WORDS}, "timeout", "unreachable"; also {returns: VALUE}, {lost: true}, and a
  // message beside them. A target without answers is left without one.
  void answer_calls(std::string target, std::vector<Json> answers);
  std::size_t calls_of(std::string const& target) const;

  // One thing that needs no time happens; false when there is none.
  bool step();
  // All of them do.
  void rest();
  // Time passes, and what is due in it happens at its moment.
  void pass(Duration length);
  // The clock goes on to the next moment at which something is due; false when there is none.
  bool next();
  Time now() const { return now_; }
  void set_clock(Time at);  // forward, once something has happened; nothing is done about it yet

  // The process ends. What was not durable is lost; then it starts again, on the same clock.
  void crash();
  // Nothing is lost.
  void restart();

  // Ids of all runs in the order of their start.
  std::vector<std::string> runs() const;
  Result<runtime::RunReport> report(std::string const& run) const;
  // Names of the run's tasks in the order in which they began, without undos.
  std::vector<std::string> order(std::string const& run) const;
  std::vector<Json> const& emitted() const { return emitted_; }
  runtime::Partition& partition() { return *partition_; }

  void submit(runtime::CallRequest request) override;
  void withdraw(runtime::AttemptId id) override;

 private:
  void boot();
  void later(std::function<void()> work) { outbox_.push_back(std::move(work)); }
  void answer(runtime::CallRequest const& request);
  runtime::StartCommand command(std::string const& digest, std::string run, Json input) const;
  std::vector<runtime::Record> records(std::string const& run) const;

  Time now_;
  runtime::MemoryJournal journal_;
  std::unique_ptr<runtime::DirectIndex> index_;
  runtime::Deployments deployments_;
  std::unique_ptr<runtime::Partition> partition_;
  std::deque<std::function<void()>> outbox_;  // messages on their way: lost with the process
  std::map<std::string, std::vector<Json>> answers_;
  std::map<std::string, std::size_t> calls_;
  std::vector<Json> emitted_;
  std::vector<std::pair<std::string, runtime::ActivationId>> awaited_;
  std::uint64_t next_id_ = 1;
};

}  // namespace skald::feature
