#include "runtime/journal/data_dir.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <system_error>
#include <utility>

#include "base/json.hpp"
#include "runtime/journal/log_scan.hpp"

namespace skald::runtime {
namespace {

constexpr std::uint32_t kFormat = 1;

std::string partition_dir(std::string const& path, std::uint32_t partition) {
  char name[16];
  std::snprintf(name, sizeof name, "/p%03u", partition);
  return path + name;
}

Error locked_error(std::string const& path, int descriptor) {
  char text[32] = {};
  auto const size = ::pread(descriptor, text, sizeof text - 1, 0);
  long pid = 0;
  if (size > 0) std::from_chars(text, text + size, pid);
  if (pid == ::getpid()) {
    return {ErrorCode::failed_precondition,
            "the data directory '" + path + "' is open in this process already",
            "one engine at a time: use that one, or take another data directory"};
  }
  std::string const holder = pid > 0 ? "pid " + std::to_string(pid) : "another process";
  return {ErrorCode::failed_precondition,
          "the data directory '" + path + "' is locked by " + holder,
          "stop that process first, or take another data directory"};
}

// The descriptor of the locked file.
Result<int> lock_directory(std::string const& path) {
  std::string const file = path + "/LOCK";
  int const descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (descriptor < 0) {
    return Error{errno == ENOSPC ? ErrorCode::no_space : ErrorCode::failed_precondition,
                 "cannot open '" + file + "': " + std::generic_category().message(errno),
                 "check the owner and the mode of the directory"};
  }
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    Error error = locked_error(path, descriptor);
    ::close(descriptor);
    return error;
  }
  // For people and for the message above; the lock itself is the flock.
  std::string const pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor, 0) == 0) {
    [[maybe_unused]] auto const written = ::pwrite(descriptor, pid.data(), pid.size(), 0);
  }
  return descriptor;
}

Error newer_format(std::string const& path, std::uint32_t format) {
  return {ErrorCode::failed_precondition,
          "the data directory '" + path + "' has format version " + std::to_string(format) +
              ", and this program knows up to " + std::to_string(kFormat),
          "use the newer skald that wrote it"};
}

Error wrong_count(std::string const& path, std::uint32_t has, std::uint32_t wanted) {
  return {ErrorCode::failed_precondition,
          "the data directory '" + path + "' was made for " + std::to_string(has) +
              (has == 1 ? " partition" : " partitions") + ", not for " + std::to_string(wanted),
          "start it with --partitions " + std::to_string(has) +
              "; to change the number, finish or export its runs and begin a new directory"};
}

// Logs without FORMAT: either the making was interrupted (every log is empty then, and making it
// again is right), or somebody has lost the file.
Result<void> refuse_used_logs(std::string const& path, Disk& disk) {
  for (std::uint32_t partition = 0; partition < DataDir::kMaxPartitions; ++partition) {
    std::string const dir = partition_dir(path, partition) + "/journal";
    if (!disk.exists(dir)) continue;
    auto const segments = list_segments(disk, dir);
    if (!segments.ok()) return segments.error();
    bool used = segments->size() > 1;
    if (disk.exists(dir + "/head")) {
      auto const end = scan_log(disk, dir, [](LogFrame const&) -> Result<void> { return {}; });
      if (!end.ok()) return end.error();
      used = used || end->damage || end->next_frame > 1;
    }
    if (used) {
      return Error{ErrorCode::corrupt, "'" + path + "/FORMAT' is missing, but there are journals",
                   "restore FORMAT from a backup of this directory"};
    }
  }
  return {};
}

}  // namespace

DataDir::DataDir(DataDir&& other) noexcept
    : path_(std::move(other.path_)),
      lock_(std::exchange(other.lock_, -1)),
      partitions_(other.partitions_),
      created_(other.created_) {}

DataDir::~DataDir() {
  if (lock_ >= 0) ::close(lock_);
}

Result<DataDir> DataDir::open(std::string path, Options options, Disk& disk) {
  if (options.partitions > kMaxPartitions) {
    return Error{ErrorCode::invalid_argument,
                 "there can be 1 to " + std::to_string(kMaxPartitions) + " partitions, not " +
                     std::to_string(options.partitions),
                 ""};
  }
  SKALD_TRY(disk.make_directories(path));
  auto const lock = lock_directory(path);
  if (!lock.ok()) return lock.error();
  DataDir dir(std::move(path), *lock);
  auto const recorded = partitions_of(dir.path_, disk);
  if (recorded.ok()) {
    dir.partitions_ = *recorded;
    if (options.partitions != 0 && options.partitions != *recorded) {
      return wrong_count(dir.path_, *recorded, options.partitions);
    }
  } else if (recorded.error().code == ErrorCode::not_found) {
    SKALD_TRY(dir.make(options, disk));
  } else {
    return recorded.error();
  }
  return dir;
}

Result<std::uint32_t> DataDir::partitions_of(std::string const& path, Disk& disk) {
  auto const text = read_checked_file(disk, path + "/FORMAT");
  if (!text.ok()) return text.error();
  auto const parsed = parse_json(*text);
  if (!parsed.ok()) return parsed.error();
  Json const& format = (*parsed)["format"];
  Json const& partitions = (*parsed)["partitions"];
  if (!format.is_number() || !partitions.is_number()) {
    return Error{ErrorCode::corrupt, "'" + path + "/FORMAT' is not what skald writes", ""};
  }
  auto const version = static_cast<std::uint32_t>(format.as_number());
  if (version > kFormat) return newer_format(path, version);
  return static_cast<std::uint32_t>(partitions.as_number());
}

Result<void> DataDir::make(Options const& options, Disk& disk) {
  SKALD_TRY(refuse_used_logs(path_, disk));
  created_ = true;
  partitions_ = options.partitions == 0 ? 1 : options.partitions;
  for (std::uint32_t partition = 0; partition < partitions_; ++partition) {
    SKALD_TRY(create_log(disk, journal_dir(partition), partition, options.segments));
    SKALD_TRY(disk.sync_directory(partition_dir(path_, partition)));
  }
  Json const text = Json::object({{"skald", Json("data directory")},
                                  {"format", Json(kFormat)},
                                  {"partitions", Json(partitions_)}});
  return write_checked_file(disk, path_, "FORMAT", to_text(text));
}

std::string DataDir::journal_dir_of(std::string const& path, std::uint32_t partition) {
  return partition_dir(path, partition) + "/journal";
}

std::string DataDir::index_dir(std::uint32_t partition) const {
  return partition_dir(path_, partition) + "/index";
}

}  // namespace skald::runtime
