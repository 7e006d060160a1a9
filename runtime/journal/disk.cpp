#include "runtime/journal/disk.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

namespace skald::runtime {
namespace {

Error system_error(char const* doing, std::string const& path, int number) {
  ErrorCode code = ErrorCode::io;
  std::string hint;
  if (number == ENOSPC || number == EDQUOT) {
    code = ErrorCode::no_space;
    hint = "free space on that file system";
  } else if (number == ENOENT) {
    code = ErrorCode::not_found;
  } else if (number == ENOTDIR || number == EEXIST) {
    hint = "a part of the path is a file, not a directory; give another";
  } else if (number == EACCES || number == EPERM || number == EROFS) {
    code = ErrorCode::failed_precondition;
    hint = "check the owner and the mode of the path";
  }
  return {code,
          std::string("cannot ") + doing + " '" + path +
              "': " + std::error_code(number, std::generic_category()).message(),
          hint};
}

class PosixFile final : public File {
 public:
  PosixFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  ~PosixFile() override { ::close(descriptor_); }
  PosixFile(PosixFile const&) = delete;
  PosixFile& operator=(PosixFile const&) = delete;

  Result<void> write(std::uint64_t offset, std::string_view bytes) override {
    while (!bytes.empty()) {
      ssize_t const n =
          ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR) continue;
      // Nothing written without an error, or an odd part of a direct write: not to be mended.
      if (n < 0) return system_error("write", path_, errno);
      if (n == 0) return system_error("write", path_, EIO);
      offset += static_cast<std::uint64_t>(n);
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
  }

  Result<std::size_t> read(std::uint64_t offset, std::span<char> into) override {
    std::size_t done = 0;
    while (done < into.size()) {
      ssize_t const n = ::pread(descriptor_, into.data() + done, into.size() - done,
                                static_cast<off_t>(offset + done));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return system_error("read", path_, errno);
      if (n == 0) break;
      done += static_cast<std::size_t>(n);
    }
    return done;
  }

  Result<void> sync() override {
    if (::fdatasync(descriptor_) != 0) return system_error("sync", path_, errno);
    return {};
  }

  Result<std::uint64_t> size() override {
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0) return system_error("look at", path_, errno);
    return static_cast<std::uint64_t>(status.st_size);
  }

 private:
  int descriptor_;
  std::string path_;
};

int open_flags(FileUse use) {
  int flags = O_CLOEXEC | (use.write ? O_WRONLY : O_RDONLY);
  if (use.create) flags |= O_CREAT | O_TRUNC;
  if (use.synced) flags |= O_DSYNC;
  return flags;
}

class RealDisk final : public Disk {
 public:
  Result<std::unique_ptr<File>> open(std::string const& path, FileUse use) override {
    int const flags = open_flags(use);
    int descriptor = -1;
    if (use.direct) descriptor = ::open(path.c_str(), flags | O_DIRECT, 0640);
    // Not every file system knows O_DIRECT (older tmpfs says EINVAL); the promise does not hang
    // on it, only the speed.
    if (descriptor < 0) descriptor = ::open(path.c_str(), flags, 0640);
    if (descriptor < 0) return system_error("open", path, errno);
    return std::unique_ptr<File>(std::make_unique<PosixFile>(descriptor, path));
  }

  Result<void> rename(std::string const& from, std::string const& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return system_error("rename to", to, errno);
    return {};
  }

  Result<void> remove(std::string const& path) override {
    if (::unlink(path.c_str()) != 0) return system_error("remove", path, errno);
    return {};
  }

  Result<void> sync_directory(std::string const& path) override {
    int const descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return system_error("open", path, errno);
    int const failed = ::fsync(descriptor) != 0 ? errno : 0;
    ::close(descriptor);
    if (failed != 0) return system_error("sync", path, failed);
    return {};
  }

  Result<void> make_directories(std::string const& path) override {
    std::error_code failed;
    std::filesystem::create_directories(path, failed);
    if (failed) return system_error("create", path, failed.value());
    return {};
  }

  Result<std::vector<std::string>> list(std::string const& path) override {
    std::error_code failed;
    std::vector<std::string> names;
    std::filesystem::directory_iterator it(path, failed);
    for (; !failed && it != std::filesystem::directory_iterator(); it.increment(failed)) {
      names.push_back(it->path().filename().string());
    }
    if (failed) return system_error("list", path, failed.value());
    std::sort(names.begin(), names.end());
    return names;
  }

  bool exists(std::string const& path) override { return ::access(path.c_str(), F_OK) == 0; }
};

}  // namespace

Disk& real_disk() {
  static RealDisk disk;
  return disk;
}

}  // namespace skald::runtime
