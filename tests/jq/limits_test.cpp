// Bounded evaluation: whatever the program, it ends soon, with an error that says which limit.

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "dsl/jq/jq.hpp"

namespace skald::jq {
namespace {

Evaluation run(char const* text, Limits const& limits = {}) {
  auto const compiled = compile(text);
  EXPECT_TRUE(compiled) << text;
  Environment environment;
  environment.limits = limits;
  return evaluate(*compiled.program, Json(), environment);
}

TEST(Limits, EndWhatNeverEnds) {
  for (auto const* text :
       {"def f: f; f", "[range(1e12)]", "[limit(1e9; repeat(1))]", "def f: 1 + f; f",
        "def f: [f]; f", "def f(g): f(g | g); f(.)", "last(repeat(1))", "[recurse]|until(false; .)",
        "reduce repeat(1) as $x (0; . + $x)", "[limit(1e9; range(infinite))]",
        "reduce range(1e9) as $i (\"x\"; . + .)", "\"x\" * 1e9", ".[536870911] = 1",
        "[range(1e5)] | [combinations(3)]", "def f: path(f); f", "label $f | repeat(1, 2) | empty",
        "try repeat(error) catch repeat(.)", "isempty(repeat(empty))"}) {
    auto const result = run(text);
    ASSERT_TRUE(result.error) << text;
    EXPECT_TRUE(result.error->limit) << text << ": " << result.error->message;
  }
}

TEST(Limits, CanNotBeCaught) {
  auto const result = run("try repeat(empty) catch \"caught\"");
  ASSERT_TRUE(result.error);
  EXPECT_TRUE(result.outputs.empty());
}

TEST(Limits, NameTheLimit) {
  EXPECT_NE(run("repeat(empty)").error->message.find("fuel"), std::string::npos);
  EXPECT_NE(run("def f: [f]; f").error->message.find("depth"), std::string::npos);
  EXPECT_NE(run("[range(1e12)]").error->message.find("memory"), std::string::npos);
  auto const outputs = run("range(10)", {.outputs = 3});
  EXPECT_EQ(outputs.outputs.size(), 3U);
  EXPECT_NE(outputs.error->message.find("outputs"), std::string::npos);
}

TEST(Limits, LetDeepDataPass) {
  auto const deep = "reduce range(100000) as $i (0; [.])";
  for (auto const* tail : {"", " | tojson | length", " | [..] | length", " | flatten", " | . == .",
                           " | [tostream] | length", " | length"}) {
    auto const result = run((deep + std::string(tail)).c_str());
    EXPECT_TRUE(!result.error || result.error->limit) << tail;
  }
}

// A value whose parts are shared takes little memory and is endless to walk through, to compare
// or to print.
TEST(Limits, EndTheWalkThroughSharedParts) {
  std::string const shared = "reduce range(60) as $i (1; [., .])";
  for (std::string const tail : {"",
                                 " | tojson",
                                 " | tostring",
                                 " | @text",
                                 " | @json",
                                 " | \"\\(.)\"",
                                 " | error",
                                 " | [.., 1] | length",
                                 " | flatten | length",
                                 " | [tostream] | length",
                                 " | {a: .} | @json",
                                 " | . as $a | (V) == $a",
                                 " | . as $a | [$a, (V)] | sort",
                                 " | . as $a | [$a, (V)] | unique",
                                 " | . as $a | [$a, (V)] | group_by(.)",
                                 " | . as $a | [$a, (V)] | min",
                                 " | . as $a | [$a, (V)] | max_by(.)",
                                 " | . as $a | [$a, (V)] | index([(V)])",
                                 " | . as $a | [$a] - [(V)]",
                                 " | . as $a | $a | contains((V))",
                                 " | . as $a | [$a] | bsearch((V))",
                                 " | . as $a | [$a] | inside([(V)])",
                                 " | . as $a | [1] | .[[(V)]] | error($a)",
                                 " | tojson | fromjson",
                                 " | ascii_downcase",
                                 " | has(.)",
                                 " | .[.]",
                                 " | walk(.)",
                                 " | paths",
                                 " | [paths(scalars)] | length",
                                 " | getpath([[.]])",
                                 " | del(..)",
                                 " | . as $a | {a: $a} | .a |= (V)",
                                 " | {(.): 1}",
                                 " | [., .] | @csv",
                                 " | [., .] | @sh",
                                 " | test(.)",
                                 " | join(\",\")",
                                 " | implode",
                                 " | ltrimstr(.) | length",
                                 " | splits(.)",
                                 " | . as $a | try error catch ($a == (V))",
                                 " | limit(.; 1)",
                                 " | . * .",
                                 " | tonumber",
                                 " | todate",
                                 " | @base64d"}) {
    std::string text = shared + tail;
    for (std::size_t at = 0; (at = text.find("(V)", at)) != std::string::npos;) {
      text.replace(at, 3, "(" + shared + ")");
    }
    auto const result = run(text.c_str());
    // An error of types, of a limit, or the answer: it ended.
    if (!result.error) continue;
    EXPECT_LT(result.error->message.size(), 1U << 20U) << tail;
  }
}

TEST(Limits, LetSharedPartsBeKeptAndPassedOn) {
  auto const result = run("reduce range(60) as $i (1; [., .]) | [., 7] | .[1]");
  ASSERT_FALSE(result.error);
  EXPECT_EQ(result.outputs.front(), Json(7));
}

TEST(Limits, RefuseAnOutputThatNobodyCouldPrint) {
  auto const result = run("reduce range(60) as $i (1; [., .])");
  ASSERT_TRUE(result.error);
  EXPECT_TRUE(result.error->limit);
  auto const compiled = compile("reduce range(60) as $i (1; [., .])");
  EXPECT_TRUE(evaluate_first(*compiled.program, Json()).error->limit);
}

// Copying what has been built so far at each step would need far more than these limits.
TEST(Limits, LeaveRoomForLongStreams) {
  for (auto const* text : {"[range(20000) | {a: .}] | [fromstream(tostream)] | .[0] | length",
                           "reduce range(20000) as $i ([]; setpath([$i]; $i)) | length",
                           "last(foreach range(20000) as $i ([]; . + [$i]; length))"}) {
    auto const result = run(text, {.fuel = 2'000'000, .bytes = std::size_t{16} << 20U});
    ASSERT_FALSE(result.error) << text << ": " << result.error->message;
    EXPECT_EQ(result.outputs.front(), Json(20000)) << text;
  }
}

TEST(Limits, StopARunawayRegularExpression) {
  auto const result = run(R"(("a" * 1000000) | test("(a|aa)+$b"))");
  ASSERT_TRUE(result.error);
  EXPECT_NE(result.error->message.find("Regex failure: "), std::string::npos);
}

TEST(Evaluate, StopsAfterTheFirstOutput) {
  auto const compiled = compile("1, error(\"never\")");
  auto const first = evaluate_first(*compiled.program, Json());
  EXPECT_TRUE(first);
  EXPECT_EQ(first.value, Json(1));
  EXPECT_TRUE(evaluate_first(*compile("empty").program, Json()).empty);
}

TEST(Evaluate, KeepsTheOutputsBeforeAnError) {
  auto const result = run("1, 2, error({a: 1})");
  EXPECT_EQ(result.outputs.size(), 2U);
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->value, Json::object({{"a", 1}}));
  EXPECT_EQ(result.error->span.begin, 6U);
}

TEST(Evaluate, GivesVariablesInTheProgramsOrder) {
  CompileOptions options;
  options.variables = {"a", "b"};
  auto const compiled = compile("$b - $a", options);
  std::vector<Json> values;
  for (auto const& name : compiled.program->variables()) values.emplace_back(name == "b" ? 10 : 3);
  Environment environment;
  environment.variables = values;
  EXPECT_EQ(evaluate_first(*compiled.program, Json(), environment).value, Json(7));
}

TEST(Evaluate, MayRunInManyThreadsAtOnce) {
  auto const compiled =
      compile("[range(1000) as $i | {($i | tostring): ($i * .k)}] | add | length");
  auto const input = Json::object({{"k", 2}});
  std::vector<std::thread> threads;
  std::vector<Json> results(4);
  for (auto& result : results) {
    threads.emplace_back([&] { result = evaluate_first(*compiled.program, input).value; });
  }
  for (auto& thread : threads) thread.join();
  for (auto const& result : results) EXPECT_EQ(result, Json(1000));
}

}  // namespace
}  // namespace skald::jq
