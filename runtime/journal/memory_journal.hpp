#pragma once

// A Journal in memory, for simulations and for tests of programs that embed the engine. In
// automatic mode every append is durable at once. In manual mode nothing is durable until the
// test says so, and crash() forgets what was not: that is how "an answer only after durable" is
// tested without a disk.
//
// Thread-safety: all functions may be called from any thread. Callbacks are called without a lock
// held, from the thread that made something durable.

#include <cstddef>
#include <deque>
#include <mutex>
#include <string>

#include "base/digest.hpp"
#include "runtime/journal/journal.hpp"

namespace skald::runtime {

class MemoryJournal final : public Journal {
 public:
  enum class Commit : std::uint8_t { automatic, manual };

  explicit MemoryJournal(Commit commit = Commit::automatic) : commit_(commit) {}

  Result<Recovery> recover(Lsn from, JournalVisitor const& visit,
                           JournalCallbacks callbacks) override;
  Lsn append(std::string payload) override;
  Lsn durable() const override;
  std::uint64_t epoch() const override;
  Durability durability() const override { return Durability::fsync; }
  Space space() const override;
  Result<void> read(Lsn from, JournalVisitor const& visit) override;
  // The unit is one entry.
  Result<Lsn> drop_before(Lsn keep_from) override;
  Result<void> close() override;

  // The last LSN appended, durable or not.
  Lsn last() const;

  // Makes entries up to `up_to` durable (at most what was appended), and tells the listener.
  void commit(Lsn up_to);
  void commit_all();

  // The process dies: what is not durable is gone, except that entries up to `keep` (written but
  // not acknowledged, as after a kill between write and answer) survive. Callbacks are forgotten;
  // recover() begins the next life.
  void crash(Lsn keep = Lsn{0});

  // The next commit fails with this error, and so does everything after it until crash().
  void fail_next_commit(Error error);
  void set_space(Space space);

  // Over all entries that are kept: equal runs have equal digests.
  Digest digest() const;

 private:
  struct Stored {
    std::uint64_t epoch;
    std::string payload;
  };

  Lsn last_locked() const { return Lsn{first_ + entries_.size() - 1}; }

  Commit commit_;
  mutable std::mutex mutex_;
  std::deque<Stored> entries_;
  std::uint64_t first_ = 1;  // the LSN of entries_.front()
  Lsn durable_{0};
  std::uint64_t epoch_ = 0;
  bool open_ = false;
  bool failed_ = false;
  std::optional<Error> next_failure_;
  Space space_ = Space::ok;
  JournalCallbacks callbacks_;
};

}  // namespace skald::runtime
