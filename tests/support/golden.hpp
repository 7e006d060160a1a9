#pragma once

// Tests as text files. A golden file under tests/golden/<folder> holds an input, a line "----" and
// the output that the input must give; more sections may follow, divided by the same line. Every
// file becomes one GoogleTest case named after it. A file whose name begins with "fail_" must make
// the subject fail; all others must not.
//
//   static bool const registered = skald::testing::golden("YamlGolden", "yaml",
//       [](GoldenCase const& file) -> GoldenOutput { return {render(file.input), true}; });
//
// Run the test program with --update (or SKALD_UPDATE_GOLDEN=1) to write what the subject gives
// now into the files. Only the last section is output.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace skald::testing {

struct GoldenCase {
  std::string name;                   // file name without its ending
  std::string input;                  // the first section
  std::vector<std::string> sections;  // all sections but the last
  std::string expected;               // the last section; empty when there is only one
};

struct GoldenOutput {
  std::string text;
  bool failed = false;  // the subject refused the input
};

using GoldenSubject = std::function<GoldenOutput(GoldenCase const&)>;

namespace golden_detail {

inline bool updating() {
  if (std::getenv("SKALD_UPDATE_GOLDEN") != nullptr) return true;
  std::ifstream arguments("/proc/self/cmdline", std::ios::binary);
  std::string const all{std::istreambuf_iterator<char>(arguments), {}};
  return all.find(std::string("\0--update\0", 10)) != std::string::npos;
}

inline std::string read(std::filesystem::path const& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline GoldenCase parse(std::filesystem::path const& path) {
  std::string const text = read(path);
  GoldenCase result{path.stem().string(), {}, {}, {}};
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= text.size();) {
    std::size_t const end = std::min(text.find('\n', at), text.size());
    if (std::string_view(text).substr(at, end - at) == "----") {
      result.sections.push_back(text.substr(begin, at - begin));
      begin = std::min(end + 1, text.size());
    }
    at = end + 1;
  }
  std::string rest = text.substr(begin);
  if (result.sections.empty()) {
    result.sections.push_back(std::move(rest));
  } else {
    result.expected = std::move(rest);
  }
  result.input = result.sections.front();
  return result;
}

inline void write(std::filesystem::path const& path, GoldenCase const& file,
                  std::string const& output) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  for (std::string const& section : file.sections) out << section << "----\n";
  out << output;
}

class GoldenTest : public ::testing::Test {
 public:
  GoldenTest(std::filesystem::path path, GoldenSubject subject)
      : path_(std::move(path)), subject_(std::move(subject)) {}

  void TestBody() override {
    GoldenCase const file = parse(path_);
    GoldenOutput output = subject_(file);
    if (!output.text.empty() && output.text.back() != '\n') output.text += '\n';
    bool const must_fail = file.name.starts_with("fail_");
    EXPECT_EQ(output.failed, must_fail)
        << path_ << (must_fail ? " must be refused" : " must be accepted") << ", but gave:\n"
        << output.text;
    if (updating() && output.failed == must_fail) {
      if (output.text != file.expected) write(path_, file, output.text);
      return;
    }
    EXPECT_EQ(output.text, file.expected) << "of " << path_ << "; rewrite it with --update";
  }

 private:
  std::filesystem::path path_;
  GoldenSubject subject_;
};

}  // namespace golden_detail

// Registers one test for every file of tests/golden/<folder>. Call it from a static initializer.
inline bool golden(char const* suite, char const* folder, GoldenSubject const& subject) {
  auto const root = std::filesystem::path(SKALD_SOURCE_DIR) / "tests" / "golden" / folder;
  std::vector<std::filesystem::path> files;
  std::error_code missing;
  for (auto const& entry : std::filesystem::directory_iterator(root, missing)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (auto const& path : files) {
    ::testing::RegisterTest(suite, path.stem().c_str(), nullptr, nullptr, path.c_str(), 1,
                            [path, subject]() -> ::testing::Test* {
                              return new golden_detail::GoldenTest(path, subject);
                            });
  }
  return !files.empty();
}

}  // namespace skald::testing
