#include "runtime/journal/format.hpp"

#include <isa-l/crc.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>

#include "base/digest.hpp"
#include "runtime/journal/bytes.hpp"

namespace skald::runtime {
namespace {

constexpr unsigned char kSyncedStamp = 0xA5;
constexpr unsigned char kUnsyncedStamp = 0x9A;      // six bits away from the other one
constexpr std::uint32_t kFrameMagic = 0x464A'4B53;  // "SKJF"
constexpr std::string_view kSegmentMagic = "SKALDLOG";
constexpr std::size_t kFrameCrcAt = 88;
constexpr std::size_t kHeaderCrcAt = 92;
constexpr std::size_t kSegmentCrcAt = 60;

Error corrupt(std::string message) {
  return {ErrorCode::corrupt, std::move(message), ""};
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes, std::uint32_t previous) noexcept {
  std::uint32_t crc = ~previous;
  while (!bytes.empty()) {
    std::size_t const part = std::min<std::size_t>(bytes.size(), 1U << 30U);
    // The library takes a mutable pointer and does not write through it.
    auto* data = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
    crc = crc32_iscsi(data, static_cast<int>(part), crc);
    bytes.remove_prefix(part);
  }
  return ~crc;
}

void put_stamp(char* sector, Stamp stamp) noexcept {
  auto const magic = stamp.synced ? kSyncedStamp : kUnsyncedStamp;
  put_integer<std::uint32_t>(sector, stamp.frame);
  put_integer<std::uint32_t>(sector + 4, stamp.sector | static_cast<std::uint32_t>(magic) << 24U);
}

std::optional<Stamp> get_stamp(char const* sector) noexcept {
  auto const word = get_integer<std::uint32_t>(sector + 4);
  auto const magic = word >> 24U;
  if (magic != kSyncedStamp && magic != kUnsyncedStamp) return std::nullopt;
  return Stamp{get_integer<std::uint32_t>(sector), word & 0xFF'FFFFU, magic == kSyncedStamp};
}

char const* to_string(FrameKind kind) noexcept {
  switch (kind) {
    case FrameKind::entries: return "entries";
    case FrameKind::opened: return "opened";
    case FrameKind::closed: return "closed";
    case FrameKind::sealed: return "sealed";
  }
  return "?";
}

std::uint64_t disk_bytes_for_body(std::uint64_t body_bytes) {
  std::uint64_t const sectors = (kFrameHeader + body_bytes + kSectorData - 1) / kSectorData;
  return (sectors + kSectorsPerBlock - 1) / kSectorsPerBlock * kBlock;
}

std::uint64_t FrameHeader::disk_bytes() const {
  return disk_bytes_for_body(body_bytes);
}

void put_frame_header(char* out, FrameHeader const& header) noexcept {
  put_integer<std::uint32_t>(out, kFrameMagic);
  put_integer<std::uint16_t>(out + 4, kJournalVersion);
  out[6] = static_cast<char>(header.kind);
  out[7] = header.synced ? 1 : 0;
  put_integer<std::uint32_t>(out + 8, header.body_bytes);
  put_integer<std::uint32_t>(out + 12, header.entries);
  put_integer<std::uint32_t>(out + 16, header.partition);
  put_integer<std::uint32_t>(out + 20, 0);
  put_integer<std::uint64_t>(out + 24, header.frame);
  put_integer<std::uint64_t>(out + 32, header.first_lsn);
  put_integer<std::uint64_t>(out + 40, header.epoch);
  put_integer<std::uint64_t>(out + 48, header.durable_frame);
  put_integer<std::uint64_t>(out + 56, header.durable_lsn);
  put_integer<std::int64_t>(out + 64, header.written_us);
  std::copy(header.previous.begin(), header.previous.end(), out + 72);
  put_integer<std::uint32_t>(out + kFrameCrcAt, 0);
  put_integer<std::uint32_t>(out + kHeaderCrcAt, 0);
}

Result<FrameHeader> get_frame_header(char const* in) {
  if (get_integer<std::uint32_t>(in) != kFrameMagic) return corrupt("no frame begins there");
  auto const crc = get_integer<std::uint32_t>(in + kHeaderCrcAt);
  if (crc32c({in, kHeaderCrcAt}) != crc) return corrupt("the frame's header has a wrong checksum");
  // From here on these are the bytes that somebody wrote.
  auto const version = get_integer<std::uint16_t>(in + 4);
  if (version > kJournalVersion) {
    return Error{ErrorCode::failed_precondition,
                 "the journal has format version " + std::to_string(version) +
                     ", and this program reads up to " + std::to_string(kJournalVersion),
                 "start a newer version of skald on this directory"};
  }
  FrameHeader header;
  header.kind = static_cast<FrameKind>(in[6]);
  header.synced = in[7] == 1;
  header.body_bytes = get_integer<std::uint32_t>(in + 8);
  header.entries = get_integer<std::uint32_t>(in + 12);
  header.partition = get_integer<std::uint32_t>(in + 16);
  header.frame = get_integer<std::uint64_t>(in + 24);
  header.first_lsn = get_integer<std::uint64_t>(in + 32);
  header.epoch = get_integer<std::uint64_t>(in + 40);
  header.durable_frame = get_integer<std::uint64_t>(in + 48);
  header.durable_lsn = get_integer<std::uint64_t>(in + 56);
  header.written_us = get_integer<std::int64_t>(in + 64);
  std::copy_n(in + 72, header.previous.size(), reinterpret_cast<char*>(header.previous.data()));
  header.frame_crc = get_integer<std::uint32_t>(in + kFrameCrcAt);
  header.header_crc = crc;
  bool const known_kind = header.kind >= FrameKind::entries && header.kind <= FrameKind::sealed;
  if (!known_kind || header.body_bytes > kMaxBody)
    return corrupt("the frame's header is no frame's");
  return header;
}

std::uint32_t frame_checksum(std::string_view blocks) noexcept {
  constexpr std::size_t kHole = kStamp + kFrameCrcAt;
  constexpr char kZeros[8] = {};
  std::uint32_t crc = crc32c(blocks.substr(0, kHole));
  crc = crc32c({kZeros, sizeof kZeros}, crc);
  return crc32c(blocks.substr(kHole + sizeof kZeros), crc);
}

void write_checksums(char* blocks, std::size_t size) noexcept {
  char* const header = blocks + kStamp;
  put_integer<std::uint32_t>(header + kFrameCrcAt, frame_checksum({blocks, size}));
  put_integer<std::uint32_t>(header + kHeaderCrcAt, crc32c({header, kHeaderCrcAt}));
}

Link link_of(char const* header) noexcept {
  Digest const digest = sha256({header, kFrameHeader});
  Link link;
  std::copy_n(digest.bytes.begin(), link.size(), link.begin());
  return link;
}

void put_segment_header(char* block, SegmentHeader const& header) noexcept {
  std::fill_n(block, kBlock, '\0');
  std::copy(kSegmentMagic.begin(), kSegmentMagic.end(), block);
  put_integer<std::uint32_t>(block + 8, kJournalVersion);
  put_integer<std::uint32_t>(block + 12, header.partition);
  put_integer<std::uint64_t>(block + 16, header.sequence);
  put_integer<std::uint64_t>(block + 24, header.bytes);
  std::copy(header.log.begin(), header.log.end(), block + 32);
  put_integer<std::int64_t>(block + 48, header.created_us);
  put_integer<std::uint32_t>(block + kSegmentCrcAt, crc32c({block, kBlock}));
}

Result<SegmentHeader> get_segment_header(std::string_view block) {
  if (block.size() != kBlock) return corrupt("it is shorter than its header");
  if (block.substr(0, kSegmentMagic.size()) != kSegmentMagic) {
    return corrupt("it does not begin like a journal segment");
  }
  std::string copy(block);
  put_integer<std::uint32_t>(copy.data() + kSegmentCrcAt, 0);
  char const* const in = block.data();
  if (crc32c(copy) != get_integer<std::uint32_t>(in + kSegmentCrcAt)) {
    return corrupt("its header has a wrong checksum");
  }
  auto const version = get_integer<std::uint32_t>(in + 8);
  if (version > kJournalVersion) {
    return Error{ErrorCode::failed_precondition,
                 "the journal has format version " + std::to_string(version) +
                     ", and this program reads up to " + std::to_string(kJournalVersion),
                 "start a newer version of skald on this directory"};
  }
  SegmentHeader header;
  header.partition = get_integer<std::uint32_t>(in + 12);
  header.sequence = get_integer<std::uint64_t>(in + 16);
  header.bytes = get_integer<std::uint64_t>(in + 24);
  std::copy_n(in + 32, header.log.size(), reinterpret_cast<char*>(header.log.data()));
  header.created_us = get_integer<std::int64_t>(in + 48);
  return header;
}

std::string segment_name(std::uint64_t sequence) {
  char text[40];
  std::snprintf(text, sizeof text, "%010llu.journal", static_cast<unsigned long long>(sequence));
  return text;
}

std::optional<std::uint64_t> segment_sequence(std::string_view name) {
  std::uint64_t sequence = 0;
  auto const [end, failed] = std::from_chars(name.data(), name.data() + name.size(), sequence);
  if (failed != std::errc{} || segment_name(sequence) != name) return std::nullopt;
  return sequence;
}

bool all_zero(std::string_view bytes) noexcept {
  // Equal to itself moved by one byte, and the first one is zero.
  return bytes.empty() ||
         (bytes[0] == '\0' && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

std::string to_hex(Link const& link) {
  std::string text;
  for (std::uint8_t const byte : link) {
    constexpr char kDigits[] = "0123456789abcdef";
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

std::optional<Link> link_from_hex(std::string_view text) {
  Link link;
  if (text.size() != 2 * link.size()) return std::nullopt;
  for (std::size_t i = 0; i < link.size(); ++i) {
    char const* const digits = text.data() + 2 * i;
    if (auto const [end, failed] = std::from_chars(digits, digits + 2, link[i], 16);
        failed != std::errc{} || end != digits + 2) {
      return std::nullopt;
    }
  }
  return link;
}

}  // namespace skald::runtime
