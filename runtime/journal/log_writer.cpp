#include "runtime/journal/log_writer.hpp"

#include <algorithm>
#include <utility>

namespace skald::runtime {

LogWriter::LogWriter(Disk& disk, WriterOptions options, SegmentSupply& supply)
    : disk_(disk),
      options_(std::move(options)),
      supply_(supply),
      builder_(options_.compress_from),
      seal_builder_(0) {}

Result<void> LogWriter::open(LogEnd const& end) {
  SKALD_ASSERT(!end.segments.empty() && !end.damage, "a log that can be written to");
  extent_ = {.head = end.head, .segments = end.segments, .last_frame = end.next_frame - 1};
  partition_ = end.head.partition;
  next_frame_ = end.next_frame;
  next_lsn_ = end.next_lsn;
  epoch_ = end.epoch;
  previous_ = end.previous;
  SKALD_TRY(open_segment(end.segments.back()));
  offset_ = end.offset;
  if (end.torn) SKALD_TRY(cut(*end.torn));
  // What was read may be in the page cache only, when the last writer did not sync each write.
  SKALD_TRY(file_->sync());
  all_durable();
  SKALD_TRY(write(FrameKind::opened, {}));
  SKALD_TRY(file_->sync());
  all_durable();
  return {};
}

Result<void> LogWriter::cut(TornTail const& torn) {
  std::uint64_t const end = (torn.offset + torn.bytes + kBlock - 1) / kBlock * kBlock;
  AlignedBuffer zeros;
  zeros.reserve(kBlock);
  std::fill_n(zeros.data(), kBlock, '\0');
  for (std::uint64_t at = torn.offset; at < end; at += kBlock) {
    SKALD_TRY(file_->write(at, {zeros.data(), kBlock}));
  }
  return {};
}

Result<void> LogWriter::open_segment(SegmentInfo const& segment) {
  path_ = options_.dir + "/" + segment_name(segment.sequence);
  auto file =
      disk_.open(path_, {.write = true, .direct = options_.direct, .synced = options_.synced});
  if (!file.ok()) return std::move(file).error();
  file_ = std::move(file).value();
  segment_bytes_ = segment.bytes;
  offset_ = kBlock;
  return {};
}

Result<void> LogWriter::write(FrameKind kind, std::span<std::string const> payloads) {
  // The frame that opens an epoch is synced in every mode, and so was everything before it.
  bool const synced = options_.synced || kind == FrameKind::opened;
  std::uint64_t size = build(builder_, payloads, synced);
  if (!fits(size)) {
    while (!fits(size)) SKALD_TRY(next_segment(size));
    build(builder_, payloads, synced);  // again: each seal has taken a frame's number
  }
  return put(builder_, kind);
}

std::uint64_t LogWriter::build(FrameBuilder& builder, std::span<std::string const> payloads,
                               bool synced) {
  builder.begin(next_frame_, synced);
  for (std::string const& payload : payloads) builder.add(payload);
  return disk_bytes_for_body(builder.body_bytes());
}

// The last block of a segment is kept for its seal.
bool LogWriter::fits(std::uint64_t frame_bytes) const {
  return offset_ + frame_bytes + kBlock <= segment_bytes_;
}

std::uint64_t LogWriter::room() const {
  std::uint64_t const end = segment_bytes_ - kBlock;
  if (offset_ >= end) return 0;
  std::uint64_t const data = (end - offset_) / kSector * kSectorData;
  return data - kFrameHeader;
}

// The next segment exists, durably, before the seal says so.
Result<void> LogWriter::next_segment(std::uint64_t frame_bytes) {
  supply_.want(frame_bytes);
  auto const taken = supply_.take();
  if (!taken.ok()) return taken.error();
  seal_builder_.begin(next_frame_, options_.synced);
  SKALD_TRY(put(seal_builder_, FrameKind::sealed));
  SKALD_TRY(sync());
  SegmentInfo segment = *taken;
  segment.first_frame = next_frame_;
  segment.first_lsn = next_lsn_;
  segment.epoch = epoch_;
  segment.before = previous_;
  SKALD_TRY(open_segment(segment));
  std::scoped_lock lock(mutex_);
  extent_.segments.push_back(segment);
  return {};
}

Result<void> LogWriter::put(FrameBuilder& builder, FrameKind kind) {
  if (kind == FrameKind::opened) ++epoch_;
  FrameHeader header;
  header.kind = kind;
  header.partition = partition_;
  header.first_lsn = next_lsn_;
  header.epoch = epoch_;
  header.durable_frame = durable_frame_;
  header.durable_lsn = durable_lsn_;
  header.written_us = options_.clock().us;
  header.previous = previous_;
  std::string_view const blocks = builder.finish(header);
  SKALD_TRY(file_->write(offset_, blocks));
  offset_ += blocks.size();
  previous_ = builder.link();
  next_lsn_ += builder.entries();
  next_frame_ += 1;
  if (options_.synced) all_durable();
  std::scoped_lock lock(mutex_);
  extent_.last_frame = next_frame_ - 1;
  return {};
}

Result<void> LogWriter::sync() {
  if (!dirty()) return {};
  SKALD_TRY(file_->sync());
  all_durable();
  return {};
}

void LogWriter::all_durable() {
  durable_frame_ = next_frame_ - 1;
  durable_lsn_ = next_lsn_ - 1;
}

LogWriter::Extent LogWriter::extent() const {
  std::scoped_lock lock(mutex_);
  return extent_;
}

Result<LogHead> LogWriter::drop_before(std::uint64_t lsn) {
  Extent const now = extent();
  std::size_t keep = 0;
  while (keep + 1 < now.segments.size() && now.segments[keep + 1].first_lsn <= lsn) ++keep;
  LogHead head = now.head;
  if (keep == 0) return head;
  SegmentInfo const& first = now.segments[keep];
  head.segment = first.sequence;
  head.frame = first.first_frame;
  head.lsn = first.first_lsn;
  head.epoch = first.epoch;
  head.previous = first.before;
  SKALD_TRY(write_head(disk_, options_.dir, head));
  {
    std::scoped_lock lock(mutex_);
    extent_.head = head;
    extent_.segments.erase(extent_.segments.begin(),
                           extent_.segments.begin() + static_cast<std::ptrdiff_t>(keep));
  }
  for (std::size_t i = 0; i < keep; ++i) {
    SKALD_TRY(disk_.remove(options_.dir + "/" + segment_name(now.segments[i].sequence)));
  }
  SKALD_TRY(disk_.sync_directory(options_.dir));
  return head;
}

}  // namespace skald::runtime
