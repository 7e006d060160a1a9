#pragma once

// The fault model of a disk, in memory. Files are bytes; a sector of 512 bytes is on the disk
// wholly or not at all.
//
// - A write to a synced file, and everything before a sync(), survives the loss of power. Of other
//   writes each sector survives or not, by chance.
// - A write that is under way when the power goes leaves any subset of its sectors, by chance.
// - Creations, renames and removals survive after sync_directory(); before it, by chance.
// - The disk has a capacity; going over it is no_space.
// - The nth write or sync from now fails, once, with an I/O error.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "runtime/journal/disk.hpp"

namespace skald::runtime::test {

class MemoryDisk final : public Disk {
 public:
  Result<std::unique_ptr<File>> open(std::string const& path, FileUse use) override;
  Result<void> rename(std::string const& from, std::string const& to) override;
  Result<void> remove(std::string const& path) override;
  Result<void> sync_directory(std::string const& path) override;
  Result<void> make_directories(std::string const& path) override;
  Result<std::vector<std::string>> list(std::string const& path) override;
  bool exists(std::string const& path) override;

  // Faults.
  void set_capacity(std::uint64_t bytes);
  // The write or sync after `count` more of them fails with this error, once.
  void fail_after(std::uint64_t count, ErrorCode code);
  // The power goes during the write after `count` more of them; everything fails from then on.
  void lose_power_after(std::uint64_t count, std::uint64_t seed);
  bool powerless();
  // What the disk holds when the power is back.
  void restore_power(std::uint64_t seed);

  // Bytes, for tests that spoil them.
  std::string bytes(std::string const& path);
  void set_bytes(std::string const& path, std::string bytes);
  std::uint64_t used();
  std::uint64_t writes();

 private:
  struct Inode {
    std::string bytes;
    std::map<std::uint64_t, std::string> unsynced;  // sector -> what the disk has of it
    std::uint64_t durable_size = 0;
  };
  class Handle;
  using Names = std::map<std::string, std::shared_ptr<Inode>>;

  std::optional<Error> fault(std::string const& path, bool is_write);
  void put(Inode& inode, std::uint64_t offset, std::string_view bytes, bool synced);
  void tear(Inode& inode, std::uint64_t offset, std::string_view bytes);
  void sync(Inode& inode);
  std::uint64_t used_locked() const;

  std::mutex mutex_;
  Names names_;
  Names durable_names_;
  std::set<std::string> directories_;
  std::uint64_t capacity_ = std::uint64_t{1} << 40U;
  std::uint64_t operations_ = 0;
  std::optional<std::uint64_t> fail_at_;
  ErrorCode fail_code_ = ErrorCode::io;
  std::optional<std::uint64_t> power_ends_at_;
  std::mt19937_64 chance_;
  bool powerless_ = false;
};

}  // namespace skald::runtime::test
