#pragma once

// Puts entries together into the blocks of one write. Used again and again: its buffer stays, and
// is aligned as direct I/O wants it. Large entries are compressed with zstd when that helps.
//
// Thread-safety: one thread at a time.

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/journal/format.hpp"

namespace skald::runtime {

// Bytes at an address that is a multiple of the block size.
class AlignedBuffer {
 public:
  char* data() noexcept { return data_.get(); }
  std::size_t size() const noexcept { return size_; }
  // Keeps what is in it.
  void reserve(std::size_t size);

 private:
  struct Free {
    void operator()(char* bytes) const noexcept { std::free(bytes); }
  };
  std::unique_ptr<char, Free> data_;
  std::size_t size_ = 0;
};

class FrameBuilder {
 public:
  // Entries of at least that many bytes are compressed; 0: never.
  explicit FrameBuilder(std::uint32_t compress_from);
  ~FrameBuilder();

  // Starts a frame. `frame` and `synced` go into its stamps.
  void begin(std::uint64_t frame, bool synced);
  void add(std::string_view payload);
  std::uint32_t body_bytes() const noexcept { return static_cast<std::uint32_t>(body_); }
  std::uint32_t entries() const noexcept { return entries_; }

  // Fills in what is known here (frame, synced, body_bytes, entries), the checksums and the rest
  // of `header`, and returns the blocks to write; they are valid until the next begin().
  std::string_view finish(FrameHeader header);
  // The link of the frame that finish() gave.
  Link link() const noexcept { return link_; }

 private:
  struct Compressor;

  void put(std::string_view bytes);
  void open_sector();

  std::uint32_t compress_from_;
  std::unique_ptr<Compressor> compressor_;
  AlignedBuffer buffer_;
  std::uint64_t frame_ = 0;
  bool synced_ = false;
  std::size_t at_ = 0;    // the next physical byte
  std::size_t body_ = 0;  // logical bytes of the body so far
  std::uint32_t entries_ = 0;
  Link link_{};
};

// Visits the entries of a frame's body, decompressed. False when the body is not well formed.
bool visit_body(std::string_view body, std::uint32_t entries,
                std::function<bool(std::uint32_t index, std::string_view payload)> const& visit);

}  // namespace skald::runtime
