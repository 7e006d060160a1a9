#pragma once

// Ctrl-C and SIGTERM as a question instead of an end: while an Interrupt lives, the signals only
// set it. One at a time in a process.

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
};

}  // namespace skald::cli
