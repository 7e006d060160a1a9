#pragma once

// A child process of a test: started with its output read line by line, ended with the test. The
// child gets a signal when the test dies, so nothing is left running. Not thread-safe.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace skald::test {

class Process {
 public:
  // Starts argv[0] (a path) with its arguments. Its stdout can be read here; its stderr goes to
  // `stderr_file`, or to the test's own when that is empty; its stdin is `stdin_file`.
  explicit Process(std::vector<std::string> const& argv, std::string const& stderr_file = "",
                   std::string const& stdin_file = "/dev/null");
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();

  pid_t pid() const { return pid_; }
  // The next line of stdout; nothing at its end or when the time is up.
  std::optional<std::string> read_line(std::chrono::milliseconds timeout);
  // The first line with `text` in it.
  std::optional<std::string> wait_for_line(std::string const& text,
                                           std::chrono::milliseconds timeout);
  void signal(int number) const;
  // Waits for its end; the exit code, or 128 + signal.
  int wait();
  // SIGKILL and wait.
  void kill();

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  std::string buffer_;
};

}  // namespace skald::test
