#include "runtime/journal/inspect.hpp"

#include <filesystem>

namespace skald::runtime {
namespace {

std::string range(FrameHeader const& header) {
  if (header.entries == 0) return "no entries";
  std::string const first = std::to_string(header.first_lsn);
  if (header.entries == 1) return "LSN " + first;
  return "LSNs " + first + " to " + std::to_string(header.next_lsn() - 1);
}

std::string describe(LogFrame const& frame) {
  FrameHeader const& header = frame.header;
  return std::filesystem::path(frame.file).filename().string() + " @" +
         std::to_string(frame.offset) + "  frame " + std::to_string(header.frame) + "  " +
         to_string(header.kind) + "  " + range(header) + "  " + std::to_string(header.body_bytes) +
         " bytes  epoch " + std::to_string(header.epoch) + "  durable to " +
         std::to_string(header.durable_lsn) + "  " + to_iso8601(Time{header.written_us}) + "\n";
}

// The LSN after the segment's last whole frame; empty when there is no frame in it.
Result<std::optional<std::uint64_t>> next_lsn_of(SegmentReader& reader) {
  if (reader.size() < 2 * kBlock) return std::optional<std::uint64_t>{};
  auto const first = reader.at(kBlock, kSector);
  if (!first.ok()) return first.error();
  if (all_zero(*first)) return std::optional<std::uint64_t>{};
  auto const header = get_frame_header(first->data() + kStamp);
  if (!header.ok()) return header.error();
  std::uint64_t next = header->first_lsn;
  std::uint64_t offset = kBlock;
  for (std::uint64_t number = header->frame;; ++number) {
    auto const frame = read_frame(reader, offset, number);
    if (!frame.ok()) return frame.error();
    if (frame->status != FrameRead::Status::whole) return std::optional(next);
    next = frame->header.next_lsn();
    offset += frame->header.disk_bytes();
  }
}

}  // namespace

Result<LogSummary> summarize_log(std::string const& dir, Disk& disk) {
  auto const head = read_head(disk, dir);
  if (!head.ok()) return head.error();
  auto const segments = list_segments(disk, dir);
  if (!segments.ok()) return segments.error();
  LogSummary summary{.identity = to_hex(head->log), .last = Lsn{head->lsn - 1}};
  for (auto it = segments->rbegin(); it != segments->rend(); ++it) {
    auto reader = SegmentReader::open(disk, dir + "/" + segment_name(*it));
    if (!reader.ok()) return std::move(reader).error();
    auto const next = next_lsn_of(*reader);
    if (!next.ok()) return next.error();
    if (!*next) continue;
    summary.last = Lsn{**next - 1};
    break;
  }
  return summary;
}

Result<LogEnd> inspect_log(std::string const& dir, LogFrameVisitor const& visit, Disk& disk) {
  return scan_log(disk, dir, visit);
}

std::string describe_end(LogEnd const& end) {
  if (end.damage) return to_error(*end.damage).message;
  std::string const last = std::to_string(end.next_lsn - 1);
  if (end.torn) {
    return "ends after LSN " + last +
           " with a write that was never finished: " + std::to_string(end.torn->bytes) +
           " bytes at '" + end.torn->file + "', offset " + std::to_string(end.torn->offset) +
           ", will be cut off";
  }
  return "ends after LSN " + last + (end.closed_cleanly ? ", closed in order" : ", not closed");
}

Result<std::string> dump_log(std::string const& dir, Disk& disk) {
  std::string text;
  auto const end = inspect_log(
      dir,
      [&](LogFrame const& frame) -> Result<void> {
        text += describe(frame);
        return {};
      },
      disk);
  if (!end.ok()) return end.error();
  return text + describe_end(*end) + "\n";
}

}  // namespace skald::runtime
