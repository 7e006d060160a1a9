#pragma once

// Remembers, beyond the life of the process, whether it ended while a library was at work that may
// end it (RocksDB aborts on some errors). A byte in a mapped file: entering and leaving costs a
// store each, and what a dying process stored is still there for the next one.
//
// Thread-safety: enter and leave may be called from any thread.

#include <atomic>
#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace skald::runtime {

class CrashMarker {
 public:
  // Opens or creates the file. Errors: io, no_space.
  static Result<CrashMarker> open(std::string const& path);

  CrashMarker(CrashMarker&& other) noexcept;
  CrashMarker& operator=(CrashMarker&&) = delete;
  ~CrashMarker();

  // True when an earlier process never left what it had entered.
  bool crashed() const noexcept { return crashed_; }
  // From now on as if nothing had happened.
  void reset() noexcept;
  void enter() noexcept;
  void leave() noexcept;

 private:
  explicit CrashMarker(std::uint32_t* inside);

  std::uint32_t* inside_;  // mapped: how many are inside
  bool crashed_;
};

// Marks its own life.
class InsideMarker {
 public:
  explicit InsideMarker(CrashMarker& marker) : marker_(marker) { marker_.enter(); }
  ~InsideMarker() { marker_.leave(); }
  InsideMarker(InsideMarker const&) = delete;
  InsideMarker& operator=(InsideMarker const&) = delete;

 private:
  CrashMarker& marker_;
};

}  // namespace skald::runtime
