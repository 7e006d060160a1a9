#pragma once

// Tells a torn tail from rot. The reading has come to a place where the next frame should begin
// and no whole frame does. Either the log ends there; or a write was under way when the power
// went (torn: nothing in it was ever acknowledged, so it may be cut off); or bytes that were once
// whole have changed (rot: nothing may be cut off).
//
// What is relied on: a disk writes a 512-byte sector wholly or not at all; everything behind the
// last write was zero before it; a synced write is over before the next one begins. So torn means:
// each sector from there on either is zero or carries the stamp of exactly the write in question,
// at its place, and at least one sector of that write is zero. In the modes that do not sync each
// write, several unfinished writes may follow each other; there the frames say themselves up to
// which one everything was known to be on the disk, and none of those may be cut.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/journal/disk.hpp"
#include "runtime/journal/segment_reader.hpp"

namespace skald::runtime {

struct TailJudgement {
  enum class Kind : std::uint8_t { clean, torn, rot };

  Kind kind = Kind::clean;
  std::uint64_t end = 0;  // torn: behind the last byte that is not zero
  std::string reason;     // rot: why this is not a torn write
  // rot: the first entry that is readable again, when there is one.
  std::optional<std::uint64_t> next_lsn;
};

// `broken` is what read_frame found at `offset` of the segment, where frame `number` should be;
// `later` are the segments after it.
Result<TailJudgement> judge_tail(SegmentReader& segment, std::uint64_t offset, std::uint64_t number,
                                 FrameRead const& broken, std::vector<SegmentReader>& later);

}  // namespace skald::runtime
