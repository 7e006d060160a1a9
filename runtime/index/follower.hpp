#pragma once

// Brings an index after its journal, in a thread of its own. Changes are collected for a while and
// only the last one of each key is written; a key that was inserted and erased meanwhile is not
// written at all. So a short run costs the index one write or none, however many records it has.
// What is waiting is bounded: submit() blocks when the index can not keep up.
//
// Thread-safety: submit() and close() belong to one thread, the rest to any.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>

#include "base/time.hpp"
#include "runtime/index/index.hpp"

namespace skald::runtime {

struct FollowerOptions {
  Duration window = Duration::from_ms(200);   // how long changes are collected
  std::size_t window_bytes = 8U << 20U;       // more than that is written at once
  std::size_t max_queued_bytes = 16U << 20U;  // beside the window; more and submit() blocks
  Duration retry = Duration::from_ms(500);    // how often a full disk is asked again
};

struct FollowerStats {
  Lsn submitted{0};
  Lsn applied{0};
  std::uint64_t lag() const { return submitted.value - applied.value; }
  std::uint64_t changes = 0;  // that came
  std::uint64_t written = 0;  // that were written
  std::uint64_t batches = 0;  // in which they were
  std::uint64_t blocked = 0;  // how often submit() had to wait
  std::size_t queued_bytes = 0;
  bool failed = false;
};

class Follower {
 public:
  // `on_failure` hears once, from the follower's thread, that the index is given up: what comes
  // afterwards is dropped, and the index is stale until it is opened again.
  Follower(Index& index, FollowerOptions options, std::function<void(Error const&)> on_failure);
  ~Follower();
  Follower(Follower const&) = delete;
  Follower& operator=(Follower const&) = delete;

  // The changes that follow from the log up to this LSN, which must be durable: an index must
  // never know more than its journal. LSNs grow; what the index has applied already is ignored,
  // so a replay may submit everything again.
  void submit(Lsn lsn, IndexBatch changes);

  // Waits until the index has applied the LSN, which is then done without waiting for the window.
  // timed_out, or the failure that gave the index up.
  Result<void> wait_applied(Lsn lsn, Duration timeout);

  FollowerStats stats() const;

  // Applies everything submitted, and ends the thread. Says whether that worked.
  Result<void> close();

 private:
  struct Submitted {
    Lsn lsn;
    std::size_t bytes = 0;
    IndexBatch changes;
  };
  using Clock = std::chrono::steady_clock;
  using Lock = std::unique_lock<std::mutex>;

  void run();
  bool wait_for_work(Lock& lock);
  bool due() const;
  void collect(Submitted submitted);
  void write_window();
  Result<void> apply_with_patience(IndexBatch const& batch);
  void give_up(Error const& error);

  Index& index_;
  FollowerOptions options_;
  std::function<void(Error const&)> on_failure_;

  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable progress_;
  std::deque<Submitted> queue_;
  FollowerStats stats_;
  Lsn demanded_{0};
  bool closing_ = false;
  std::optional<Error> failure_;

  // The follower's thread only.
  std::unordered_map<std::string, IndexChange> window_;
  std::size_t window_bytes_ = 0;
  bool window_open_ = false;
  Lsn window_lsn_{0};
  Clock::time_point window_since_{};
  std::thread thread_;
};

}  // namespace skald::runtime
