// jq's own test files, when the build was told where they are (SKALD_CONFORMANCE_DIR).

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "dsl/jq/test_file.hpp"

namespace skald::jq {
namespace {

namespace fs = std::filesystem;

fs::path folder() {
  std::string path = SKALD_CONFORMANCE_DIR;
  if (auto const* given = std::getenv("SKALD_CONFORMANCE_DIR"); path.empty() && given != nullptr) {
    path = given;
  }
  return path.empty() ? fs::path() : fs::path(path) / "jq";
}

TestFileReport run_file(fs::path const& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return run_test_file(text.str());
}

TEST(Conformance, PassesTheCasesOfJq) {
  if (folder().empty()) {
    std::cout << "[   INFO   ] SKALD_CONFORMANCE_DIR is not set: jq's own cases were not run\n";
    return;
  }
  std::size_t cases = 0;
  std::size_t passed = 0;
  for (auto const& entry : fs::directory_iterator(folder())) {
    if (entry.path().extension() != ".test" || entry.path().stem() == "refused") continue;
    auto const report = run_file(entry.path());
    cases += report.cases;
    passed += report.passed;
    for (auto const& failure : report.failures) {
      ADD_FAILURE() << entry.path().filename() << ":" << failure.line << ": " << failure.program
                    << "\n"
                    << failure.detail;
    }
  }
  std::cout << "[   INFO   ] jq's own cases: " << passed << " of " << cases << " pass\n";
}

TEST(Conformance, RefusesWithAReasonWhatARunMustNotDo) {
  if (folder().empty()) return;
  auto const report = run_file(folder() / "refused.test");
  std::size_t refused = 0;
  for (auto const& failure : report.failures) {
    EXPECT_TRUE(failure.refused) << failure.line << ": " << failure.program << "\n"
                                 << failure.detail;
    EXPECT_NE(failure.detail.find("not available"), std::string::npos) << failure.detail;
    refused += failure.refused ? 1 : 0;
  }
  std::cout << "[   INFO   ] refused cases: " << report.passed << " pass, " << refused
            << " are refused, of " << report.cases << "\n";
}

}  // namespace
}  // namespace skald::jq
