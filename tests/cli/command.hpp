#pragma once

// Runs the `skald` of this build and keeps what it printed.

#include <string>
#include <vector>

namespace skald::cli::testing {

struct Printed {
  int code = -1;
  std::string out;
  std::string err;
};

// Arguments behind "skald". The working directory is that of the test.
Printed skald(std::vector<std::string> const& arguments,
              std::string const& stdin_file = "/dev/null");

// The file's text; empty when there is none.
std::string read_text(std::string const& path);

// A directory of this test case, empty; removed when the process ends.
std::string scratch_dir();
// Writes a file there; its path.
std::string scratch_file(std::string const& name, std::string const& text);

}  // namespace skald::cli::testing
