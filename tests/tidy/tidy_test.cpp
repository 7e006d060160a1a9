// The rules over the whole tree.

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/tidy/rules.hpp"

namespace skald::tidy {
namespace {

namespace fs = std::filesystem;

std::string read(fs::path const& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::vector<SourceFile> const& tree() {
  static std::vector<SourceFile> const files = [] {
    std::vector<SourceFile> found;
    fs::path const root = SKALD_SOURCE_DIR;
    for (char const* folder :
         {"base", "dsl", "compiler", "saga", "runtime", "include", "examples", "tests", "bench"}) {
      if (!fs::exists(root / folder)) continue;
      for (fs::directory_entry const& entry : fs::recursive_directory_iterator(root / folder)) {
        std::string const extension = entry.path().extension().string();
        if (extension != ".hpp" && extension != ".cpp" && extension != ".def") continue;
        std::string path = entry.path().lexically_relative(root).generic_string();
        found.push_back(SourceFile::from_text(std::move(path), read(entry.path())));
      }
    }
    return found;
  }();
  return files;
}

void expect_none(Findings const& findings) {
  for (Finding const& finding : findings) ADD_FAILURE() << finding.text();
}

void expect_none_in_each(Findings (*rule)(SourceFile const&)) {
  for (SourceFile const& file : tree()) expect_none(rule(file));
}

TEST(Tidy, FindsTheTree) {
  EXPECT_GT(tree().size(), 50U);
}

TEST(Tidy, LayersIncludeOnlyWhatTheyMay) {
  expect_none_in_each(check_layers);
}

TEST(Tidy, ThirdPartiesStayAtHome) {
  expect_none_in_each(check_homes);
}

TEST(Tidy, PublicHeadersAreFreeOfThirdParties) {
  expect_none(check_public_headers(tree()));
}

TEST(Tidy, PureCodeIsPure) {
  expect_none(check_purity(tree()));
}

TEST(Tidy, FilesAndFunctionsAreShort) {
  expect_none_in_each(check_sizes);
}

TEST(Tidy, FilesHaveOurForm) {
  expect_none_in_each(check_form);
}

TEST(Tidy, EveryDiagnosticHasAGoldenFile) {
  fs::path const root = SKALD_SOURCE_DIR;
  std::set<std::string> codes;
  std::regex const shown(R"(\[([EW]\d+)\])");
  for (fs::directory_entry const& entry : fs::recursive_directory_iterator(root / "tests/golden")) {
    if (!entry.is_regular_file()) continue;
    std::string const text = read(entry.path());
    for (std::sregex_iterator match(text.begin(), text.end(), shown), end; match != end; ++match) {
      codes.insert((*match)[1]);
    }
  }
  std::string const path = "dsl/diagnostics.def";
  expect_none(check_diagnostics(SourceFile::from_text(path, read(root / path)), codes));
}

}  // namespace
}  // namespace skald::tidy
