#pragma once

// What limits the requests to one target: how fast they may begin, and whether it is worth trying.
// A lane of HttpDispatcher has one of each. No clock of their own; not thread-safe. Internal.

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace skald::runtime {

using LaneClock = std::chrono::steady_clock;

// A token bucket: `rate` requests a second, a tenth of them at once.
class RateLimit {
 public:
  explicit RateLimit(double rate = 0) : rate_(rate), burst_(std::max(1.0, rate / 10)) {
    tokens_ = burst_;
  }

  double rate() const { return rate_; }
  // True when a request may begin now; it is counted.
  bool take(LaneClock::time_point now) {
    if (rate_ <= 0) return true;
    if (filled_ != LaneClock::time_point{}) {
      std::chrono::duration<double> const since = now - filled_;
      tokens_ = std::min(burst_, tokens_ + std::max(0.0, since.count()) * rate_);
    }
    filled_ = now;
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }
  // How long until the next one.
  LaneClock::duration wait() const {
    if (rate_ <= 0 || tokens_ >= 1) return {};
    std::chrono::duration<double> const missing((1 - tokens_) / rate_);
    return std::chrono::duration_cast<LaneClock::duration>(missing) + std::chrono::milliseconds(1);
  }

 private:
  double rate_;
  double burst_;
  double tokens_ = 1;
  LaneClock::time_point filled_{};
};

// Opens after so many failures in a row; then one request tries, and closes it or opens it for
// twice as long.
class Breaker {
 public:
  static constexpr LaneClock::duration kShortest = std::chrono::seconds(1);
  static constexpr LaneClock::duration kLongest = std::chrono::seconds(30);

  explicit Breaker(std::uint32_t limit = 0) : limit_(limit) {}

  std::uint32_t failures() const { return failures_; }
  char const* state(LaneClock::time_point now) const {
    if (!open_) return "closed";
    return probing_ || now >= until_ ? "half-open" : "open";
  }
  // True when a request may be sent.
  bool allows(LaneClock::time_point now) const { return !open_ || (!probing_ && now >= until_); }
  // One that is allowed is sent. True when it is the one that tries: its end is told by
  // succeeded(), failed() or gave_up(), and until then no other is allowed.
  bool begin() {
    probing_ = open_;
    return probing_;
  }
  // Worth asking again then.
  LaneClock::duration wait(LaneClock::time_point now) const {
    return std::max<LaneClock::duration>(until_ - now, kShortest);
  }
  void succeeded() {
    failures_ = 0;
    open_ = probing_ = false;
    pause_ = kShortest;
  }
  void failed(LaneClock::time_point now, bool tried = false) {
    ++failures_;
    if (limit_ == 0 || (!tried && failures_ < limit_)) return;
    if (open_ && !tried) return;  // one that was under way when it opened
    if (tried) pause_ = std::min(pause_ * 2, kLongest);
    open_ = true;
    probing_ = false;
    until_ = now + pause_;
  }
  // The request that was to try was taken back.
  void gave_up() { probing_ = false; }

 private:
  std::uint32_t limit_;
  std::uint32_t failures_ = 0;
  bool open_ = false;
  bool probing_ = false;
  LaneClock::time_point until_{};
  LaneClock::duration pause_ = kShortest;
};

}  // namespace skald::runtime
