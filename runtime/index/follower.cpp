#include "runtime/index/follower.hpp"

#include <tuple>
#include <utility>

namespace skald::runtime {
namespace {

constexpr std::size_t kChangeOverhead = 64;

std::size_t size_of(IndexChange const& change) {
  return change.key.size() + change.value.size() + kChangeOverhead;
}

std::chrono::microseconds chrono(Duration duration) {
  return std::chrono::microseconds(duration.us);
}

}  // namespace

Follower::Follower(Index& index, FollowerOptions options,
                   std::function<void(Error const&)> on_failure)
    : index_(index), options_(options), on_failure_(std::move(on_failure)) {
  stats_.submitted = stats_.applied = window_lsn_ = index_.applied();
  thread_ = std::thread([this] { run(); });
}

Follower::~Follower() {
  std::ignore = close();
}

void Follower::submit(Lsn lsn, IndexBatch changes) {
  std::size_t bytes = kChangeOverhead;
  for (IndexChange const& change : changes) bytes += size_of(change);
  Lock lock(mutex_);
  SKALD_ASSERT(!closing_, "submit() after close()");
  if (lsn <= stats_.submitted || failure_) return;
  auto const room = [&] { return stats_.queued_bytes <= options_.max_queued_bytes || failure_; };
  if (!room()) {
    ++stats_.blocked;
    progress_.wait(lock, room);
    if (failure_) return;
  }
  stats_.submitted = lsn;
  stats_.changes += changes.size();
  stats_.queued_bytes += bytes;
  queue_.push_back({lsn, bytes, std::move(changes)});
  lock.unlock();
  work_.notify_one();
}

Result<void> Follower::wait_applied(Lsn lsn, Duration timeout) {
  Lock lock(mutex_);
  demanded_ = std::max(demanded_, lsn);
  work_.notify_one();
  bool const in_time =
      progress_.wait_for(lock, chrono(timeout), [&] { return stats_.applied >= lsn || failure_; });
  if (failure_) return *failure_;
  if (in_time) return {};
  return Error{ErrorCode::timed_out,
               "the index has applied LSN " + std::to_string(stats_.applied.value) + ", not yet " +
                   std::to_string(lsn.value),
               "ask again"};
}

FollowerStats Follower::stats() const {
  Lock lock(mutex_);
  return stats_;
}

Result<void> Follower::close() {
  {
    Lock lock(mutex_);
    closing_ = true;
  }
  work_.notify_one();
  if (thread_.joinable()) thread_.join();
  if (failure_) return *failure_;
  return {};
}

void Follower::run() {
  Lock lock(mutex_);
  while (wait_for_work(lock)) {
    std::deque<Submitted> taken;
    taken.swap(queue_);
    bool const at_once = closing_ || demanded_ > stats_.applied;
    lock.unlock();
    std::size_t bytes = 0;
    for (Submitted& submitted : taken) {
      bytes += submitted.bytes;
      collect(std::move(submitted));
      if (window_bytes_ > options_.window_bytes) write_window();
    }
    if (at_once || due()) write_window();
    lock.lock();
    stats_.queued_bytes -= bytes;
    progress_.notify_all();
  }
}

// False when the follower is closing and has nothing left to do.
bool Follower::wait_for_work(Lock& lock) {
  auto const awaited = [this] {
    bool const demand = window_open_ && demanded_ > stats_.applied;
    return !queue_.empty() || closing_ || demand;
  };
  if (window_open_) {
    work_.wait_until(lock, window_since_ + chrono(options_.window), awaited);
  } else {
    work_.wait(lock, awaited);
  }
  return !closing_ || !queue_.empty() || window_open_;
}

bool Follower::due() const {
  return Clock::now() >= window_since_ + chrono(options_.window);
}

// The last change of a key wins; an insert and its erase are as if neither had been.
void Follower::collect(Submitted submitted) {
  if (!std::exchange(window_open_, true)) window_since_ = Clock::now();
  window_lsn_ = submitted.lsn;
  for (IndexChange& change : submitted.changes) {
    using Kind = IndexChange::Kind;
    std::size_t const size = size_of(change);
    auto const [place, is_first] = window_.try_emplace(change.key);
    Kind const before = place->second.kind;
    if (!is_first) {
      window_bytes_ -= size_of(place->second);
      if (before == Kind::insert && change.kind == Kind::erase) {
        window_.erase(place);
        continue;
      }
      // The index has the key, or has to be told that it has it no more: only what was inserted
      // in this window may vanish from it.
      if (change.kind != Kind::erase) {
        change.kind = before == Kind::insert ? Kind::insert : Kind::put;
      }
    }
    place->second = std::move(change);
    window_bytes_ += size;
  }
}

void Follower::write_window() {
  if (!std::exchange(window_open_, false)) return;
  IndexBatch batch;
  batch.reserve(window_.size());
  for (auto& [key, change] : window_) batch.push_back(std::move(change));
  window_.clear();
  window_bytes_ = 0;
  if (failure_) return;  // set by this thread only
  auto const applied = apply_with_patience(batch);
  if (!applied.ok()) return give_up(applied.error());
  Lock lock(mutex_);
  stats_.applied = window_lsn_;
  stats_.written += batch.size();
  stats_.batches += 1;
  progress_.notify_all();
}

// A full disk may have room again; but nobody waits for that longer than the queue lasts.
Result<void> Follower::apply_with_patience(IndexBatch const& batch) {
  while (true) {
    auto applied = index_.apply(batch, window_lsn_);
    if (applied.ok() || applied.error().code != ErrorCode::no_space) return applied;
    Lock lock(mutex_);
    auto const out_of_patience = [this] {
      return closing_ || stats_.queued_bytes > options_.max_queued_bytes;
    };
    if (work_.wait_for(lock, chrono(options_.retry), out_of_patience)) return applied;
  }
}

void Follower::give_up(Error const& error) {
  {
    Lock lock(mutex_);
    failure_ = error;
    stats_.failed = true;
    progress_.notify_all();
  }
  if (on_failure_) on_failure_(error);
}

}  // namespace skald::runtime
