#include "runtime/journal/frame_builder.hpp"

#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "runtime/journal/bytes.hpp"

namespace skald::runtime {
namespace {

// The word before an entry: its size as stored, and this bit when it is compressed; then a second
// word follows, with the size it had.
constexpr std::uint32_t kCompressed = 0x8000'0000U;
constexpr int kLevel = 1;

}  // namespace

struct FrameBuilder::Compressor {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  std::string out;

  Compressor() = default;
  ~Compressor() { ZSTD_freeCCtx(context); }
  Compressor(Compressor const&) = delete;
  Compressor& operator=(Compressor const&) = delete;

  // Empty when it would not save an eighth.
  std::string_view compress(std::string_view bytes) {
    out.resize(bytes.size() - bytes.size() / 8);
    std::size_t const size =
        ZSTD_compressCCtx(context, out.data(), out.size(), bytes.data(), bytes.size(), kLevel);
    if (ZSTD_isError(size) != 0) return {};
    return std::string_view(out).substr(0, size);
  }
};

void AlignedBuffer::reserve(std::size_t size) {
  if (size <= size_) return;
  std::size_t const wanted = (std::max(size, size_ * 2) + kBlock - 1) / kBlock * kBlock;
  auto* fresh = static_cast<char*>(std::aligned_alloc(kBlock, wanted));
  SKALD_ASSERT(fresh != nullptr, "out of memory");
  if (size_ > 0) std::memcpy(fresh, data_.get(), size_);
  data_.reset(fresh);
  size_ = wanted;
}

FrameBuilder::FrameBuilder(std::uint32_t compress_from)
    : compress_from_(compress_from), compressor_(std::make_unique<Compressor>()) {}

FrameBuilder::~FrameBuilder() = default;

void FrameBuilder::begin(std::uint64_t frame, bool synced) {
  frame_ = frame;
  synced_ = synced;
  at_ = 0;
  body_ = 0;
  entries_ = 0;
  open_sector();
  std::memset(buffer_.data() + at_, 0, kFrameHeader);
  at_ += kFrameHeader;
}

void FrameBuilder::open_sector() {
  buffer_.reserve(at_ + kSector);
  auto const sector = static_cast<std::uint32_t>(at_ / kSector);
  put_stamp(buffer_.data() + at_, {static_cast<std::uint32_t>(frame_), sector, synced_});
  at_ += kStamp;
}

void FrameBuilder::put(std::string_view bytes) {
  body_ += bytes.size();
  while (!bytes.empty()) {
    if (at_ % kSector == 0) open_sector();
    std::size_t const part = std::min(bytes.size(), kSector - at_ % kSector);
    std::memcpy(buffer_.data() + at_, bytes.data(), part);
    at_ += part;
    bytes.remove_prefix(part);
  }
}

void FrameBuilder::add(std::string_view payload) {
  ++entries_;
  char words[8];
  auto const size = static_cast<std::uint32_t>(payload.size());
  put_integer(words, size);
  if (compress_from_ != 0 && size >= compress_from_) {
    std::string_view const smaller = compressor_->compress(payload);
    if (!smaller.empty()) {
      put_integer(words, static_cast<std::uint32_t>(smaller.size()) | kCompressed);
      put_integer(words + 4, size);
      put({words, 8});
      put(smaller);
      return;
    }
  }
  put({words, 4});
  put(payload);
}

std::string_view FrameBuilder::finish(FrameHeader header) {
  header.frame = frame_;
  header.synced = synced_;
  header.body_bytes = body_bytes();
  header.entries = entries_;
  std::size_t const total = header.disk_bytes();
  buffer_.reserve(total);
  while (at_ < total) {
    if (at_ % kSector == 0) open_sector();
    std::size_t const rest = kSector - at_ % kSector;
    std::memset(buffer_.data() + at_, 0, rest);
    at_ += rest;
  }
  put_frame_header(buffer_.data() + kStamp, header);
  write_checksums(buffer_.data(), total);
  link_ = link_of(buffer_.data() + kStamp);
  return {buffer_.data(), total};
}

bool visit_body(std::string_view body, std::uint32_t entries,
                std::function<bool(std::uint32_t index, std::string_view payload)> const& visit) {
  std::string plain;
  for (std::uint32_t index = 0; index < entries; ++index) {
    if (body.size() < 4) return false;
    auto const word = get_integer<std::uint32_t>(body.data());
    bool const compressed = (word & kCompressed) != 0;
    std::size_t const head = compressed ? 8 : 4;
    std::size_t const stored = word & ~kCompressed;
    if (body.size() < head + stored) return false;
    std::string_view payload = body.substr(head, stored);
    if (compressed) {
      std::size_t const size = get_integer<std::uint32_t>(body.data() + 4);
      if (size > Journal::kMaxPayload) return false;
      plain.resize(size);
      if (ZSTD_decompress(plain.data(), size, payload.data(), stored) != size) return false;
      payload = plain;
    }
    if (!visit(index, payload)) return true;
    body.remove_prefix(head + stored);
  }
  return body.empty();
}

}  // namespace skald::runtime
