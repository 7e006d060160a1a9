#include "runtime/engine/partition_thread.hpp"

#include <chrono>

namespace skald::runtime {
namespace {

// So many commands share one journal entry at most; a longer queue is worked off in several.
constexpr std::size_t kCommandsPerEntry = 1024;
constexpr std::chrono::milliseconds kIdle{200};

}  // namespace

void PartitionThread::start(EngineClock& clock) {
  thread_ = std::thread([this, &clock] { run(clock); });
}

void PartitionThread::stop() {
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
    work_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void PartitionThread::post(Command command) {
  std::lock_guard const lock(mutex_);
  enqueue(std::move(command));
}

void PartitionThread::enqueue(Command command) {
  queue_.push_back(std::move(command));
  if (queue_.size() == 1) work_.notify_one();
}

bool PartitionThread::offer(std::size_t bytes, Command command) {
  std::lock_guard const lock(mutex_);
  bool const room = bytes <= limits_.bytes && offered_bytes_ <= limits_.bytes - bytes;
  if (offered_ >= limits_.commands || !room) return false;
  ++offered_;
  offered_bytes_ += bytes;
  enqueue(std::move(command));
  return true;
}

bool PartitionThread::full() {
  std::lock_guard const lock(mutex_);
  return offered_ >= limits_.commands || offered_bytes_ >= limits_.bytes;
}

void PartitionThread::wake() {
  std::lock_guard const lock(mutex_);
  awake_ = true;
  work_.notify_one();
}

// False when the thread is to end: nothing is queued any more.
bool PartitionThread::wait_for_work(EngineClock& clock, std::vector<Command>& commands) {
  std::unique_lock lock(mutex_);
  if (!partition_.has_work() && queue_.empty() && !awake_ && !stopping_) {
    auto patience = std::chrono::duration_cast<std::chrono::microseconds>(kIdle);
    if (auto const next = partition_.next_deadline()) {
      auto const left = *next - clock.now();
      patience = std::min(patience, std::chrono::microseconds(std::max<std::int64_t>(left.us, 0)));
    }
    work_.wait_for(lock, patience, [this] { return !queue_.empty() || awake_ || stopping_; });
  }
  awake_ = false;
  commands.clear();
  commands.swap(queue_);
  offered_ = 0;
  offered_bytes_ = 0;
  return !stopping_ || !commands.empty();
}

void PartitionThread::run(EngineClock& clock) {
  std::vector<Command> commands;
  while (wait_for_work(clock, commands)) {
    auto const now = clock.now();
    std::size_t count = 0;
    for (auto& command : commands) {
      command(partition_, now);
      if (++count % kCommandsPerEntry == 0) partition_.flush();
    }
    partition_.tick(now);
    partition_.flush();
    partition_.release(journal_.durable());
  }
  partition_.flush();
}

}  // namespace skald::runtime
