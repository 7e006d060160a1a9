#pragma once

// A few threads for work that may block (a deployment, a read from disk), so that the io thread
// never does. The queue is bounded.
//
// Thread-safety: all members.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace skald::runtime {

class WorkerPool {
 public:
  WorkerPool(unsigned threads, std::size_t max_queued);
  ~WorkerPool();
  WorkerPool(WorkerPool const&) = delete;
  WorkerPool& operator=(WorkerPool const&) = delete;

  // False, and nothing is done, when the queue is full or the pool has stopped.
  bool post(std::function<void()> work);
  // Finishes what runs, drops what is queued.
  void stop();

 private:
  void run();

  std::size_t max_queued_;
  std::mutex mutex_;
  std::condition_variable due_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace skald::runtime
