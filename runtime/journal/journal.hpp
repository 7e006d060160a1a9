#pragma once

// The Journal port: one partition's append-only log of opaque payloads. What a payload means is
// the record codec's business, above. An append is numbered with the next LSN, queued, and made
// durable together with whatever else is queued (group commit); nothing that depends on it may
// leave the process before durable() has reached its LSN. Nothing above this port may assume that
// the log is a local file. Implementations: FileJournal (file_journal.hpp) and MemoryJournal
// (memory_journal.hpp; ships for simulations and users' tests).
//
// Life: construct, recover() once, then append() and read() as you like, close().
// Thread-safety: recover, append and close belong to the owning partition's thread; everything
// else may be called from any thread.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace skald::runtime {

// What "durable" means, and so what an answer means to the client.
enum class Durability : std::uint8_t {
  fsync,     // on the disk: survives the loss of power
  interval,  // written, on the disk at most `sync_interval` later: that much may be lost with power
  none,      // written: survives the process, the operating system decides about the rest
};

// "fsync", "interval", "none".
char const* to_string(Durability mode) noexcept;

// Whether there is room to go on; a local disk's, or a quota's.
enum class Space : std::uint8_t {
  ok,
  low,   // the reserve is being used: finish what runs, refuse new work
  full,  // appends are queued but can not become durable until there is room again
};

// "ok", "low", "full".
char const* to_string(Space space) noexcept;

// One append, as it is read back. The payload is valid during the visit only.
struct JournalEntry {
  Lsn lsn;
  std::uint64_t epoch = 0;  // fencing token of the writer
  Time written;             // wall clock of the commit; for people, not for decisions
  std::string_view payload;
};

// Returning an error ends the reading, which then returns that error.
using JournalVisitor = std::function<Result<void>(JournalEntry const&)>;

// What was cut off at the end because its write had never been finished, hence never acknowledged.
struct TornTail {
  std::string file;
  std::uint64_t offset = 0;  // first byte that was cut
  std::uint64_t bytes = 0;   // from there to the last byte that was not zero
  Lsn first;                 // the LSN that the cut write would have begun with
};

// The outcome of recover().
struct Recovery {
  Lsn last{0};                   // the last entry there is; 0 when there is none
  Lsn first{0};                  // the oldest entry that is still kept; 0 when there is none
  std::uint64_t entries = 0;     // delivered to the visitor
  std::uint64_t epoch = 0;       // of this opening; greater than any before it
  bool closed_cleanly = true;    // the last writer said goodbye
  std::optional<TornTail> torn;  // to be shown to the operator when there is one
};

// Called from a thread of the journal, or from inside append(): they may only hand the news on
// (post to a queue, set a flag), never call the journal back, never block.
struct JournalCallbacks {
  // Everything up to this LSN is durable in the sense of the mode. Values only grow.
  std::function<void(Lsn)> on_durable;
  // A write has failed: nothing that is not durable yet will ever be. Called at most once. The
  // process has to stop, and to recover in a new one; going on would answer for a lost write.
  std::function<void(Error const&)> on_failure;
  std::function<void(Space)> on_space;
};

class Journal {
 public:
  virtual ~Journal() = default;

  // Reads the log from its beginning, verifies it, cuts a torn tail off, hands every entry from
  // `from` on to the visitor in order, and opens the log for appending under a new epoch. Once,
  // before anything else. Errors: corrupt (says what and where; nothing has been changed),
  // failed_precondition (another format version, or in use), io, or the visitor's.
  virtual Result<Recovery> recover(Lsn from, JournalVisitor const& visit,
                                   JournalCallbacks callbacks) = 0;

  // Queues one entry and returns its LSN: the last one plus 1, no gaps. Blocks only while more
  // than the stated number of bytes is queued. After a failure it still numbers, and nothing
  // becomes durable any more. `payload` is 1 byte to kMaxPayload.
  virtual Lsn append(std::string payload) = 0;

  // The last LSN that is durable in the sense of the mode; 0 when there is none.
  virtual Lsn durable() const = 0;

  virtual std::uint64_t epoch() const = 0;
  virtual Durability durability() const = 0;
  virtual Space space() const = 0;

  // Visits the entries from `from` to what is durable now. May run beside append and drop_before.
  virtual Result<void> read(Lsn from, JournalVisitor const& visit) = 0;

  // Forgets entries below `keep_from`, in whole units (segments); the newest unit stays. Returns
  // the first LSN that is still kept.
  virtual Result<Lsn> drop_before(Lsn keep_from) = 0;

  // Makes everything queued durable and ends. Says whether that worked. A second call does
  // nothing.
  virtual Result<void> close() = 0;

  static constexpr std::uint32_t kMaxPayload = 64U << 20U;
};

}  // namespace skald::runtime
