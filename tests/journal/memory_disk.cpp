#include "tests/journal/memory_disk.hpp"

#include <algorithm>
#include <utility>

namespace skald::runtime::test {
namespace {

constexpr std::uint64_t kSectorBytes = 512;

Error missing(std::string const& path) {
  return {ErrorCode::not_found, "cannot open '" + path + "': No such file or directory", ""};
}

Error no_power(std::string const& path) {
  return {ErrorCode::io, "cannot write '" + path + "': no power", ""};
}

}  // namespace

class MemoryDisk::Handle final : public File {
 public:
  Handle(MemoryDisk& disk, std::shared_ptr<Inode> inode, std::string path, bool synced)
      : disk_(disk), inode_(std::move(inode)), path_(std::move(path)), synced_(synced) {}

  Result<void> write(std::uint64_t offset, std::string_view bytes) override {
    std::scoped_lock lock(disk_.mutex_);
    if (disk_.power_ends_at_ && disk_.operations_ == *disk_.power_ends_at_) {
      disk_.tear(*inode_, offset, bytes);
      disk_.powerless_ = true;
      return no_power(path_);
    }
    if (auto error = disk_.fault(path_, true)) return *std::move(error);
    std::uint64_t const end = offset + bytes.size();
    std::uint64_t const growth = end - std::min<std::uint64_t>(end, inode_->bytes.size());
    if (disk_.used_locked() + growth > disk_.capacity_) {
      return Error{ErrorCode::no_space, "cannot write '" + path_ + "': No space left on device",
                   ""};
    }
    disk_.put(*inode_, offset, bytes, synced_);
    return {};
  }

  Result<std::size_t> read(std::uint64_t offset, std::span<char> into) override {
    std::scoped_lock lock(disk_.mutex_);
    if (offset >= inode_->bytes.size()) return std::size_t{0};
    return inode_->bytes.copy(into.data(), into.size(), offset);
  }

  Result<void> sync() override {
    std::scoped_lock lock(disk_.mutex_);
    if (auto error = disk_.fault(path_, false)) return *std::move(error);
    disk_.sync(*inode_);
    return {};
  }

  Result<std::uint64_t> size() override {
    std::scoped_lock lock(disk_.mutex_);
    return static_cast<std::uint64_t>(inode_->bytes.size());
  }

