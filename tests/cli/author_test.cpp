// The author's commands, as scripts use them.

#include <gtest/gtest.h>

#include "base/json.hpp"
#include "runtime/cli/command.hpp"
#include "runtime/cli/examples.hpp"
#include "tests/cli/command.hpp"

namespace skald::cli {
namespace {

using namespace testing;

constexpr char const* kAuthored = R"yaml(
document: { dsl: '1.0.3', namespace: demo, name: hello, version: '1.0.0' }
do:
  - greet:
      set: { greeting: '${ "Hello \(.name)" }' }
)yaml";

constexpr char const* kBroken =
    R"(document: { dsl: '1.0.3', namespace: demo, name: broken, version: '1.0.0' }
do:
  - greet:
      sett: { greeting: hi }
)";

TEST(CheckCommand, SaysThatAGoodFileIsGood) {
  auto const file = scratch_file("hello.yaml", kAuthored);
  auto const printed = skald({"check", file});
  EXPECT_EQ(printed.code, 0) << printed.err;
  EXPECT_NE(printed.out.find("demo/hello/1.0.0, 1 task"), std::string::npos) << printed.out;
  EXPECT_EQ(printed.err, "");
}

TEST(CheckCommand, ShowsFindingsWithTheirPlace) {
  auto const file = scratch_file("broken.yaml", kBroken);
  auto const printed = skald({"check", file});
  EXPECT_EQ(printed.code, 1);
  EXPECT_NE(printed.err.find(file + ":4:7: error[E2"), std::string::npos) << printed.err;
  EXPECT_NE(printed.err.find("^~~~"), std::string::npos) << printed.err;
}

TEST(CheckCommand, GivesFindingsAsJson) {
  auto const printed = skald({"check", scratch_file("broken.yaml", kBroken), "-o", "json"});
  EXPECT_EQ(printed.code, 1);
  auto const found = parse_json(printed.out);
  ASSERT_TRUE(found.ok()) << printed.out;
  ASSERT_GE(found->size(), 1U);
  EXPECT_EQ((*found)[0]["line"].as_number(), 4);
}

TEST(CheckCommand, SaysHowManyFindingsItDoesNotList) {
  std::string text = kAuthored;
  for (int i = 0; i < 130; ++i) text += "      key" + std::to_string(i) + ": 1\n";
  auto const file = scratch_file("many.yaml", text);
  auto const printed = skald({"check", file});
  EXPECT_EQ(printed.code, 1);
  EXPECT_NE(printed.out.find("100 errors and 30 findings more"), std::string::npos) << printed.out;
  EXPECT_NE(printed.err.find("note: 30 more findings are not listed"), std::string::npos);
}

TEST(CheckCommand, AMissingFileIsNotFound) {
  auto const printed = skald({"check", "/nowhere/at-all.yaml"});
  EXPECT_EQ(printed.code, 3);
  EXPECT_EQ(printed.err,
            "error[not_found]: '/nowhere/at-all.yaml' can not be read: No such file or directory\n"
            "  next: check the path and its permissions\n");
}

TEST(GraphCommand, DrawsInSeveralFormats) {
  auto const file = scratch_file("hello.yaml", kAuthored);
  EXPECT_NE(skald({"graph", file}).out.find("greet"), std::string::npos);
  EXPECT_EQ(skald({"graph", file, "-f", "mermaid"}).out.rfind("flowchart", 0), 0U);
  EXPECT_EQ(skald({"graph", file, "-f", "dot"}).out.rfind("digraph", 0), 0U);
}

TEST(ExplainCommand, ExplainsACodeInAnyCase) {
  auto const printed = skald({"explain", "e204"});
  EXPECT_EQ(printed.code, 0);
  EXPECT_EQ(printed.out.rfind("E204: no task has that name", 0), 0U) << printed.out;
  EXPECT_NE(printed.out.find("Wrong:"), std::string::npos);
}

TEST(ExplainCommand, SuggestsTheNearestCode) {
  auto const printed = skald({"explain", "not_fond"});
  EXPECT_EQ(printed.code, 3);
  EXPECT_NE(printed.err.find("did you mean 'not_found'?"), std::string::npos) << printed.err;
}

TEST(VersionCommand, PrintsTheVersion) {
  EXPECT_EQ(skald({"version"}).out.rfind("skald ", 0), 0U);
  EXPECT_TRUE(parse_json(skald({"version", "-o", "json"}).out).ok());
}

TEST(CompletionCommand, KnowsEveryCommand) {
  for (auto const* shell : {"bash", "zsh", "fish"}) {
    auto const printed = skald({"completion", shell});
    EXPECT_EQ(printed.code, 0);
    for (auto const* word : {"check", "graph", "eval", "explain", "run", "test", "version"}) {
      EXPECT_NE(printed.out.find(word), std::string::npos) << shell << " lacks " << word;
    }
  }
}

TEST(CommandLine, WrongUseEndsWithTwoAndSaysWhatToDo) {
  auto const none = skald({});
  EXPECT_EQ(none.code, 2);
  EXPECT_NE(none.err.find("check"), std::string::npos);
  auto const misspelt = skald({"chek", "x"});
  EXPECT_EQ(misspelt.code, 2);
  EXPECT_NE(misspelt.err.find("did you mean 'skald check'?"), std::string::npos) << misspelt.err;
  auto const option = skald({"version", "--colour"});
  EXPECT_EQ(option.code, 2);
  EXPECT_NE(option.err.find("did you mean '--color'?"), std::string::npos) << option.err;
  auto const far = skald({"version", "--unheard-of"});
  EXPECT_NE(far.err.find("skald version --help"), std::string::npos) << far.err;
}

TEST(CommandLine, EveryCommandHelpsWithAnExample) {
  for (auto const& command : all_commands()) {
    EXPECT_TRUE(example_of(command.name).starts_with("skald " + command.name) ||
                command.name == "completion")
        << command.name << ": add one to runtime/cli/examples.cpp";
  }
  auto const help = skald({"wait", "-h"});
  EXPECT_EQ(help.code, 0);
  EXPECT_NE(help.out.find("Example:\n  skald wait trip-42 --timeout 30s"), std::string::npos)
      << help.out;
}

TEST(CommandLine, EveryFormatOfData) {
  EXPECT_EQ(skald({"eval", "1, \"a\""}).out, "1\n\"a\"\n");
  EXPECT_EQ(skald({"eval", "1, \"a\"", "-o", "json"}).out, "[\n  1,\n  \"a\"\n]\n");
  EXPECT_EQ(skald({"eval", "{a: 1}, 2", "-o", "jsonl"}).out, "{\"a\":1}\n2\n");
  EXPECT_EQ(skald({"eval", "{a: 1}", "-o", "yaml"}).out, "- a: 1\n");
  auto const file = scratch_file("w.yaml", kAuthored);
  auto const graph = parse_json(skald({"graph", file, "-o", "jsonl"}).out);
  ASSERT_TRUE(graph.ok());
  EXPECT_TRUE(graph->find("tasks") != nullptr);
}

TEST(CommandLine, HelpGoesToStdoutAndEndsWithZero) {
  auto const printed = skald({"run", "--help"});
  EXPECT_EQ(printed.code, 0);
  EXPECT_NE(printed.out.find("--data-dir"), std::string::npos);
  EXPECT_EQ(printed.err, "");
}

}  // namespace
}  // namespace skald::cli
