#include "tests/cli/command.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/support/process.hpp"

namespace skald::cli::testing {
namespace {

namespace fs = std::filesystem;

struct Scratch {
  fs::path root;

  Scratch() : root(fs::temp_directory_path() / ("skald-cli-test-" + std::to_string(getpid()))) {}
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(root, ignored);
  }
};

}  // namespace

std::string read_text(std::string const& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string scratch_dir() {
  static Scratch const scratch;
  auto const* info = ::testing::UnitTest::GetInstance()->current_test_info();
  auto const path = scratch.root / info->test_suite_name() / info->name();
  fs::create_directories(path);
  return path.string();
}

std::string scratch_file(std::string const& name, std::string const& text) {
  auto path = scratch_dir() + "/" + name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

Printed skald(std::vector<std::string> const& arguments, std::string const& stdin_file) {
  std::vector<std::string> argv{std::string(SKALD_BINARY_DIR) + "/bin/skald"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  auto const err = scratch_dir() + "/stderr";
  fs::remove(err);  // of the command before
  Printed printed;
  test::Process process(argv, err, stdin_file);
  while (auto line = process.read_line(std::chrono::seconds(60))) printed.out += *line + "\n";
  printed.code = process.wait();
  printed.err = read_text(err);
  return printed;
}

}  // namespace skald::cli::testing
