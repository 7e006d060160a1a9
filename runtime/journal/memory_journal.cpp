#include "runtime/journal/memory_journal.hpp"

#include <algorithm>
#include <utility>

namespace skald::runtime {

Result<Recovery> MemoryJournal::recover(Lsn from, JournalVisitor const& visit,
                                        JournalCallbacks callbacks) {
  Recovery recovery;
  {
    std::scoped_lock lock(mutex_);
    SKALD_ASSERT(!open_, "recover() is called once in a life");
    recovery.closed_cleanly = true;
    recovery.last = last_locked();
    recovery.first = entries_.empty() ? Lsn{0} : Lsn{first_};
    recovery.epoch = ++epoch_;
    durable_ = recovery.last;
    failed_ = false;
    open_ = true;
    callbacks_ = std::move(callbacks);
    recovery.entries = entries_.empty() || from > recovery.last
                           ? 0
                           : recovery.last.value - std::max(from.value, first_) + 1;
  }
  SKALD_TRY(read(from, visit));
  return recovery;
}

Lsn MemoryJournal::append(std::string payload) {
  SKALD_ASSERT(!payload.empty() && payload.size() <= kMaxPayload, "a payload is 1 byte to 64 MiB");
  Lsn lsn;
  {
    std::scoped_lock lock(mutex_);
    SKALD_ASSERT(open_, "append() before recover()");
    entries_.push_back({epoch_, std::move(payload)});
    lsn = last_locked();
  }
  if (commit_ == Commit::automatic) commit(lsn);
  return lsn;
}

Lsn MemoryJournal::durable() const {
  std::scoped_lock lock(mutex_);
  return durable_;
}

std::uint64_t MemoryJournal::epoch() const {
  std::scoped_lock lock(mutex_);
  return epoch_;
}

Space MemoryJournal::space() const {
  std::scoped_lock lock(mutex_);
  return space_;
}

Lsn MemoryJournal::last() const {
  std::scoped_lock lock(mutex_);
  return last_locked();
}

Result<void> MemoryJournal::read(Lsn from, JournalVisitor const& visit) {
  for (std::uint64_t next = from.value;; ++next) {
    JournalEntry entry;
    std::string payload;
    {
      std::scoped_lock lock(mutex_);
      next = std::max(next, first_);
      if (next > durable_.value) return {};
      Stored const& stored = entries_[next - first_];
      payload = stored.payload;
      entry = {.lsn = Lsn{next}, .epoch = stored.epoch, .written = {}, .payload = payload};
    }
    SKALD_TRY(visit(entry));
  }
}

Result<Lsn> MemoryJournal::drop_before(Lsn keep_from) {
  std::scoped_lock lock(mutex_);
  while (!entries_.empty() && first_ < keep_from.value && first_ < durable_.value) {
    entries_.pop_front();
    ++first_;
  }
  return Lsn{first_};
}

Result<void> MemoryJournal::close() {
  commit_all();
  std::scoped_lock lock(mutex_);
  open_ = false;
  callbacks_ = {};
  if (failed_) return Error{ErrorCode::io, "the journal had failed before it was closed", ""};
  return {};
}

void MemoryJournal::commit_all() {
  commit(last());
}

void MemoryJournal::commit(Lsn up_to) {
  std::function<void()> news;
  {
    std::scoped_lock lock(mutex_);
    Lsn const reached = std::min(up_to, last_locked());
    if (!open_ || failed_ || reached <= durable_) return;
    if (next_failure_) {
      failed_ = true;
      if (callbacks_.on_failure) {
        news = [tell = callbacks_.on_failure, error = *std::move(next_failure_)] { tell(error); };
      }
      next_failure_.reset();
    } else {
      durable_ = reached;
      if (callbacks_.on_durable) {
        news = [tell = callbacks_.on_durable, reached] { tell(reached); };
      }
    }
  }
  if (news) news();
}

void MemoryJournal::crash(Lsn keep) {
  std::scoped_lock lock(mutex_);
  Lsn const survives = std::min(std::max(keep, durable_), last_locked());
  entries_.resize(survives.value + 1 - first_);
  open_ = false;
  callbacks_ = {};
  next_failure_.reset();
}

void MemoryJournal::fail_next_commit(Error error) {
  std::scoped_lock lock(mutex_);
  next_failure_ = std::move(error);
}

void MemoryJournal::set_space(Space space) {
  std::function<void(Space)> tell;
  {
    std::scoped_lock lock(mutex_);
    space_ = space;
    tell = callbacks_.on_space;
  }
  if (tell) tell(space);
}

Digest MemoryJournal::digest() const {
  std::scoped_lock lock(mutex_);
  std::string chain;
  std::uint64_t lsn = first_;
  for (Stored const& stored : entries_) {
    chain += std::to_string(lsn++) + ":" + std::to_string(stored.epoch) + ":" +
             std::to_string(stored.payload.size()) + ":";
    chain += stored.payload;
    auto const link = sha256(chain).bytes;
    chain.assign(link.begin(), link.end());
  }
  return sha256(chain);
}

}  // namespace skald::runtime
