#pragma once

// The bytes of the journal, as docs/journal_format.md describes them: sectors with stamps, frame
// headers, segment headers. Only encoding and decoding; reading, writing and judging are in the
// files beside this one. All integers are little-endian.
//
// A write is one frame: whole 4096-byte blocks, made of 512-byte sectors. Each sector begins with
// an 8-byte stamp that names the frame and the sector's place in it, and can not be zero; the
// other 504 bytes of the sectors, joined, are the frame's header and its body.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "runtime/journal/journal.hpp"

namespace skald::runtime {

inline constexpr std::uint16_t kJournalVersion = 1;
inline constexpr std::size_t kBlock = 4096;
inline constexpr std::size_t kSector = 512;
inline constexpr std::size_t kStamp = 8;
inline constexpr std::size_t kSectorData = kSector - kStamp;
inline constexpr std::size_t kSectorsPerBlock = kBlock / kSector;
inline constexpr std::size_t kFrameHeader = 96;
// A frame's body: one entry of the largest size, or many small ones.
inline constexpr std::uint32_t kMaxBody = Journal::kMaxPayload + 8;

// CRC-32C (Castagnoli), as in iSCSI and ext4.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t previous = 0) noexcept;

// What a sector's stamp says.
struct Stamp {
  std::uint32_t frame = 0;   // low 32 bits of the frame's number
  std::uint32_t sector = 0;  // place in the frame, < 2^24
  bool synced = false;       // the write was synced before the next one began

  bool operator==(Stamp const&) const = default;
};

void put_stamp(char* sector, Stamp stamp) noexcept;
// Empty when these 8 bytes can not be a stamp.
std::optional<Stamp> get_stamp(char const* sector) noexcept;

// The digest that chains a frame to the one before it.
using Link = std::array<std::uint8_t, 16>;

enum class FrameKind : std::uint8_t {
  entries = 1,
  opened = 2,  // begins an epoch; always synced, whatever the mode
  closed = 3,  // the writer ended in order
  sealed = 4,  // the log goes on in the next segment, which exists
};

char const* to_string(FrameKind kind) noexcept;

struct FrameHeader {
  FrameKind kind = FrameKind::entries;
  bool synced = false;
  std::uint32_t body_bytes = 0;
  std::uint32_t entries = 0;
  std::uint32_t partition = 0;
  std::uint64_t frame = 0;      // 1, 2, 3... over the whole log
  std::uint64_t first_lsn = 0;  // of its first entry; without entries: of the next one
  std::uint64_t epoch = 0;
  std::uint64_t durable_frame = 0;  // known to be on the disk when this one was written
  std::uint64_t durable_lsn = 0;    // the last entry in there
  std::int64_t written_us = 0;
  Link previous{};
  std::uint32_t frame_crc = 0;
  std::uint32_t header_crc = 0;

  std::uint64_t next_lsn() const { return first_lsn + entries; }
  // What the frame takes on the disk.
  std::uint64_t disk_bytes() const;
};

// Blocks for a body of that size, in bytes.
std::uint64_t disk_bytes_for_body(std::uint64_t body_bytes);

// Encodes all but the checksums, which need the whole frame.
void put_frame_header(char* out, FrameHeader const& header) noexcept;
// From the 96 bytes behind the first stamp. Errors: corrupt; failed_precondition when the frame
// is of a newer format.
Result<FrameHeader> get_frame_header(char const* in);
// Computes both checksums over a frame's blocks, and writes them in when told to.
struct FrameChecksums {
  std::uint32_t frame = 0;
  std::uint32_t header = 0;
};
void write_checksums(char* blocks, std::size_t size) noexcept;
std::uint32_t frame_checksum(std::string_view blocks) noexcept;
// The chain's next link: of the 96 header bytes, which cover the body through frame_crc.
Link link_of(char const* header) noexcept;

// The first block of a segment file.
struct SegmentHeader {
  std::uint32_t partition = 0;
  std::uint64_t sequence = 0;  // 1, 2, 3... over the whole log
  std::uint64_t bytes = 0;     // of the whole file
  Link log{};                  // the identity of the log, drawn when it was created
  std::int64_t created_us = 0;
};

void put_segment_header(char* block, SegmentHeader const& header) noexcept;
Result<SegmentHeader> get_segment_header(std::string_view block);

// "0000000007.journal".
std::string segment_name(std::uint64_t sequence);
std::optional<std::uint64_t> segment_sequence(std::string_view name);

// True when all bytes are zero.
bool all_zero(std::string_view bytes) noexcept;

std::string to_hex(Link const& link);
std::optional<Link> link_from_hex(std::string_view text);

}  // namespace skald::runtime
