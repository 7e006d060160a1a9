#include "runtime/executor/function_pool.hpp"

#include <atomic>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/executor/composite_executor.hpp"
#include "tests/executor/answers.hpp"
#include "tests/executor/raw_server.hpp"

namespace skald::runtime {
namespace {

using Kind = saga::Answer::Kind;
using test::Answers;
using test::call;
using test::Gate;

FunctionResult returned(Json value) {
  return Returned{std::move(value)};
}

constexpr Duration kBrief = Duration::from_ms(30);

TEST(FunctionPool, CallsAFunctionWithTheRequest) {
  Answers answers;
  FunctionPool pool({}, answers.callback());
  pool.add("book", [](StepContext const& context, Json const& with, Json const&) {
    return returned(std::string(with.as_string()) + " " + context.key);
  });
  pool.submit(call(1, "book", "rome"));
  EXPECT_EQ(answers.wait(1).output, Json("rome key-1"));
  EXPECT_TRUE(pool.has("book"));
}

TEST(FunctionPool, GivesEachResultItsAnswer) {
  Answers answers;
  FunctionPool pool({}, answers.callback());
  auto const add = [&](char const* name, FunctionResult const& result) {
    pool.add(name, [=](StepContext const&, Json const&, Json const&) { return result; });
  };
  add("refuse", Refused{"sold out"});
  add("fail", Failed{{ErrorCode::io, "no disk", ""}});
  add("misfit", BadInput{"city is missing"});
  pool.submit(call(1, "refuse", {}));
  pool.submit(call(2, "fail", {}));
  pool.submit(call(3, "misfit", {}));
  EXPECT_EQ(answers.wait(1).kind, Kind::refused);
  EXPECT_EQ(answers.wait(1).message, "sold out");
  EXPECT_EQ(answers.wait(2).kind, Kind::failed);
  EXPECT_EQ(answers.wait(2).message, "no disk");
  EXPECT_EQ(answers.wait(3).kind, Kind::not_sent);
  EXPECT_TRUE(answers.wait(3).invalid);
}

// A program may deploy its workflows, with their functions, again and again.
TEST(FunctionPool, KeepsAReplacedFunctionForItsCallsOnly) {
  Answers answers;
  Gate gate;
  FunctionPool pool({}, answers.callback());
  auto owned = std::make_shared<int>(1);
  std::weak_ptr<int> const watched = owned;
  pool.add("book", [&gate, owned = std::move(owned)](StepContext const&, Json const&, Json const&) {
    gate.wait();
    return returned(*owned);
  });
  pool.submit(call(1, "book", {}));
  pool.add("book", [](auto const&, auto const&, auto const&) { return returned(2); });
  EXPECT_FALSE(watched.expired());
  gate.open();
  EXPECT_EQ(answers.wait(1).output, Json(1));
  EXPECT_TRUE(watched.expired());
  pool.submit(call(2, "book", {}));
  EXPECT_EQ(answers.wait(2).output, Json(2));
}

TEST(FunctionPool, TakesAnExceptionForAFailure) {
  Answers answers;
  FunctionPool pool({}, answers.callback());
  pool.add("boom", [](StepContext const&, Json const&, Json const&) -> FunctionResult {
    throw std::runtime_error("no luck");
  });
  pool.add("odd", [](StepContext const&, Json const&, Json const&) -> FunctionResult { throw 1; });
  pool.submit(call(1, "boom", {}));
  pool.submit(call(2, "odd", {}));
  EXPECT_EQ(answers.wait(1).kind, Kind::failed);
  EXPECT_EQ(answers.wait(1).message, "boom threw: no luck");
  EXPECT_EQ(answers.wait(2).message, "odd threw something unnamed");
}

TEST(FunctionPool, AnswersLostAtTheDeadlineAndReportsTheLateSuccess) {
  Answers answers;
  Answers late;
  Gate gate;
  FunctionPool pool({}, answers.callback(), late.callback());
  pool.add("slow", [&](StepContext const& context, Json const&, Json const&) {
    gate.wait();
    return returned(context.stop.stop_requested());
  });
  pool.submit(call(1, "slow", {}, kBrief));
  EXPECT_EQ(answers.wait(1).kind, Kind::lost);
  gate.open();
  EXPECT_EQ(late.wait(1).output, Json(true));
  pool.submit(call(2, "slow", {}));
  EXPECT_EQ(answers.wait(2).output, Json(false)) << "the next call has a token of its own";
  EXPECT_EQ(answers.count(), 2U);
}

TEST(FunctionPool, ACallWhoseDeadlinePassesInTheQueueWasNotSent) {
  Answers answers;
  Gate gate;
  FunctionPool pool({.threads = 1}, answers.callback());
  pool.add("slow", [&](StepContext const&, Json const&, Json const&) {
    gate.wait();
    return returned(1);
  });
  pool.submit(call(1, "slow", {}));
  pool.submit(call(2, "slow", {}, kBrief));
  EXPECT_EQ(answers.wait(2).kind, Kind::not_sent);
  gate.open();
  EXPECT_EQ(answers.wait(1).kind, Kind::returned);
}

// Each call returns only when all of them have begun: no thread may be left asleep.
TEST(FunctionPool, CallsThatComeTogetherRunOnAllThreads) {
  constexpr unsigned kThreads = 8;
  for (unsigned round = 0; round < 50; ++round) {
    Answers answers;
    std::atomic<unsigned> begun = 0;
    Gate gate;
    FunctionPool pool({.threads = kThreads}, answers.callback());
    pool.add("meet", [&](StepContext const&, Json const&, Json const&) {
      if (++begun == kThreads) gate.open();
      gate.wait();
      return returned(1);
    });
    std::vector<CallRequest> calls;
    for (unsigned i = 1; i <= kThreads; ++i) calls.push_back(call(i, "meet", {}));
    pool.submit_all(std::move(calls));
    for (unsigned i = 1; i <= kThreads; ++i) EXPECT_EQ(answers.wait(i).kind, Kind::returned);
  }
}

TEST(FunctionPool, WithdrawsWhatWaitsAndOnlyThat) {
  Answers answers;
  Gate started;
  Gate gate;
  FunctionPool pool({.threads = 1}, answers.callback());
  pool.add("slow", [&](StepContext const&, Json const&, Json const&) {
    started.open();
    gate.wait();
    return returned(1);
  });
  pool.submit(call(1, "slow", {}));
  started.wait();
  pool.submit(call(2, "slow", {}));
  pool.submit(call(3, "unknown", {}));
  pool.withdraw({1, 1, 1});
  pool.withdraw({2, 1, 1});
  pool.withdraw({3, 1, 1});
  EXPECT_EQ(answers.wait(2).kind, Kind::not_sent);
  EXPECT_EQ(answers.wait(3).kind, Kind::not_sent);
  gate.open();
  EXPECT_EQ(answers.wait(1).kind, Kind::returned);
}

TEST(FunctionPool, ACallThatComesBeforeItsFunctionWaitsForIt) {
  Answers answers;
  FunctionPool pool({}, answers.callback());
  pool.submit(call(1, "later", {}));
  pool.submit(call(2, "later", {}));
  pool.add("later", [](StepContext const&, Json const&, Json const&) { return returned(1); });
  EXPECT_EQ(answers.wait(1).kind, Kind::returned);
  EXPECT_EQ(answers.wait(2).kind, Kind::returned);
}

TEST(FunctionPool, ACallOfAFunctionThatNobodyBringsIsNotSent) {
  Answers answers;
  FunctionPool pool({}, answers.callback());
  pool.submit(call(1, "later", {}, kBrief));
  auto const answer = answers.wait(1);
  EXPECT_EQ(answer.kind, Kind::not_sent);
  EXPECT_EQ(answer.unoffered, "later");
  EXPECT_EQ(answer.message, "no worker offers 'later'");
}

TEST(FunctionPool, RefusesOverItsLimit) {
  Answers answers;
  FunctionPool pool({.max_queued = 1}, answers.callback());
  pool.submit(call(1, "unknown", {}));
  pool.submit(call(2, "unknown", {}));
  EXPECT_EQ(answers.wait(2).kind, Kind::not_sent);
}

TEST(FunctionPool, AFunctionThatHeedsItsTokenLeavesWithItsAnswerAtShutdown) {
  Answers answers;
  Gate started;
  {
    FunctionPool pool({.threads = 1}, answers.callback());
    pool.add("patient", [&](StepContext const& context, Json const&, Json const&) {
      Gate stopped;
      std::stop_callback const on_stop(context.stop, [&] { stopped.open(); });
      started.open();
      stopped.wait();
      return returned("stopped");
    });
    pool.submit(call(1, "patient", {}));
    pool.submit(call(2, "patient", {}));
    started.wait();
  }
  EXPECT_EQ(answers.count(), 1U) << "what was queued is left to recovery";
  EXPECT_EQ(answers.wait(1).output, Json("stopped"));
}

TEST(FunctionPool, DoesNotWaitForeverForAFunctionThatIgnoresItsToken) {
  Answers answers;
  auto const started = std::make_shared<Gate>();
  auto const gate = std::make_shared<Gate>();
  auto const done = std::make_shared<Gate>();
  {
    FunctionPool pool({.threads = 1, .shutdown_wait = Duration::from_ms(10)}, answers.callback());
    pool.add("deaf", [=](StepContext const&, Json const&, Json const&) {
      started->open();
      gate->wait();
      done->open();
      return returned(1);
    });
    pool.submit(call(1, "deaf", {}));
    started->wait();
  }
  gate->open();
  done->wait();
  EXPECT_EQ(answers.count(), 0U);
}

TEST(FunctionPool, AnswersEachOfManyOnce) {
  constexpr std::uint64_t kCalls = 200'000;
  std::atomic<std::uint64_t> answered{0};
  Gate all;
  FunctionPool pool({.max_queued = kCalls}, [&](AttemptId, saga::Answer const& answer) {
    EXPECT_EQ(answer.kind, Kind::returned);
    if (++answered == kCalls) all.open();
  });
  pool.add("nothing", [](StepContext const&, Json const&, Json const&) { return returned({}); });
  auto const begin = std::chrono::steady_clock::now();
  for (std::uint64_t i = 0; i < kCalls; ++i) pool.submit(call(i, "nothing", {}));
  all.wait();
  std::chrono::duration<double> const took = std::chrono::steady_clock::now() - begin;
  RecordProperty("calls_per_second", static_cast<int>(static_cast<double>(kCalls) / took.count()));
  EXPECT_EQ(answered, kCalls);
}

TEST(CompositeExecutor, RoutesSeveralAtOnceInTheirOrder) {
  Answers http;
  Answers functions;
  FunctionPool first({}, http.callback());
  FunctionPool second({.threads = 1}, functions.callback());
  FunctionPool third({}, nullptr);
  CompositeExecutor all(first, second, third);
  std::string order;
  for (auto const* name : {"a", "b"}) {
    second.add(name, [&order, name](StepContext const&, Json const&, Json const&) {
      order += name;
      return returned(order);
    });
  }
  first.add("http", [](StepContext const&, Json const&, Json const&) { return returned("http"); });
  std::vector<CallRequest> calls;
  for (auto const* name : {"b", "http", "a"}) {
    calls.push_back(call(calls.size() + 1, name, {}));
  }
  all.submit_all(std::move(calls));
  EXPECT_EQ(http.wait(2).output, Json("http"));
  EXPECT_EQ(functions.wait(1).output, Json("b"));
  EXPECT_EQ(functions.wait(3).output, Json("ba"));
}

TEST(CompositeExecutor, RoutesByName) {
  Answers http;
  Answers functions;
  Answers processes;
  auto const executor_of = [](Answers& answers) {
    return std::make_unique<FunctionPool>(FunctionPoolOptions{}, answers.callback());
  };
  auto const first = executor_of(http);
  auto const second = executor_of(functions);
  auto const third = executor_of(processes);
  CompositeExecutor both(*first, *second, *third);
  first->add("http", [](StepContext const&, Json const&, Json const&) { return returned("http"); });
  both.submit(call(1, "http", {}));
  third->add("run:shell",
             [](StepContext const&, Json const&, Json const&) { return returned("shell"); });
  both.submit(call(2, "bookHotel", {}));
  both.submit(call(3, "run:shell", {}));
  EXPECT_EQ(processes.wait(3).output, Json("shell"));
  EXPECT_EQ(http.wait(1).output, Json("http"));
  both.withdraw({2, 1, 1});
  EXPECT_EQ(functions.wait(2).kind, Kind::not_sent);
}

}  // namespace
}  // namespace skald::runtime
