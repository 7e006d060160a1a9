#pragma once

// Ctrl-C and SIGTERM as a question instead of an end: while an Interrupt lives, the first signal
// only sets it, and another one ends the process as usual. One at a time in a process.

#include <functional>
#include <thread>

namespace skald::cli {

class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(Interrupt const&) = delete;
  Interrupt& operator=(Interrupt const&) = delete;

  // True once a signal has come.
  bool raised() const;
  // Blocks until a signal comes, or the time is up.
  bool wait_ms(int timeout_ms) const;
  // Blocks until a signal comes.
  void wait() const;
  // Readable once a signal has come.
  int descriptor() const;
};

// Calls `raised` from a thread of its own once a signal has come, and again every 50 ms until it is
// destroyed: for what a call that blocks can be ended with.
class InterruptWatch {
 public:
  InterruptWatch(Interrupt const& interrupt, std::function<void()> raised);
  ~InterruptWatch();
  InterruptWatch(InterruptWatch const&) = delete;
  InterruptWatch& operator=(InterruptWatch const&) = delete;

 private:
  std::thread thread_;
  int end_;  // readable once it is destroyed
};

}  // namespace skald::cli
