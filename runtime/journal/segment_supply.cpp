#include "runtime/journal/segment_supply.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

namespace skald::runtime {
namespace {

constexpr char const* kBallast = "ballast";

std::uint64_t whole_blocks(std::uint64_t bytes) {
  return (bytes + kBlock - 1) / kBlock * kBlock;
}

}  // namespace

SegmentSupply::SegmentSupply(Disk& disk, SupplyOptions options, std::function<void(Space)> on_space)
    : disk_(disk), options_(std::move(options)), on_space_(std::move(on_space)) {}

SegmentSupply::~SegmentSupply() {
  stop();
}

void SegmentSupply::start(std::vector<SegmentInfo> ready, std::uint64_t next) {
  ready_.assign(ready.begin(), ready.end());
  next_ = next;
  thread_ = std::thread([this] { run(); });
}

Result<SegmentInfo> SegmentSupply::take() {
  Lock lock(mutex_);
  asked_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] {
    bool const in_vain = failed_ || (space_ == Space::full && !patient_);
    return !ready_.empty() || stop_ || in_vain;
  });
  asked_ = false;
  if (ready_.empty()) {
    if (failed_) return *failed_;
    return Error{ErrorCode::no_space, "there was no room for another journal segment", ""};
  }
  SegmentInfo const segment = ready_.front();
  ready_.pop_front();
  tended_ = false;
  changed_.notify_all();
  return segment;
}

void SegmentSupply::set_patient(bool patient) {
  {
    Lock lock(mutex_);
    patient_ = patient;
  }
  changed_.notify_all();
}

void SegmentSupply::want(std::uint64_t frame_bytes) {
  // The header's block, the frame, and the block that is kept for the seal.
  Lock lock(mutex_);
  least_ = whole_blocks(frame_bytes) + 2 * kBlock;
}

void SegmentSupply::stop() {
  {
    Lock lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void SegmentSupply::run() {
  Lock lock(mutex_);
  while (wait_for_work(lock)) {
    if (ready_.size() >= wanted()) {
      tended_ = true;
      lock.unlock();
      auto const tended = tend_ballast();
      lock.lock();
      resting_ = !tended.ok();
      continue;
    }
    std::uint64_t const sequence = next_;
    std::uint64_t const bytes = std::max(options_.sizes.of(sequence), least_);
    lock.unlock();
    auto made = replenish(sequence, bytes);
    lock.lock();
    failed_.reset();
    resting_ = !made.ok();
    if (made.ok()) {
      ready_.push_back(*made);
      next_ = sequence + 1;
    } else if (made.error().code != ErrorCode::no_space && !stop_) {
      failed_ = std::move(made).error();
    }
    changed_.notify_all();
  }
}

// True when there is something to make; false when the supply ends. What has failed is tried
// again after the stated time only.
bool SegmentSupply::wait_for_work(Lock& lock) {
  if (resting_) {
    changed_.wait_for(lock, std::chrono::microseconds(options_.retry.us),
                      [this] { return stop_.load(); });
    resting_ = false;
    tended_ = false;
  } else {
    changed_.wait(lock, [this] { return stop_ || ready_.size() < wanted() || !tended_; });
  }
  return !stop_;
}

std::size_t SegmentSupply::wanted() const {
  return std::max<std::size_t>(options_.ahead, asked_ ? 1 : 0);
}

Result<SegmentInfo> SegmentSupply::replenish(std::uint64_t sequence, std::uint64_t bytes) {
  auto const made = make_segment(sequence, bytes);
  if (made.ok()) {
    if (space_ == Space::full) change_space(Space::low);  // until the ballast is there again
    return SegmentInfo{.sequence = sequence, .bytes = bytes};
  }
  if (made.error().code != ErrorCode::no_space) return made.error();
  auto from_ballast = use_ballast(sequence);
  change_space(from_ballast.ok() ? Space::low : Space::full);
  return from_ballast;
}

Result<void> SegmentSupply::make_segment(std::uint64_t sequence, std::uint64_t bytes) {
  std::string const fresh = path(segment_name(sequence) + ".new");
  auto made = create_zeroed_file(disk_, fresh, bytes, stop_);
  if (made.ok()) made = name_segment(disk_, options_.dir, fresh, header(sequence, bytes));
  if (!made.ok()) std::ignore = disk_.remove(fresh);
  return made;
}

Result<SegmentInfo> SegmentSupply::use_ballast(std::uint64_t sequence) {
  std::string const fresh = path(segment_name(sequence) + ".new");
  std::uint64_t bytes = 0;
  {
    auto file = disk_.open(path(kBallast), {});
    if (!file.ok()) {
      return Error{ErrorCode::no_space, "there is no room for another journal segment", ""};
    }
    auto const size = (*file)->size();
    if (!size.ok()) return size.error();
    bytes = *size;
  }
  SKALD_TRY(disk_.rename(path(kBallast), fresh));
  SKALD_TRY(name_segment(disk_, options_.dir, fresh, header(sequence, bytes)));
  return SegmentInfo{.sequence = sequence, .bytes = bytes};
}

Result<void> SegmentSupply::make_ballast() {
  std::string const fresh = path(std::string(kBallast) + ".new");
  auto made = create_zeroed_file(disk_, fresh, whole_blocks(options_.ballast_bytes), stop_);
  if (made.ok()) made = disk_.rename(fresh, path(kBallast));
  if (!made.ok()) {
    std::ignore = disk_.remove(fresh);
    return made;
  }
  return disk_.sync_directory(options_.dir);
}

Result<void> SegmentSupply::tend_ballast() {
  bool const there = options_.ballast_bytes == 0 || disk_.exists(path(kBallast));
  auto made = there ? Result<void>{} : make_ballast();
  if (made.ok()) {
    change_space(Space::ok);
  } else if (made.error().code == ErrorCode::no_space) {
    change_space(Space::low);
  }
  return made;
}

void SegmentSupply::change_space(Space space) {
  if (space_.exchange(space) != space && on_space_) on_space_(space);
}

SegmentHeader SegmentSupply::header(std::uint64_t sequence, std::uint64_t bytes) const {
  return {.partition = options_.head.partition,
          .sequence = sequence,
          .bytes = bytes,
          .log = options_.head.log,
          .created_us = wall_clock().us};
}

}  // namespace skald::runtime
