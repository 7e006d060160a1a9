#include "runtime/index/crash_marker.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace skald::runtime {
namespace {

constexpr std::size_t kSize = 4096;

Error system_error(std::string const& path, int number) {
  return {number == ENOSPC ? ErrorCode::no_space : ErrorCode::io,
          "cannot open '" + path + "': " + std::generic_category().message(number), ""};
}

}  // namespace

Result<CrashMarker> CrashMarker::open(std::string const& path) {
  int const file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (file < 0) return system_error(path, errno);
  // Allocated now: a full disk must not turn a store into a SIGBUS.
  int const failed = ::posix_fallocate(file, 0, kSize);
  void* const mapped = failed == 0
                           ? ::mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
                           : MAP_FAILED;
  int const number = failed != 0 ? failed : errno;
  ::close(file);
  if (mapped == MAP_FAILED) return system_error(path, number);
  return CrashMarker(static_cast<std::uint32_t*>(mapped));
}

CrashMarker::CrashMarker(std::uint32_t* inside) : inside_(inside), crashed_(*inside != 0) {}

CrashMarker::CrashMarker(CrashMarker&& other) noexcept
    : inside_(std::exchange(other.inside_, nullptr)), crashed_(other.crashed_) {}

CrashMarker::~CrashMarker() {
  if (inside_ != nullptr) ::munmap(inside_, kSize);
}

void CrashMarker::reset() noexcept {
  std::atomic_ref(*inside_).store(0);
  crashed_ = false;
}

void CrashMarker::enter() noexcept {
  std::atomic_ref(*inside_).fetch_add(1);
}

void CrashMarker::leave() noexcept {
  std::atomic_ref(*inside_).fetch_sub(1);
}

}  // namespace skald::runtime
