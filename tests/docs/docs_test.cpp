// Runs the examples of README.md, docs/ and the READMEs of examples/ (docs/testing.md).

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/docs/document.hpp"

namespace skald::docs {
namespace {

namespace fs = std::filesystem;

std::string read(fs::path const& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void write(fs::path const& path, std::string const& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

struct Output {
  int exit_code = 0;
  std::string text;  // stderr, then stdout
};

constexpr char const* kProject = R"(cmake_minimum_required(VERSION 3.25)
project(example LANGUAGES CXX)
find_package(skald CONFIG REQUIRED)
add_executable(example main.cpp)
target_link_libraries(example PRIVATE skald::skald)
)";

// Runs the blocks of one document in a directory of its own.
class Runner {
 public:
  explicit Runner(std::string const& name)
      : folder_(fs::path(testing::TempDir()) / ("docs-" + name + "-" + std::to_string(getpid()))) {
    fs::create_directories(folder_);
  }
  Runner(Runner const&) = delete;
  Runner& operator=(Runner const&) = delete;
  // What an example has started in the background and not ended is in *.pid files.
  ~Runner() {
    for (fs::directory_entry const& entry : fs::directory_iterator(folder_)) {
      if (entry.path().extension() != ".pid") continue;
      if (int const pid = std::atoi(read(entry.path()).c_str()); pid > 1) kill(pid, SIGKILL);
    }
    fs::remove_all(folder_);
  }

  // What went wrong, or nothing.
  std::string run(Block const& block) {
    if (block.action == "file") return write(folder_ / block.argument, block.text), "";
    if (block.action == "output") return compare(block.text);
    if (block.action == "check") return check(block);
    if (block.action == "run") return compile_and_run(block);
    if (block.action == "test") return shell(block);
    return "no action '" + block.action + "'";
  }

 private:
  Output command(std::string const& script) {
    write(folder_ / ".script", script);
    std::string const line = "cd '" + folder_.string() +
                             "' && REPO='" SKALD_SOURCE_DIR "' SKALD_PREFIX='" + prefix() +
                             "' PATH='" SKALD_BINARY_DIR
                             "/bin':\"$PATH\" NO_COLOR=1 "
                             "timeout -k 5 120 bash -eu .script 2>.stderr </dev/null";
    FILE* const pipe = popen(line.c_str(), "r");
    Output output;
    char bytes[4096];
    while (std::size_t const size = std::fread(bytes, 1, sizeof bytes, pipe)) {
      output.text.append(bytes, size);
    }
    int const status = pclose(pipe);
    output.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    std::string const errors = read(folder_ / ".stderr");
    printed_ = output.text;
    output.text = errors + printed_;
    errors_last_ = printed_ + errors;
    screen_ = output.text;
    return output;
  }

  std::string succeed(std::string const& script, int exit_code = 0) {
    Output const output = command(script);
    if (output.exit_code == exit_code) return "";
    return "exit code " + std::to_string(output.exit_code) + " of: " + script + "\n" + output.text;
  }

  std::string compare(std::string const& expected) const {
    for (std::string const* text : {&printed_, &screen_, &errors_last_}) {
      if (matches(expected, *text)) return "";
    }
    return "expected:\n" + expected + "but the output is:\n" + screen_;
  }

  std::string check(Block const& block) {
    write(folder_ / "checked.yaml", block.text);
    return succeed("skald check checked.yaml");
  }

  std::string shell(Block const& block) {
    int const last_exit = block.argument.empty() ? 0 : std::stoi(block.argument);
    if (block.text.find("SKALD_PREFIX") != std::string::npos) {
      if (auto problem = succeed(install()); !problem.empty()) return problem;
    }
    std::vector<Command> const commands = transcript(block);
    if (commands.empty()) return succeed(block.text, last_exit);
    for (Command const& step : commands) {
      bool const last = &step == &commands.back();
      std::string problem = succeed(step.text, last ? last_exit : 0);
      if (problem.empty() && !step.expected.empty()) problem = compare(step.expected);
      if (!problem.empty()) return "line " + std::to_string(step.line) + ": " + problem;
    }
    return "";
  }

  std::string compile_and_run(Block const& block) {
    write(folder_ / "cpp/main.cpp", block.text);
    write(folder_ / "cpp/CMakeLists.txt", kProject);
    return succeed(install() + "cd cpp\ncmake -G Ninja -B build -DCMAKE_PREFIX_PATH='" + prefix() +
                   "' >log || { cat log; exit 1; }\n" +
                   "ninja -C build >log || { cat log; exit 1; }\ncd ..\n./cpp/build/example\n");
  }

  // Where skald is installed for programs that use it.
  static std::string prefix() { return SKALD_BINARY_DIR "/docs-install"; }
  static std::string install() {
    return "cmake --install '" SKALD_BINARY_DIR "' --prefix '" + prefix() + "' >/dev/null\n";
  }

  fs::path folder_;
  std::string printed_;      // stdout of the last command
  std::string screen_;       // stderr, then stdout
  std::string errors_last_;  // stdout, then stderr
};

std::vector<std::string> documents() {
  fs::path const root = SKALD_SOURCE_DIR;
  std::vector<std::string> found;
  for (char const* folder : {"README.md", "docs", "examples"}) {
    if (fs::is_regular_file(root / folder)) found.emplace_back(folder);
    if (!fs::is_directory(root / folder)) continue;
    for (fs::directory_entry const& entry : fs::recursive_directory_iterator(root / folder)) {
      if (entry.path().extension() != ".md" || entry.path().filename() == "testing.md") continue;
      if (runnable_blocks(read(entry.path())).empty()) continue;
      found.push_back(entry.path().lexically_relative(root).generic_string());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string case_name(std::string path) {
  std::replace_if(
      path.begin(), path.end(), [](char c) { return std::isalnum(c) == 0; }, '_');
  return path;
}

class Document : public testing::TestWithParam<std::string> {};

TEST_P(Document, DoesWhatItSays) {
  Runner runner(case_name(GetParam()));
  for (Block const& block : runnable_blocks(read(fs::path(SKALD_SOURCE_DIR) / GetParam()))) {
    std::string const problem = runner.run(block);
    ASSERT_EQ(problem, "") << GetParam() << ":" << block.line;
  }
}

INSTANTIATE_TEST_SUITE_P(Docs, Document, testing::ValuesIn(documents()),
                         [](auto const& document) { return case_name(document.param); });

TEST(DocumentBlocks, AreFoundWithTheirActions) {
  auto const blocks = runnable_blocks(
      "text\n```sh test exit=5\nfalse\n```\n```yaml\nnot: run\n```\n```yaml file=a.yaml\na: "
      "1\n```\n");
  ASSERT_EQ(blocks.size(), 2U);
  EXPECT_EQ(blocks[0].action, "test");
  EXPECT_EQ(blocks[0].argument, "5");
  EXPECT_EQ(blocks[0].line, 3U);
  EXPECT_EQ(blocks[1].action, "file");
  EXPECT_EQ(blocks[1].argument, "a.yaml");
  EXPECT_EQ(blocks[1].text, "a: 1\n");
}

TEST(DocumentBlocks, ATranscriptIsCommandsWithTheirOutput) {
  auto const commands = transcript({10, "sh", "test", "", "$ echo a \\\n  b\na b\n$ true\n"});
  ASSERT_EQ(commands.size(), 2U);
  EXPECT_EQ(commands[0].text, "echo a \\\n  b");
  EXPECT_EQ(commands[0].expected, "a b\n");
  EXPECT_EQ(commands[1].line, 13U);
}

TEST(DocumentBlocks, DotsStandForAnything) {
  EXPECT_TRUE(matches("run ... done\n", "run 42 done"));
  EXPECT_TRUE(matches("a\n...\nz", "a\nb\nc\nz\n"));
  EXPECT_TRUE(matches("same", "same\n"));
  EXPECT_FALSE(matches("same", "same not"));
  EXPECT_FALSE(matches("run ... done", "run 42 failed"));
}

TEST(DocumentBlocks, AWrongExampleIsNoticed) {
  Runner runner("self");
  EXPECT_EQ(runner.run({1, "sh", "test", "", "$ echo hello\nhello\n"}), "");
  EXPECT_NE(runner.run({1, "sh", "test", "", "$ echo hello\ngood-bye\n"}), "");
  EXPECT_NE(runner.run({1, "sh", "test", "", "false\n"}), "");
  EXPECT_EQ(runner.run({1, "sh", "test", "3", "exit 3\n"}), "");
}

}  // namespace
}  // namespace skald::docs
