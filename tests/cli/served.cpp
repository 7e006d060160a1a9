#include "tests/cli/served.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>

namespace skald::cli::testing {
namespace {

std::vector<std::string> serve(std::vector<std::string> const& options) {
  std::vector<std::string> argv{std::string(SKALD_BINARY_DIR) + "/bin/skald",
                                "serve",
                                "--data-dir",
                                scratch_dir() + "/data",
                                "--listen",
                                "127.0.0.1:0"};
  argv.insert(argv.end(), options.begin(), options.end());
  return argv;
}

std::string log_file() {
  return scratch_dir() + "/server";
}

}  // namespace

Served::Served(std::vector<std::string> const& options) : process_(serve(options), log_file()) {
  auto const line = process_.wait_for_line("http://", std::chrono::seconds(30)).value_or("");
  auto const at = line.find("http://");
  if (at == std::string::npos) {
    ADD_FAILURE() << "skald serve did not start: " << log();
    return;
  }
  url_ = line.substr(at, line.find(' ', at) - at);
}

Served::~Served() {
  if (stopped_) return;
  EXPECT_EQ(stop(), 0) << log();
}

int Served::stop() {
  stopped_ = true;
  process_.signal(SIGTERM);
  return process_.wait();
}

std::string Served::log() const {
  return read_text(log_file());
}

Printed Served::call(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin() + 1, {"--server", url_});
  return skald(arguments);
}

Json Served::json(std::vector<std::string> arguments) const {
  arguments.insert(arguments.end(), {"-o", "json"});
  auto const printed = call(std::move(arguments));
  return parse_json(printed.out).value_or(Json(printed.out + printed.err));
}

}  // namespace skald::cli::testing
