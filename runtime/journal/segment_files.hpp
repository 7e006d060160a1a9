#pragma once

// The files of one partition's log directory: `head`, the numbered segments, `ballast`. Creating
// them is here; they are filled by FileJournal and read by LogScan.
//
//   head                 identity of the log and where it begins; replaced as a whole
//   0000000001.journal   a segment: a header block, then frames, then zeros to its full size
//   ballast              zeros; becomes a segment when the disk is full
//   *.new                being made; removed by the next opening

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "runtime/journal/disk.hpp"
#include "runtime/journal/format.hpp"

namespace skald::runtime {

// Where a log begins: at its creation, or after old segments have been dropped.
struct LogHead {
  std::uint32_t partition = 0;
  Link log{};                 // drawn at creation
  std::uint64_t segment = 1;  // the first one that is kept
  std::uint64_t frame = 1;    // its first frame
  std::uint64_t lsn = 1;      // its first entry
  std::uint64_t epoch = 0;    // before that frame
  Link previous{};            // the link of the frame before; of the first frame ever: `log`
};

Result<void> write_head(Disk& disk, std::string const& dir, LogHead const& head);
// Errors: corrupt, also when there is none; failed_precondition for a newer format.
Result<LogHead> read_head(Disk& disk, std::string const& dir);

// Sizes of segments: the first is small, so that a short-lived data directory is; each is four
// times the one before, up to the full size.
struct SegmentSizes {
  std::uint64_t first = 1U << 20U;
  std::uint64_t full = 64U << 20U;

  std::uint64_t of(std::uint64_t sequence) const;
};

// Writes zeros to the whole file and syncs it. cancelled when `stop` becomes true.
Result<void> create_zeroed_file(Disk& disk, std::string const& path, std::uint64_t bytes,
                                std::atomic<bool> const& stop);
// Gives `path` (zeroed, of header.bytes) a segment's header and its name in the directory.
Result<void> name_segment(Disk& disk, std::string const& dir, std::string const& path,
                          SegmentHeader const& header);

// A new, empty log: head and first segment. Does nothing when there is a head already.
Result<void> create_log(Disk& disk, std::string const& dir, std::uint32_t partition,
                        SegmentSizes sizes);

// The sequence numbers of the segments in the directory, ascending.
Result<std::vector<std::uint64_t>> list_segments(Disk& disk, std::string const& dir);

Time wall_clock();

}  // namespace skald::runtime
