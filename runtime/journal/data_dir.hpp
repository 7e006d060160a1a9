#pragma once

// A data directory: who may use it, which format it has, how many partitions it was made for.
//
//   LOCK         held (flock) while a process uses the directory; contains its pid
//   FORMAT       format version and partition count; written last when the directory is made
//   p000/journal the log of partition 0, p001/journal of partition 1, ...
//   p000/index   what follows it
//
// Thread-safety: immutable after open().

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "runtime/journal/disk.hpp"
#include "runtime/journal/segment_files.hpp"

namespace skald::runtime {

class DataDir {
 public:
  static constexpr std::uint32_t kMaxPartitions = 256;

  struct Options {
    std::uint32_t partitions = 0;  // 0: as the directory was made; a new one gets one partition
    SegmentSizes segments;
  };

  // Locks the directory, makes it when there is none. Errors: failed_precondition when another
  // process has it, when it was made for another number of partitions or by a newer version;
  // corrupt when FORMAT is damaged or missing beside logs; no_space, io.
  static Result<DataDir> open(std::string path, Options options, Disk& disk = real_disk());
  // What FORMAT says, without locking; for the doctor and for messages.
  static Result<std::uint32_t> partitions_of(std::string const& path, Disk& disk = real_disk());

  DataDir(DataDir&& other) noexcept;
  DataDir& operator=(DataDir&&) = delete;
  ~DataDir();

  std::string const& path() const noexcept { return path_; }
  std::uint32_t partitions() const noexcept { return partitions_; }
  bool created() const noexcept { return created_; }
  std::string journal_dir(std::uint32_t partition) const {
    return journal_dir_of(path_, partition);
  }
  static std::string journal_dir_of(std::string const& path, std::uint32_t partition);
  std::string index_dir(std::uint32_t partition) const;

 private:
  DataDir(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  Result<void> make(Options const& options, Disk& disk);

  std::string path_;
  int lock_ = -1;
  std::uint32_t partitions_ = 0;
  bool created_ = false;
};

}  // namespace skald::runtime
