#pragma once

// Runs one partition on a thread of its own: takes commands from a queue, flushes what they made,
// and releases what has become durable.
//
// Thread-safety: post(), offer() and wake() may be called from any thread; start() and stop() from
// one.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/engine/engine_clock.hpp"
#include "runtime/engine/partition.hpp"

namespace skald::runtime {

// Of what is offered and not yet taken.
struct QueueLimits {
  std::size_t commands = 65'536;
  std::size_t bytes = std::size_t{256} << 20U;
};

class PartitionThread {
 public:
  using Command = std::function<void(Partition&, Time now)>;

  PartitionThread(Partition& partition, Journal& journal, QueueLimits limits = {})
      : partition_(partition), journal_(journal), limits_(limits) {}
  ~PartitionThread() { stop(); }

  void start(EngineClock& clock);
  // Processes what is queued, appends it, and ends the thread. Runs whose turn goes on are left to
  // the next open.
  void stop();
  void post(Command command);
  // Like post(), of something new that carries so many bytes. False, and the command is dropped,
  // when the queue is at a limit: what is under way goes on, more is not taken.
  bool offer(std::size_t bytes, Command command);
  // True when offer() takes nothing.
  bool full();
  // Something has become durable.
  void wake();

  // Runs f on the partition's thread and waits for its value. Not from that thread itself.
  template <class F>
  auto ask(F f) -> decltype(f(std::declval<Partition&>())) {
    using Value = decltype(f(std::declval<Partition&>()));
    auto const promise = std::make_shared<std::promise<Value>>();
    auto future = promise->get_future();
    post([promise, f](Partition& partition, Time) { promise->set_value(f(partition)); });
    return future.get();
  }

  // The same for a question to a run, answered when what f has seen of it is durable. Empty when
  // that takes longer than `patience` (the disk is full); f owns what it uses.
  template <class F>
  auto ask_durable(std::string run, std::chrono::seconds patience, F f)
      -> std::optional<decltype(f(std::declval<Partition&>()))> {
    using Value = decltype(f(std::declval<Partition&>()));
    auto const promise = std::make_shared<std::promise<Value>>();
    auto future = promise->get_future();
    post([promise, run = std::move(run), f = std::move(f)](Partition& partition, Time) {
      partition.when_durable(run, [promise, value = f(partition)] { promise->set_value(value); });
    });
    if (future.wait_for(patience) != std::future_status::ready) return std::nullopt;
    return future.get();
  }

 private:
  void enqueue(Command command);  // the lock is held
  void run(EngineClock& clock);
  bool wait_for_work(EngineClock& clock, std::vector<Command>& commands);

  Partition& partition_;
  Journal& journal_;
  QueueLimits limits_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::vector<Command> queue_;
  std::size_t offered_ = 0;  // of the queue
  std::size_t offered_bytes_ = 0;
  bool awake_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace skald::runtime
