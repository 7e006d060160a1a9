#pragma once

// Walks over a log from its head to its end, verifies every frame and its link to the one before,
// and says how the log ends. It changes nothing. Recovery, reading while the log is written, and
// the doctor's inspection all use it.
//
// Thread-safety: one thread at a time.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/journal/disk.hpp"
#include "runtime/journal/segment_files.hpp"
#include "runtime/journal/segment_reader.hpp"

namespace skald::runtime {

// A segment as the log knows it; `before` and the `first` numbers are of its beginning.
struct SegmentInfo {
  std::uint64_t sequence = 0;
  std::uint64_t bytes = 0;
  std::uint64_t first_frame = 0;
  std::uint64_t first_lsn = 0;
  std::uint64_t epoch = 0;
  Link before{};
};

// A place that can not be what was written.
struct JournalDamage {
  std::string file;
  std::uint64_t offset = 0;
  std::uint64_t frame = 0;                // the frame that should be there
  std::uint64_t first_lsn = 0;            // the first entry that can not be read
  std::optional<std::uint64_t> next_lsn;  // the first one that can be read again, if any
  std::string reason;
};

// One line for people, with file, offset and LSNs; the hint names the doctor.
Error to_error(JournalDamage const& damage);

struct LogFrame {
  std::string const& file;
  std::uint64_t offset;
  FrameHeader const& header;
  std::string_view body;
};

using LogFrameVisitor = std::function<Result<void>(LogFrame const&)>;

struct LogEnd {
  LogHead head;
  std::vector<SegmentInfo> segments;  // in use; the last one is written to
  std::vector<SegmentInfo> spares;    // prepared and still empty
  std::uint64_t offset = kBlock;      // of the next frame, in the last segment in use
  std::uint64_t next_frame = 1;
  std::uint64_t next_lsn = 1;
  std::uint64_t epoch = 0;
  Link previous{};
  bool closed_cleanly = true;
  std::optional<TornTail> torn;
  std::optional<JournalDamage> damage;  // then the walk has ended there
};

// Errors: the disk's, the visitor's, a damaged or newer head, a newer format. Damage of the log
// itself is in the answer.
Result<LogEnd> scan_log(Disk& disk, std::string const& dir, LogFrameVisitor const& visit);

// Visits the frames that begin in `segments` (first to last, ascending) up to frame `last`, which
// is known to be there. For reading beside the writer.
Result<void> read_frames(Disk& disk, std::string const& dir, LogHead const& head,
                         std::vector<SegmentInfo> const& segments, std::uint64_t last,
                         LogFrameVisitor const& visit);

}  // namespace skald::runtime
