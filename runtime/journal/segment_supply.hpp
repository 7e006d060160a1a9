#pragma once

// Makes segments ahead of need, in a thread of its own: a segment costs a write of its full size,
// and no commit should wait for that. When the disk is full the ballast, a file of zeros kept for
// the purpose, becomes the next segment, so that what runs can finish; as soon as there is room
// again the reserve is made anew.
//
// Thread-safety: take() and want() belong to the committer, everything else to any thread.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "runtime/journal/disk.hpp"
#include "runtime/journal/log_scan.hpp"

namespace skald::runtime {

struct SupplyOptions {
  std::string dir;
  LogHead head;
  SegmentSizes sizes;
  std::size_t ahead = 1;                    // segments kept ready
  std::uint64_t ballast_bytes = 0;          // 0: no ballast
  Duration retry = Duration::from_ms(500);  // how often a full disk is asked again
};

class SegmentSupply {
 public:
  SegmentSupply(Disk& disk, SupplyOptions options, std::function<void(Space)> on_space);
  ~SegmentSupply();

  // `ready` are empty segments found at recovery; `next` is the sequence after all there are.
  void start(std::vector<SegmentInfo> ready, std::uint64_t next);

  // The next segment in sequence; waits until there is one. Errors: no_space when the disk is
  // full and nobody wants to wait; io when segments can not be made.
  Result<SegmentInfo> take();
  // Whether take() waits while the disk is full, until there is room. At first it does not.
  void set_patient(bool patient);
  // Segments that are made from now on hold a frame of that many bytes.
  void want(std::uint64_t frame_bytes);

  Space space() const { return space_.load(); }
  // Ends the thread; a segment that is being made is given up.
  void stop();

 private:
  using Lock = std::unique_lock<std::mutex>;

  void run();
  bool wait_for_work(Lock& lock);
  std::size_t wanted() const;
  Result<void> make_segment(std::uint64_t sequence, std::uint64_t bytes);
  Result<void> make_ballast();
  Result<SegmentInfo> use_ballast(std::uint64_t sequence);
  Result<SegmentInfo> replenish(std::uint64_t sequence, std::uint64_t bytes);
  Result<void> tend_ballast();
  void change_space(Space space);
  SegmentHeader header(std::uint64_t sequence, std::uint64_t bytes) const;
  std::string path(std::string const& name) const { return options_.dir + "/" + name; }

  Disk& disk_;
  SupplyOptions options_;
  std::function<void(Space)> on_space_;
  std::atomic<Space> space_ = Space::ok;
  std::atomic<bool> stop_ = false;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<SegmentInfo> ready_;
  std::uint64_t next_ = 0;
  std::uint64_t least_ = 0;
  bool tended_ = false;   // the ballast was looked after since the last change
  bool resting_ = false;  // the last attempt has failed: not at once again
  bool asked_ = false;    // take() waits
  bool patient_ = false;
  std::optional<Error> failed_;  // the last attempt
  std::thread thread_;
};

}  // namespace skald::runtime
