// `skald eval`: expressions, variables, where the inputs come from, and what is printed.

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string_view>

#include "tests/cli/command.hpp"
#include "tests/support/process.hpp"

namespace skald::cli {
namespace {

using namespace testing;

TEST(EvalCommand, PrintsOneOutputALine) {
  auto const printed = skald(
      {"eval", ".items[] | {price}", "--input", R"({"items":[{"price":1.5,"x":1},{"price":2}]})"});
  EXPECT_EQ(printed.code, 0) << printed.err;
  EXPECT_EQ(printed.out, "{\"price\":1.5}\n{\"price\":2}\n");
}

TEST(EvalCommand, TakesAFileVariablesAndTheForm) {
  auto const file = scratch_file("in.json", R"({"a": 20})");
  auto const printed =
      skald({"eval", "${ .a + $b.c }", "-i", "@" + file, "--var", R"(b={"c": 22})"});
  EXPECT_EQ(printed.out, "42\n") << printed.err;
}

TEST(EvalCommand, TakesTheOptionsOfJq) {
  EXPECT_EQ(skald({"eval", "-n", "-r", "--arg", "who", "you", "\"hello \\($who)\""}).out,
            "hello you\n");
  EXPECT_EQ(skald({"eval", "--argjson", "n", "[1]", "--arg", "t", "1", "-c", "[$n, $t]"}).out,
            "[[1],\"1\"]\n");
  auto const file = scratch_file("lines.json", "{\"a\": 1}\n{\"a\": \"]\\\"\"}[2] 3\n");
  EXPECT_EQ(skald({"eval", "-s", "-c", ".", "-i", "@" + file}).out,
            "[{\"a\":1},{\"a\":\"]\\\"\"},[2],3]\n");
  auto const wrong = skald({"eval", "-s", ".", "-i", "1 {"});
  EXPECT_NE(wrong.err.find("--input: value 2 is not JSON"), std::string::npos) << wrong.err;
  EXPECT_EQ(skald({"eval", "-i", "3", "--", "-."}).out, "-3\n");
}

TEST(EvalCommand, MarksTheMistake) {
  auto const printed = skald({"eval", ".a | lenght"});
  EXPECT_EQ(printed.code, 1);
  EXPECT_NE(printed.err.find("  .a | lenght\n       ^"), std::string::npos) << printed.err;
}

TEST(EvalCommand, KeepsWhatCameBeforeAnError) {
  auto const printed = skald({"eval", "1, error(\"no\")"});
  EXPECT_EQ(printed.code, 1);
  EXPECT_EQ(printed.out, "1\n");
  EXPECT_NE(printed.err.find("error: no"), std::string::npos) << printed.err;
}

TEST(EvalCommand, RefusesAnInputThatIsNoJson) {
  auto const printed = skald({"eval", ".", "--input", "{a"});
  EXPECT_EQ(printed.code, 2);
  EXPECT_NE(printed.err.find("--input is not JSON"), std::string::npos) << printed.err;
}

TEST(EvalCommand, EvaluatesEachInputOnStdin) {
  auto const file = scratch_file("lines", "\xEF\xBB\xBF{\"a\":1}{\"a\":[2]}\n\n null 3\"x\"");
  EXPECT_EQ(skald({"eval", "."}, file).out, "{\"a\":1}\n{\"a\":[2]}\nnull\n3\n\"x\"\n");
  EXPECT_EQ(skald({"eval", ".a", "-i", "@-"}, scratch_file("one", "{\"a\":1}")).out, "1\n");
  EXPECT_EQ(skald({"eval", "length", "-s"}, file).out, "5\n");
  EXPECT_EQ(skald({"eval", "-n", "."}, file).out, "null\n");
  EXPECT_EQ(skald({"eval", ".", "-i", "1 2"}, file).out, "1\n2\n");
  EXPECT_EQ(skald({"eval", "."}, scratch_file("empty", " \n")).out, "");
}

TEST(EvalCommand, TakesNullWhereNothingIsGiven) {
  EXPECT_EQ(skald({"eval", "1 + 1"}).out, "2\n");
  EXPECT_EQ(skald({"eval", "."}, "/dev/null").out, "null\n");
  EXPECT_EQ(skald({"eval", "-s", "."}, "/dev/null").out, "[]\n");
}

TEST(EvalCommand, ReadsFiles) {
  auto const json = scratch_file("a.json", "{\"a\":1}\n{\"a\":2}\n");
  auto const yaml = scratch_file("b.yaml", "a: 3\n");
  EXPECT_EQ(skald({"eval", ".a", json, yaml}).out, "1\n2\n3\n");
  EXPECT_EQ(skald({"eval", "-s", "-o", "jsonl", "map(.a)", json, yaml}).out, "[1,2,3]\n");
  EXPECT_EQ(skald({"eval", ".a", json, "-o", "json"}).out, "[\n  1,\n  2\n]\n");
  auto const program = scratch_file("p.jq", "# the sum\n.a + 1\n");
  EXPECT_EQ(skald({"eval", "-f", program, json, yaml}).out, "2\n3\n4\n");
  auto const both = skald({"eval", ".", json, "-i", "1"});
  EXPECT_EQ(both.code, 2);
  EXPECT_NE(both.err.find("give one of them"), std::string::npos) << both.err;
  auto const text = skald({"eval", ".a", R"({"a":1})"});
  EXPECT_EQ(text.code, 3);
  EXPECT_NE(text.err.find(R"(write --input '{"a":1}')"), std::string::npos) << text.err;
}

TEST(EvalCommand, GoesOnBehindAnErrorOfTheProgram) {
  auto const printed = skald({"eval", ".a"}, scratch_file("in", "{\"a\":1} 2 {\"a\":3}"));
  EXPECT_EQ(printed.code, 1);
  EXPECT_EQ(printed.out, "1\n3\n");
  EXPECT_NE(printed.err.find("Cannot index number with string \"a\""), std::string::npos)
      << printed.err;
}

TEST(EvalCommand, EndsAtAnInputThatIsNoJson) {
  auto const printed = skald({"eval", "."}, scratch_file("in", "1 [2 3"));
  EXPECT_EQ(printed.code, 2);
  EXPECT_EQ(printed.out, "1\n");
  EXPECT_NE(printed.err.find("stdin: value 2 is not JSON"), std::string::npos) << printed.err;
}

TEST(EvalCommand, TellsTheLastOutputByItsExitCode) {
  EXPECT_EQ(skald({"eval", "-e", ".a", "-i", R"({"a":0})"}).code, 0);
  for (auto const* expression : {".b", ".a == 1", "empty"}) {
    EXPECT_EQ(skald({"eval", "-e", expression, "-i", R"({"a":0})"}).code, 1) << expression;
  }
}

TEST(EvalCommand, AnswersWhileMoreIsToCome) {
  auto const fifo = scratch_dir() + "/fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  test::Process eval({std::string(SKALD_BINARY_DIR) + "/bin/skald", "eval", ".a + 1"}, "", fifo);
  int const to = open(fifo.c_str(), O_WRONLY | O_CLOEXEC);
  ASSERT_GE(to, 0);
  auto const give = [to](std::string_view text) {
    EXPECT_EQ(write(to, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  };
  give("{\"a\":1}");
  EXPECT_EQ(eval.read_line(std::chrono::seconds(60)), "2");
  give("{\"a");
  give("\":2}");
  EXPECT_EQ(eval.read_line(std::chrono::seconds(60)), "3");
  close(to);
  EXPECT_EQ(eval.wait(), 0);
}

}  // namespace
}  // namespace skald::cli
