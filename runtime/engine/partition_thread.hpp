#pragma once

// Runs one partition on a thread of its own: takes commands from a queue, flushes what they made,
// and releases what has become durable.
//
// Thread-safety: post() and wake() may be called from any thread; start() and stop() from one.

#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "runtime/engine/engine_clock.hpp"
#include "runtime/engine/partition.hpp"

namespace skald::runtime {

class PartitionThread {
 public:
  using Command = std::function<void(Partition&, Time now)>;

  PartitionThread(Partition& partition, Journal& journal)
      : partition_(partition), journal_(journal) {}
  ~PartitionThread() { stop(); }

  void start(EngineClock& clock);
  // Processes what is queued, makes it durable, and ends the thread.
  void stop();
  void post(Command command);
  // Something has become durable.
  void wake();

  // Runs f on the partition's thread and waits for its value. Not from that thread itself.
  template <class F>
  auto ask(F f) -> decltype(f(std::declval<Partition&>())) {
    using Value = decltype(f(std::declval<Partition&>()));
    std::promise<Value> promise;
    auto future = promise.get_future();
    post([&promise, &f](Partition& partition, Time) { promise.set_value(f(partition)); });
    return future.get();
  }

 private:
  void run(EngineClock& clock);
  bool wait_for_work(EngineClock& clock, std::vector<Command>& commands);

  Partition& partition_;
  Journal& journal_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::vector<Command> queue_;
  bool awake_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace skald::runtime
