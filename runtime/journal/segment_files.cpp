#include "runtime/journal/segment_files.hpp"

#include <algorithm>
#include <chrono>
#include <random>
#include <utility>

#include "base/json.hpp"
#include "runtime/journal/frame_builder.hpp"

namespace skald::runtime {
namespace {

constexpr std::size_t kZeroChunk = 1U << 20U;
constexpr std::uint64_t kSmallestSegment = 4 * kBlock;

std::string path_of(std::string const& dir, std::string const& name) {
  return dir + "/" + name;
}

std::uint64_t number(Json const& object, std::string_view key) {
  Json const& value = object[key];
  return value.is_number() && value.as_number() >= 0 ? static_cast<std::uint64_t>(value.as_number())
                                                     : 0;
}

Link link(Json const& object, std::string_view key) {
  Json const& value = object[key];
  return value.is_string() ? link_from_hex(value.as_string()).value_or(Link{}) : Link{};
}

Link random_link() {
  std::random_device source;
  std::uniform_int_distribution<unsigned> byte(0, 255);
  Link drawn;
  for (auto& place : drawn) place = static_cast<std::uint8_t>(byte(source));
  return drawn;
}

AlignedBuffer zeros(std::size_t size) {
  AlignedBuffer buffer;
  buffer.reserve(size);
  std::fill_n(buffer.data(), buffer.size(), '\0');
  return buffer;
}

}  // namespace

Time wall_clock() {
  auto const now = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(now).count()};
}

std::uint64_t SegmentSizes::of(std::uint64_t sequence) const {
  std::uint64_t size = std::max(first, kSmallestSegment);
  for (std::uint64_t i = 1; i < sequence && size < full; ++i) size *= 4;
  return std::max(std::min(size, full), kSmallestSegment) / kBlock * kBlock;
}

Result<void> write_head(Disk& disk, std::string const& dir, LogHead const& head) {
  Json const text = Json::object({{"format", Json(static_cast<unsigned>(kJournalVersion))},
                                  {"partition", Json(head.partition)},
                                  {"log", Json(to_hex(head.log))},
                                  {"segment", Json(head.segment)},
                                  {"frame", Json(head.frame)},
                                  {"lsn", Json(head.lsn)},
                                  {"epoch", Json(head.epoch)},
                                  {"previous", Json(to_hex(head.previous))}});
  return write_checked_file(disk, dir, "head", to_text(text));
}

Result<LogHead> read_head(Disk& disk, std::string const& dir) {
  auto const text = read_checked_file(disk, path_of(dir, "head"));
  if (!text.ok() && text.error().code == ErrorCode::not_found) {
    return Error{ErrorCode::corrupt, "the log in '" + dir + "' is missing, or its file 'head' is",
                 "restore it from a backup of the data directory"};
  }
  if (!text.ok()) return text.error();
  auto const parsed = parse_json(*text);
  if (!parsed.ok()) return parsed.error();
  if (number(*parsed, "format") > kJournalVersion) {
    return Error{ErrorCode::failed_precondition,
                 "the journal in '" + dir + "' has format version " +
                     std::to_string(number(*parsed, "format")) + ", and this program reads up to " +
                     std::to_string(kJournalVersion),
                 "start a newer version of skald on this directory"};
  }
  LogHead head;
  head.partition = static_cast<std::uint32_t>(number(*parsed, "partition"));
  head.log = link(*parsed, "log");
  head.segment = number(*parsed, "segment");
  head.frame = number(*parsed, "frame");
  head.lsn = number(*parsed, "lsn");
  head.epoch = number(*parsed, "epoch");
  head.previous = link(*parsed, "previous");
  return head;
}

Result<void> create_zeroed_file(Disk& disk, std::string const& path, std::uint64_t bytes,
                                std::atomic<bool> const& stop) {
  SKALD_ASSERT(bytes % kBlock == 0, "a segment is made of whole blocks");
  static AlignedBuffer zero = zeros(kZeroChunk);
  auto file = disk.open(path, {.write = true, .create = true, .direct = true});
  if (!file.ok()) return std::move(file).error();
  for (std::uint64_t at = 0; at < bytes;) {
    if (stop) return Error{ErrorCode::cancelled, "stopped while '" + path + "' was made", ""};
    std::size_t const part = std::min<std::uint64_t>(kZeroChunk, bytes - at);
    SKALD_TRY((*file)->write(at, {zero.data(), part}));
    at += part;
  }
  return (*file)->sync();
}

Result<void> name_segment(Disk& disk, std::string const& dir, std::string const& path,
                          SegmentHeader const& header) {
  AlignedBuffer block = zeros(kBlock);
  put_segment_header(block.data(), header);
  auto file = disk.open(path, {.write = true, .direct = true, .synced = true});
  if (!file.ok()) return std::move(file).error();
  SKALD_TRY((*file)->write(0, {block.data(), kBlock}));
  SKALD_TRY((*file)->sync());
  SKALD_TRY(disk.rename(path, path_of(dir, segment_name(header.sequence))));
  return disk.sync_directory(dir);
}

Result<void> create_log(Disk& disk, std::string const& dir, std::uint32_t partition,
                        SegmentSizes sizes) {
  if (disk.exists(path_of(dir, "head"))) return {};
  SKALD_TRY(disk.make_directories(dir));
  LogHead head;
  head.partition = partition;
  head.log = head.previous = random_link();
  SegmentHeader const first{.partition = partition,
                            .sequence = 1,
                            .bytes = sizes.of(1),
                            .log = head.log,
                            .created_us = wall_clock().us};
  std::string const path = path_of(dir, segment_name(1) + ".new");
  std::atomic<bool> const never = false;
  SKALD_TRY(create_zeroed_file(disk, path, first.bytes, never));
  SKALD_TRY(name_segment(disk, dir, path, first));
  return write_head(disk, dir, head);
}

Result<std::vector<std::uint64_t>> list_segments(Disk& disk, std::string const& dir) {
  auto const names = disk.list(dir);
  if (!names.ok()) return names.error();
  std::vector<std::uint64_t> found;
  for (std::string const& name : *names) {
    if (auto const sequence = segment_sequence(name)) found.push_back(*sequence);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace skald::runtime