 private:
  MemoryDisk& disk_;
  std::shared_ptr<Inode> inode_;
  std::string path_;
  bool synced_;
};

std::optional<Error> MemoryDisk::fault(std::string const& path, bool is_write) {
  if (powerless_) return no_power(path);
  if (is_write || fail_at_) ++operations_;
  if (!fail_at_ || operations_ <= *fail_at_) return std::nullopt;
  fail_at_.reset();
  return Error{fail_code_, "cannot write '" + path + "': Input/output error", ""};
}

void MemoryDisk::put(Inode& inode, std::uint64_t offset, std::string_view bytes, bool synced) {
  std::uint64_t const end = offset + bytes.size();
  if (inode.bytes.size() < end) inode.bytes.resize(end);
  for (std::uint64_t sector = offset / kSectorBytes; sector * kSectorBytes < end; ++sector) {
    if (synced) {
      inode.unsynced.erase(sector);
    } else {
      inode.unsynced.try_emplace(sector, inode.bytes.substr(sector * kSectorBytes, kSectorBytes));
    }
  }
  inode.bytes.replace(offset, bytes.size(), bytes);
  if (synced) inode.durable_size = std::max(inode.durable_size, end);
}

void MemoryDisk::tear(Inode& inode, std::uint64_t offset, std::string_view bytes) {
  // Most often a prefix, sometimes any subset, sometimes all or nothing.
  std::uint64_t const kind = chance_() % 4;
  std::uint64_t const prefix = chance_() % (bytes.size() / kSectorBytes + 1);
  for (std::uint64_t i = 0; i * kSectorBytes < bytes.size(); ++i) {
    bool const survives =
        kind < 2 ? i < prefix : (kind == 2 ? chance_() % 2 == 0 : prefix % 2 == 0);
    if (survives) {
      put(inode, offset + i * kSectorBytes, bytes.substr(i * kSectorBytes, kSectorBytes), true);
    }
  }
}

void MemoryDisk::sync(Inode& inode) {
  inode.unsynced.clear();
  inode.durable_size = inode.bytes.size();
}

Result<std::unique_ptr<File>> MemoryDisk::open(std::string const& path, FileUse use) {
  std::scoped_lock lock(mutex_);
  if (powerless_) return no_power(path);
  auto found = names_.find(path);
  if (found == names_.end()) {
    if (!use.create) return missing(path);
    found = names_.emplace(path, std::make_shared<Inode>()).first;
  } else if (use.create) {
    found->second = std::make_shared<Inode>();
  }
  return std::unique_ptr<File>(std::make_unique<Handle>(*this, found->second, path, use.synced));
}

Result<void> MemoryDisk::rename(std::string const& from, std::string const& to) {
  std::scoped_lock lock(mutex_);
  if (powerless_) return no_power(from);
  auto const found = names_.find(from);
  if (found == names_.end()) return missing(from);
  names_[to] = found->second;
  names_.erase(from);
  return {};
}

Result<void> MemoryDisk::remove(std::string const& path) {
  std::scoped_lock lock(mutex_);
  if (powerless_) return no_power(path);
  if (names_.erase(path) == 0) return missing(path);
  return {};
}

Result<void> MemoryDisk::sync_directory(std::string const& path) {
  std::scoped_lock lock(mutex_);
  if (powerless_) return no_power(path);
  durable_names_ = names_;
  return {};
}

Result<void> MemoryDisk::make_directories(std::string const& path) {
  std::scoped_lock lock(mutex_);
  directories_.insert(path);
  return {};
}

Result<std::vector<std::string>> MemoryDisk::list(std::string const& path) {
  std::scoped_lock lock(mutex_);
  std::vector<std::string> names;
  for (auto const& [name, inode] : names_) {
    if (name.starts_with(path + "/")) names.push_back(name.substr(path.size() + 1));
  }
  return names;
}

bool MemoryDisk::exists(std::string const& path) {
  std::scoped_lock lock(mutex_);
  return names_.contains(path) || directories_.contains(path);
}

void MemoryDisk::set_capacity(std::uint64_t bytes) {
  std::scoped_lock lock(mutex_);
  capacity_ = bytes;
}

void MemoryDisk::fail_after(std::uint64_t count, ErrorCode code) {
  std::scoped_lock lock(mutex_);
  fail_at_ = operations_ + count;
  fail_code_ = code;
}

void MemoryDisk::lose_power_after(std::uint64_t count, std::uint64_t seed) {
  std::scoped_lock lock(mutex_);
  power_ends_at_ = operations_ + count;
  chance_.seed(seed);
}

bool MemoryDisk::powerless() {
  std::scoped_lock lock(mutex_);
  return powerless_;
}

void MemoryDisk::restore_power(std::uint64_t seed) {
  std::scoped_lock lock(mutex_);
  chance_.seed(seed);
  if (chance_() % 2 == 0) names_ = durable_names_;
  std::uint64_t const keep = chance_() % 5;  // of four parts
  for (auto& [name, inode] : names_) {
    for (auto const& [sector, old] : inode->unsynced) {
      if (chance_() % 4 < keep) continue;
      inode->bytes.replace(sector * kSectorBytes, old.size(), old);
    }
    // A file grows on the disk when it is synced; what was written behind its end may be lost.
    if (inode->bytes.size() > inode->durable_size && chance_() % 2 == 0) {
      inode->bytes.resize(inode->durable_size);
    }
    sync(*inode);
  }
  durable_names_ = names_;
  powerless_ = false;
  power_ends_at_.reset();
  fail_at_.reset();
}

std::string MemoryDisk::bytes(std::string const& path) {
  std::scoped_lock lock(mutex_);
  return names_.at(path)->bytes;
}

void MemoryDisk::set_bytes(std::string const& path, std::string bytes) {
  std::scoped_lock lock(mutex_);
  auto& place = names_[path];
  if (!place) place = std::make_shared<Inode>();
  Inode& inode = *place;
  inode.bytes = std::move(bytes);
  sync(inode);
}

std::uint64_t MemoryDisk::used() {
  std::scoped_lock lock(mutex_);
  return used_locked();
}

std::uint64_t MemoryDisk::used_locked() const {
  std::uint64_t sum = 0;
  for (auto const& [name, inode] : names_) sum += inode->bytes.size();
  return sum;
}

std::uint64_t MemoryDisk::writes() {
  std::scoped_lock lock(mutex_);
  return operations_;
}

}  // namespace skald::runtime::test
