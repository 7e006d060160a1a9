#pragma once

// Runs a test file in jq's format: a program line, an input line and the expected outputs, one a
// line; groups are separated by blank lines, '#' begins a comment, and a group that begins with
// "%%FAIL" is a program that must not compile.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/jq/jq.hpp"

namespace skald::jq {

struct TestFileReport {
  struct Failure {
    std::size_t line = 0;  // of the program, 1-based
    std::string program;
    std::string detail;    // what was expected and what came
    bool refused = false;  // the program did not compile; `detail` is the reason
  };
  std::size_t cases = 0;
  std::size_t passed = 0;
  std::vector<Failure> failures;
};

// `text` is the file's content. Programs see `environment`, and no global variables.
TestFileReport run_test_file(std::string_view text, Environment const& environment = {});

}  // namespace skald::jq
