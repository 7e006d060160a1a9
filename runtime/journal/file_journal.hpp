#pragma once

// The Journal in files: ARCHITECTURE.md 3, docs/journal_format.md. One directory holds one
// partition's log (DataDir gives each partition its own). One committer thread writes whatever
// was appended while its last write was under way as one frame; one more thread makes segments
// ahead of need.
//
// Thread-safety: as the Journal port says.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <thread>
#include <vector>

#include "runtime/journal/disk.hpp"
#include "runtime/journal/journal.hpp"
#include "runtime/journal/log_writer.hpp"
#include "runtime/journal/segment_supply.hpp"

namespace skald::runtime {

struct FileJournalOptions {
  std::string dir;  // holds a log: create_log() or DataDir has made it
  Durability durability = Durability::fsync;
  Duration sync_interval = Duration::from_ms(100);  // the loss window of Durability::interval
  SegmentSizes segments;
  std::size_t segments_ahead = 1;
  std::uint64_t ballast_bytes = 16U << 20U;       // room to finish in when the disk is full
  Duration space_retry = Duration::from_ms(500);  // how often a full disk is asked again
  std::uint64_t max_queued_bytes = 64U << 20U;    // append() blocks while more is queued
  std::uint32_t max_write_bytes = 1U << 20U;      // of payload in one write, unless it is one entry
  std::uint32_t compress_from = 8192;             // larger entries are compressed; 0: never
  bool direct_io = true;                          // where the file system can
  std::function<Time()> clock = wall_clock;
};

class FileJournal final : public Journal {
 public:
  explicit FileJournal(FileJournalOptions options, Disk& disk = real_disk());
  // Closes in order when close() was not called.
  ~FileJournal() override;

  Result<Recovery> recover(Lsn from, JournalVisitor const& visit,
                           JournalCallbacks callbacks) override;
  Lsn append(std::string payload) override;
  Lsn durable() const override { return Lsn{durable_.load()}; }
  std::uint64_t epoch() const override { return epoch_.load(); }
  Durability durability() const override { return options_.durability; }
  Space space() const override { return space_.load(); }
  Result<void> read(Lsn from, JournalVisitor const& visit) override;
  // The unit is a segment.
  Result<Lsn> drop_before(Lsn keep_from) override;
  Result<void> close() override;

 private:
  using Clock = std::chrono::steady_clock;

  Result<void> open_for_writing(LogEnd const& end);
  Result<void> tidy(LogEnd const& end);
  void run();
  bool take_batch(std::vector<std::string>& batch);
  void commit(std::vector<std::string> const& batch);
  void sync_when_due();
  void finish();
  void announce(Lsn durable, std::size_t bytes);
  void fail(Error const& error);

  FileJournalOptions options_;
  Disk& disk_;
  JournalCallbacks callbacks_;
  std::atomic<std::uint64_t> durable_ = 0;
  std::atomic<std::uint64_t> epoch_ = 0;
  std::atomic<Space> space_ = Space::ok;
  std::unique_ptr<SegmentSupply> supply_;
  std::unique_ptr<LogWriter> writer_;
  std::shared_mutex files_;  // readers against drop_before
  Clock::time_point last_sync_{};
  std::thread committer_;

  std::mutex mutex_;
  std::condition_variable work_;  // for the committer
  std::condition_variable room_;  // for append()
  std::vector<std::string> queue_;
  std::size_t queued_bytes_ = 0;  // also those being written
  std::uint64_t next_lsn_ = 1;
  bool idle_ = false;  // the committer waits for work
  bool closing_ = false;
  bool closed_ = false;
  std::optional<Error> failure_;
};

}  // namespace skald::runtime
