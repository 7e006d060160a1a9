#include "runtime/executor/process_executor.hpp"

#include <gtest/gtest.h>

#include "tests/executor/answers.hpp"

namespace skald::runtime {
namespace {

using saga::Answer;
using test::Answers;
using test::call;
using Kind = Answer::Kind;

class ProcessCalls : public ::testing::Test {
 protected:
  ProcessExecutor& executor() {
    if (!executor_) executor_ = std::make_unique<ProcessExecutor>(options_, answers_.callback());
    return *executor_;
  }
  Answer shell(Json with, Duration timeout = Duration::from_seconds(20)) {
    executor().submit(call(++calls_, "run:shell", std::move(with), timeout));
    return answers_.wait(calls_);
  }

  ProcessExecutorOptions options_{.permissions = {.shell = true, .scripts = {"python"}}};
  Answers answers_;
  std::uint64_t calls_ = 0;
  std::unique_ptr<ProcessExecutor> executor_;
};

TEST_F(ProcessCalls, TheOutputIsWhatWasWrittenWithoutTheLastNewline) {
  auto const answer = shell(Json::object({{"command", "echo hello; echo world"}}));
  EXPECT_EQ(answer.kind, Kind::returned);
  EXPECT_EQ(answer.output, Json("hello\nworld"));
}

TEST_F(ProcessCalls, ArgumentsInputAndEnvironmentArrive) {
  auto const answer =
      shell(Json::object({{"command", "input=$(cat); echo \"$input/$1/$2/$COLOUR/$SKALD_KEY\""},
                          {"stdin", Json::object({{"n", 1}})},
                          {"arguments", Json::array({"Foo", 2})},
                          {"environment", Json::object({{"COLOUR", "red"}})}}));
  EXPECT_EQ(answer.output, Json("{\"n\":1}/Foo/2/red/key-1"));
}

TEST_F(ProcessCalls, TheEnvironmentOfTheServerStaysWithIt) {
  ::setenv("SECRET_OF_THE_SERVER", "canary", 1);
  EXPECT_EQ(shell(Json::object({{"command", "env | grep -c canary"}, {"return", "code"}})).output,
            Json(1));
}

TEST_F(ProcessCalls, EachKindOfReturn) {
  auto run = [this](char const* what) {
    return shell(Json::object({{"command", "echo out; echo err >&2; exit 3"}, {"return", what}}));
  };
  EXPECT_EQ(run("code").output, Json(3));
  EXPECT_EQ(run("all").output, Json::object({{"code", 3}, {"stdout", "out"}, {"stderr", "err"}}));
  EXPECT_EQ(run("stdout").kind, Kind::failed);
  EXPECT_EQ(run("none").message, "exit code 3: err");
  EXPECT_EQ(shell(Json::object({{"command", "echo x"}, {"return", "none"}})).output, Json());
  EXPECT_EQ(shell(Json::object({{"command", "echo e >&2"}, {"return", "stderr"}})).output,
            Json("e"));
}

TEST_F(ProcessCalls, ASignalIsAFailure) {
  auto const answer = shell(Json::object({{"command", "kill -9 $$"}, {"return", "code"}}));
  EXPECT_EQ(answer.kind, Kind::failed);
  EXPECT_EQ(answer.message, "ended by signal 9");
}

TEST_F(ProcessCalls, WhatIsNotAllowedIsAConfigurationError) {
  options_.permissions = {};
  auto const answer = shell(Json::object({{"command", "true"}}));
  EXPECT_EQ(answer.kind, Kind::not_sent);
  EXPECT_TRUE(answer.invalid);
  executor().submit(call(77, "run:script", Json::object({{"language", "js"}, {"code", ""}})));
  EXPECT_EQ(answers_.wait(77).message,
            "scripts in js are not allowed here; start with --allow-script js");
}

TEST_F(ProcessCalls, TheDeadlineEndsTheWholeGroup) {
  // The loop ignores the polite request, and its child is in the group too.
  auto const answer = shell(
      Json::object({{"command", "trap '' TERM; (while :; do :; done) & while :; do :; done"}}),
      Duration::from_ms(200));
  EXPECT_EQ(answer.kind, Kind::lost);
  executor_.reset();  // returns: nothing is left to wait for
}

TEST_F(ProcessCalls, AProcessThatLeavesOthersBehindHasEnded) {
  auto const answer = shell(Json::object({{"command", "sleep 600 & echo started"}}));
  EXPECT_EQ(answer.output, Json("started"));
}

TEST_F(ProcessCalls, TooMuchOutputIsAFailure) {
  options_.max_output_bytes = 1000;
  auto const answer = shell(Json::object({{"command", "while :; do echo more; done"}}));
  EXPECT_EQ(answer.kind, Kind::failed);
  EXPECT_NE(answer.message.find("more than 1000 bytes"), std::string::npos);
}

TEST_F(ProcessCalls, LargeInputIsWrittenWhileOutputIsRead) {
  std::string const text(1'000'000, 'x');
  auto const answer = shell(Json::object({{"command", "cat"}, {"stdin", text}}));
  EXPECT_EQ(answer.output, Json(text));
}

TEST_F(ProcessCalls, InputThatNobodyReadsIsNoError) {
  std::string const text(1'000'000, 'x');
  EXPECT_EQ(shell(Json::object({{"command", "echo done"}, {"stdin", text}})).output, Json("done"));
}

TEST_F(ProcessCalls, OneThatIsNotWaitedForGivesTheInputOfItsTask) {
  auto const answer =
      shell(Json::object({{"command", "sleep 600"}, {"await", false}, {"input", 7}}));
  EXPECT_EQ(answer.output, Json(7));
}

TEST_F(ProcessCalls, MoreThanFitAtOnceWaitAndCanBeWithdrawn) {
  options_.at_once = 1;
  executor().submit(
      call(51, "run:shell", Json::object({{"command", "sleep 600"}}), Duration::from_ms(300)));
  executor().submit(call(52, "run:shell", Json::object({{"command", "echo second"}})));
  executor().submit(call(53, "run:shell", Json::object({{"command", "echo third"}})));
  executor().withdraw({53, 1, 1});
  EXPECT_EQ(answers_.wait(53).kind, Kind::not_sent);
  EXPECT_EQ(answers_.wait(51).kind, Kind::lost);
  EXPECT_EQ(answers_.wait(52).output, Json("second"));
}

TEST_F(ProcessCalls, AScriptHasItsArgumentsAndInput) {
  executor().submit(call(61, "run:script",
                         Json::object({{"language", "python"},
                                       {"code", "import sys\nprint(sys.argv[1], sys.stdin.read())"},
                                       {"arguments", Json::array({"hello"})},
                                       {"stdin", "world"}})));
  auto const answer = answers_.wait(61);
  EXPECT_EQ(answer.kind, Kind::returned) << answer.message;
  EXPECT_EQ(answer.output, Json("hello world"));
}

}  // namespace
}  // namespace skald::runtime
