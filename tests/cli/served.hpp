#pragma once

// `skald serve` of this build, on a port of its own and with a data directory of the test's, and
// the commands against it.

#include <string>
#include <vector>

#include "base/json.hpp"
#include "tests/cli/command.hpp"
#include "tests/support/process.hpp"

namespace skald::cli::testing {

class Served {
 public:
  // Starts it, with these options behind its own; comes back when it takes requests. What it writes
  // to stderr is in log().
  explicit Served(std::vector<std::string> const& options = {});
  // Ends it with SIGTERM, unless stop() has; a test fails when its exit code is not 0.
  ~Served();
  Served(Served const&) = delete;
  Served& operator=(Served const&) = delete;

  // Ends it with SIGTERM; its exit code.
  int stop();
  void signal(int number) const { process_.signal(number); }

  std::string const& url() const { return url_; }
  std::string log() const;
  // skald VERB --server URL ...
  Printed call(std::vector<std::string> arguments) const;
  // The same with `-o json`; what it printed as a text when that is no JSON.
  Json json(std::vector<std::string> arguments) const;

 private:
  test::Process process_;
  std::string url_;
  bool stopped_ = false;
};

}  // namespace skald::cli::testing
