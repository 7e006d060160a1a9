#pragma once

// Writes frames at the end of a log, one write at a time, and goes from segment to segment. The
// committer's hands: no queue and no thread is in here.
//
// Thread-safety: write() and sync() belong to one thread; the functions about segments may be
// called from any thread.

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "runtime/journal/disk.hpp"
#include "runtime/journal/frame_builder.hpp"
#include "runtime/journal/log_scan.hpp"
#include "runtime/journal/segment_supply.hpp"

namespace skald::runtime {

struct WriterOptions {
  std::string dir;
  bool synced = true;  // each write, else when sync() is called
  bool direct = true;
  std::uint32_t compress_from = 0;
  std::function<Time()> clock;
};

class LogWriter {
 public:
  LogWriter(Disk& disk, WriterOptions options, SegmentSupply& supply);

  // Goes on where the scan ended, under the next epoch: cuts a torn tail off, makes everything
  // that was read durable, and writes the frame that opens the epoch.
  Result<void> open(LogEnd const& end);

  // One frame, one write; several payloads should fit in room(). After an error the log is not to
  // be written to any more.
  Result<void> write(FrameKind kind, std::span<std::string const> payloads);
  // Makes what was written durable. Nothing to do when each write is synced.
  Result<void> sync();
  bool dirty() const { return durable_frame_ + 1 != next_frame_; }
  // Body bytes that still fit into the segment in use; what is larger goes to the next one.
  std::uint64_t room() const;

  std::uint64_t next_lsn() const { return next_lsn_; }
  std::uint64_t epoch() const { return epoch_; }

  // What there is to read: begins, and the last frame that was written.
  struct Extent {
    LogHead head;
    std::vector<SegmentInfo> segments;
    std::uint64_t last_frame = 0;
  };
  Extent extent() const;
  // Forgets whole segments below the LSN: first in the head, then their files.
  Result<LogHead> drop_before(std::uint64_t lsn);

 private:
  Result<void> cut(TornTail const& torn);
  Result<void> open_segment(SegmentInfo const& segment);
  Result<void> next_segment(std::uint64_t frame_bytes);
  std::uint64_t build(FrameBuilder& builder, std::span<std::string const> payloads, bool synced);
  bool fits(std::uint64_t frame_bytes) const;
  Result<void> put(FrameBuilder& builder, FrameKind kind);
  void all_durable();

  Disk& disk_;
  WriterOptions options_;
  SegmentSupply& supply_;
  FrameBuilder builder_;
  FrameBuilder seal_builder_;
  std::unique_ptr<File> file_;
  std::string path_;
  std::uint32_t partition_ = 0;
  std::uint64_t segment_bytes_ = 0;
  std::uint64_t offset_ = 0;
  std::uint64_t next_frame_ = 1;
  std::uint64_t next_lsn_ = 1;
  std::uint64_t durable_frame_ = 0;
  std::uint64_t durable_lsn_ = 0;
  std::uint64_t epoch_ = 0;
  Link previous_{};

  mutable std::mutex mutex_;
  Extent extent_;
};

}  // namespace skald::runtime
