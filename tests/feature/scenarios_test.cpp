// Our own scenarios, in tests/scenarios: what the conformance kit does not ask. Each runs on a
// virtual clock.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "runtime/feature/virtual_steps.hpp"

namespace skald::feature {
namespace {

namespace fs = std::filesystem;

Result<Execution> execute(std::string const& definition, Json const& input) {
  return VirtualSteps().execute(definition, input);
}

class ScenarioTest : public ::testing::Test {
 public:
  ScenarioTest(std::string file, Scenario scenario)
      : file_(std::move(file)), scenario_(std::move(scenario)) {}

  void TestBody() override {
    auto const verdict = run_scenario(scenario_, execute);
    EXPECT_TRUE(verdict.passed) << file_ << ':' << verdict.line << ": " << verdict.why;
  }

 private:
  std::string file_;
  Scenario scenario_;
};

std::string case_name(std::string const& words) {
  std::string name;
  bool up = true;
  for (char const c : words) {
    bool const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter) name += up && c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    up = !letter;
  }
  return name;
}

bool register_all() {
  std::vector<fs::path> files;
  for (auto const& entry : fs::directory_iterator(SKALD_SOURCE_DIR "/tests/scenarios")) {
    if (entry.path().extension() == ".feature") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (auto const& path : files) {
    std::ifstream in(path);
    auto const feature =
        parse_feature(std::string(std::istreambuf_iterator<char>(in), {}), path.filename());
    if (!feature.ok()) std::fprintf(stderr, "%s\n", feature.error().message.c_str());
    if (!feature.ok()) return false;
    auto const suite = "Scenario" + case_name(path.stem());
    for (auto const& scenario : feature->scenarios) {
      auto const name = case_name(scenario.name);
      ::testing::RegisterTest(suite.c_str(), name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                              [file = path.filename().string(), scenario]() -> ScenarioTest* {
                                return new ScenarioTest(file, scenario);
                              });
    }
  }
  return true;
}

bool const registered = register_all();

TEST(Scenarios, CanAllBeRead) {
  EXPECT_TRUE(registered);
}

}  // namespace
}  // namespace skald::feature
