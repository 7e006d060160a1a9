#pragma once

// Starts one program in a process group of its own, its standard streams on pipes of ours. Nothing
// else of this process is passed on: no descriptor, no signal mask, no environment but what is
// given. Thread-safety: start_process may be called from any thread; a Process belongs to one.

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace skald::runtime {

struct ProcessSpec {
  std::vector<std::string> arguments;    // the program first; looked for in PATH
  std::vector<std::string> environment;  // "NAME=value"
  bool has_input = false;                // false: standard input is empty
};

// Owns the descriptors, not the process: whoever started it reaps it.
class Process {
 public:
  Process() = default;
  Process(Process&& other) noexcept { *this = std::move(other); }
  Process& operator=(Process&& other) noexcept;
  ~Process();

  void close_input();
  void close_output();
  void close_errors();
  // To the whole group; nothing when it has been reaped.
  void signal(int number) const;

  pid_t pid = -1;   // also the id of its group
  int handle = -1;  // a pidfd: readable once it has ended
  int input = -1;   // we write; -1 when closed
  int output = -1;  // we read
  int errors = -1;  // we read
};

// Errors: not_found (no such program), io.
Result<Process> start_process(ProcessSpec const& spec);

}  // namespace skald::runtime
