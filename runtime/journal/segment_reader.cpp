#include "runtime/journal/segment_reader.hpp"

#include <algorithm>
#include <utility>

namespace skald::runtime {
namespace {

constexpr std::size_t kWindow = 1U << 20U;

FrameRead broken(FrameRead frame, std::string reason) {
  frame.status = FrameRead::Status::broken;
  frame.reason = std::move(reason);
  return frame;
}

// Looks at every stamp. Empty when all are there.
std::string check_stamps(std::string_view blocks, FrameHeader const& header, FrameRead& frame) {
  for (std::size_t at = 0; at < blocks.size(); at += kSector) {
    Stamp const expected{static_cast<std::uint32_t>(header.frame),
                         static_cast<std::uint32_t>(at / kSector), header.synced};
    std::string_view const sector = blocks.substr(at, kSector);
    if (get_stamp(sector.data()) == expected) continue;
    if (!all_zero(sector)) return "the sector at +" + std::to_string(at) + " has a wrong stamp";
    frame.misses_sector = true;
  }
  return frame.misses_sector ? "sectors of it are missing" : "";
}

}  // namespace

SegmentReader::SegmentReader(std::unique_ptr<File> file, std::string path, std::uint64_t size)
    : file_(std::move(file)), path_(std::move(path)), size_(size) {}

Result<SegmentReader> SegmentReader::open(Disk& disk, std::string path) {
  auto file = disk.open(path, {});
  if (!file.ok()) return std::move(file).error();
  auto const size = (*file)->size();
  if (!size.ok()) return size.error();
  return SegmentReader(std::move(file).value(), std::move(path), *size);
}

Result<std::string_view> SegmentReader::at(std::uint64_t offset, std::size_t bytes) {
  SKALD_ASSERT(offset + bytes <= size_, "reading past the end of a segment");
  if (offset < begin_ || offset + bytes > begin_ + filled_) {
    std::size_t const wanted =
        std::max<std::size_t>(bytes, std::min<std::uint64_t>(kWindow, size_ - offset));
    window_.resize(std::max(window_.size(), wanted));
    auto const got = file_->read(offset, {window_.data(), wanted});
    if (!got.ok()) return got.error();
    begin_ = offset;
    filled_ = *got;
    if (*got < bytes) {
      return Error{ErrorCode::io, "'" + path_ + "' became shorter while it was read", ""};
    }
  }
  return std::string_view(window_.data() + (offset - begin_), bytes);
}

Result<SegmentHeader> read_segment_header(SegmentReader& reader, std::uint32_t partition,
                                          std::uint64_t sequence, Link const& log) {
  auto const wrong = [&](std::string const& why) {
    return Error{ErrorCode::corrupt, "'" + reader.path() + "' is damaged: " + why, ""};
  };
  if (reader.size() < kBlock) return wrong("it is shorter than its header");
  auto const block = reader.at(0, kBlock);
  if (!block.ok()) return block.error();
  auto header = get_segment_header(*block);
  if (!header.ok()) {
    if (header.error().code != ErrorCode::corrupt) return header;
    return wrong(header.error().message);
  }
  if (header->bytes != reader.size()) {
    return wrong("it has " + std::to_string(reader.size()) + " bytes, and was made with " +
                 std::to_string(header->bytes));
  }
  if (header->partition != partition || header->sequence != sequence || header->log != log) {
    return wrong("it belongs to another log");
  }
  return header;
}

Result<FrameRead> read_frame(SegmentReader& reader, std::uint64_t offset, std::uint64_t number) {
  FrameRead frame;
  if (offset + kBlock > reader.size()) return frame;
  auto const first = reader.at(offset, kSector);
  if (!first.ok()) return first.error();
  if (all_zero(*first)) return frame;
  auto const stamp = get_stamp(first->data());
  if (!stamp || stamp->sector != 0 || stamp->frame != static_cast<std::uint32_t>(number)) {
    return broken(frame, "the bytes there are no beginning of a frame");
  }
  auto const header = get_frame_header(first->data() + kStamp);
  if (!header.ok()) {
    if (header.error().code != ErrorCode::corrupt) return header.error();
    return broken(frame, header.error().message);
  }
  frame.header = *header;
  frame.has_header = true;
  std::uint64_t const size = header->disk_bytes();
  if (header->frame != number || header->synced != stamp->synced || offset + size > reader.size()) {
    frame.has_header = false;
    return broken(frame, "the frame's header is of another place");
  }
  auto const blocks = reader.at(offset, size);
  if (!blocks.ok()) return blocks.error();
  if (auto reason = check_stamps(*blocks, *header, frame); !reason.empty()) {
    return broken(frame, std::move(reason));
  }
  if (frame_checksum(*blocks) != header->frame_crc) {
    return broken(frame, "the frame has a wrong checksum");
  }
  frame.status = FrameRead::Status::whole;
  frame.link = link_of(blocks->data() + kStamp);
  frame.blocks = *blocks;
  return frame;
}

void copy_body(FrameRead const& frame, std::string& body) {
  body.clear();
  body.reserve(frame.header.body_bytes);
  std::size_t skip = kFrameHeader;
  for (std::size_t at = 0; body.size() < frame.header.body_bytes; at += kSector) {
    std::string_view data = frame.blocks.substr(at + kStamp, kSectorData);
    data.remove_prefix(skip);
    skip = 0;
    body += data.substr(0, frame.header.body_bytes - body.size());
  }
}

}  // namespace skald::runtime
