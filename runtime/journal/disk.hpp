#pragma once

// What the journal needs of a file system, as a port, so that tests can stand a failing or a
// forgetting disk in its place. real_disk() is the operating system's. Errors carry the path and
// the system's reason; a full disk is ErrorCode::no_space.
//
// Thread-safety: a Disk may be used from any thread, a File by one thread at a time.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace skald::runtime {

class File {
 public:
  virtual ~File() = default;

  // Writes all of it or fails. With FileUse::direct, offset, size and address are multiples of
  // 4096. After an error the descriptor must not be used for writing again: the kernel may have
  // dropped what it could not write and then call the next sync a success.
  virtual Result<void> write(std::uint64_t offset, std::string_view bytes) = 0;
  // Returns how much was read; less than asked for only at the end of the file.
  virtual Result<std::size_t> read(std::uint64_t offset, std::span<char> into) = 0;
  virtual Result<void> sync() = 0;
  virtual Result<std::uint64_t> size() = 0;
};

struct FileUse {
  bool write = false;   // else for reading
  bool create = false;  // create, or empty what is there
  bool direct = false;  // past the page cache where the file system can
  bool synced = false;  // a write returns when it is on the disk
};

class Disk {
 public:
  virtual ~Disk() = default;

  virtual Result<std::unique_ptr<File>> open(std::string const& path, FileUse use) = 0;
  virtual Result<void> rename(std::string const& from, std::string const& to) = 0;
  virtual Result<void> remove(std::string const& path) = 0;
  // Makes creations, renames and removals in the directory survive the loss of power.
  virtual Result<void> sync_directory(std::string const& path) = 0;
  virtual Result<void> make_directories(std::string const& path) = 0;
  // The names in the directory, sorted. not_found when there is no such directory.
  virtual Result<std::vector<std::string>> list(std::string const& path) = 0;
  virtual bool exists(std::string const& path) = 0;
};

Disk& real_disk();

// Small files that are written whole or not at all: the content, then a line with its CRC32C.
// They are replaced by renaming, and synced.
Result<void> write_checked_file(Disk& disk, std::string const& dir, std::string const& name,
                                std::string_view content);
// not_found; corrupt when the checksum does not match.
Result<std::string> read_checked_file(Disk& disk, std::string const& path);

}  // namespace skald::runtime
