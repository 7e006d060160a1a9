#pragma once

// Reads one segment file through a window, and takes frames apart. A frame is whole, or there is
// none (a blank sector), or it is broken; whether broken means "never finished" or "damaged" can
// not be said from the frame alone: that is judge_tail's part.
//
// Thread-safety: one thread at a time.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/journal/disk.hpp"
#include "runtime/journal/format.hpp"

namespace skald::runtime {

class SegmentReader {
 public:
  static Result<SegmentReader> open(Disk& disk, std::string path);

  std::string const& path() const noexcept { return path_; }
  std::uint64_t size() const noexcept { return size_; }
  // The bytes; valid until the next call. Asserts that the file is that long.
  Result<std::string_view> at(std::uint64_t offset, std::size_t bytes);
  // Forgets what was read, for a file that is still being written.
  void forget() noexcept { filled_ = 0; }

 private:
  SegmentReader(std::unique_ptr<File> file, std::string path, std::uint64_t size);

  std::unique_ptr<File> file_;
  std::string path_;
  std::uint64_t size_;
  std::vector<char> window_;
  std::uint64_t begin_ = 0;
  std::size_t filled_ = 0;
};

// Reads and checks the header of the segment that should have this number.
Result<SegmentHeader> read_segment_header(SegmentReader& reader, std::uint32_t partition,
                                          std::uint64_t sequence, Link const& log);

struct FrameRead {
  enum class Status : std::uint8_t { whole, blank, broken };

  Status status = Status::blank;
  FrameHeader header;          // when has_header
  bool has_header = false;     // the first sector is there and right
  bool misses_sector = false;  // a sector of it is all zero, the others have their stamps
  std::string reason;          // why it is broken
  Link link{};                 // of this frame, when whole
  std::string_view blocks;     // its bytes, when whole; valid as long as the reader is not used
};

// The frame that should be at `offset` and have this number. Errors are the disk's, or
// failed_precondition for a frame of a newer format.
Result<FrameRead> read_frame(SegmentReader& reader, std::uint64_t offset, std::uint64_t number);

// Joins the body out of a whole frame's sectors.
void copy_body(FrameRead const& frame, std::string& body);

}  // namespace skald::runtime
