// Every limit of the engine gives a clear refusal that leaves no trace.

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <semaphore>
#include <string>

#include "runtime/engine/engine.hpp"
#include "runtime/engine/partition_thread.hpp"
#include "runtime/journal/memory_journal.hpp"

namespace skald {
namespace {

using namespace std::chrono_literals;

constexpr char kEcho[] = R"(
document: { dsl: '1.0.3', namespace: tests, name: echo, version: '1.0.0' }
do:
  - echo: { set: { value: '${ $workflow.input }' } }
)";

constexpr char kDoubling[] = R"(
document: { dsl: '1.0.3', namespace: tests, name: doubling, version: '1.0.0' }
do:
  - grow: { set: '${ reduce range($workflow.input.levels) as $i (1; [., .]) }' }
)";

constexpr char kDeep[] = R"(
document: { dsl: '1.0.3', namespace: tests, name: deep, version: '1.0.0' }
do:
  - dig: { set: '${ reduce range($workflow.input.levels) as $i (1; [.]) }' }
)";

Engine engine_with(EngineOptions options, char const* workflow) {
  options.in_memory = true;
  auto engine = Engine::open(std::move(options)).value();
  EXPECT_TRUE(engine.deploy({workflow, "test.yaml"}).ok());
  return engine;
}

Json levels(int count) {
  return Json::object({{"levels", count}});
}

TEST(EngineLimits, AnInputThatIsTooLargeOrTooDeepIsRefused) {
  auto engine = engine_with({.max_input_bytes = 1'000, .max_value_depth = 3}, kEcho);
  auto const large = engine.start("tests/echo", Json(std::string(2'000, 'x')), {.id = "a"});
  ASSERT_FALSE(large.ok());
  EXPECT_EQ(large.error().code, ErrorCode::too_large);
  auto const deep = engine.start("tests/echo", parse_json("[[[[1]]]]").value(), {.id = "a"});
  ASSERT_FALSE(deep.ok());
  EXPECT_EQ(deep.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(deep.error().message, "the input is nested deeper than 3 levels");
  EXPECT_FALSE(engine.status("a").ok());
  auto const event =
      engine.publish(Json::object({{"type", "t"}, {"data", parse_json("[[[[1]]]]").value()}}));
  ASSERT_FALSE(event.ok());
  EXPECT_EQ(event.error().message, "the event is nested deeper than 3 levels");
}

TEST(EngineLimits, AnExpressionThatSharesItsWayToAGiantIsAnErrorOfTheStep) {
  auto engine = engine_with({}, kDoubling);
  auto const end = engine.start("tests/doubling", levels(60)).value().wait(10s).value();
  EXPECT_EQ(end.status, RunStatus::faulted);
  EXPECT_NE(end.error["detail"].as_string().find("is over its limit of memory (bytes)"),
            std::string_view::npos);
}

TEST(EngineLimits, AnExpressionThatNestsTooDeepIsAnErrorOfTheStep) {
  auto engine = engine_with({}, kDeep);
  auto const fits = engine.start("tests/deep", levels(900)).value().wait(10s).value();
  EXPECT_EQ(fits.status, RunStatus::completed);
  auto const end = engine.start("tests/deep", levels(20'000)).value().wait(10s).value();
  EXPECT_EQ(end.status, RunStatus::faulted);
  EXPECT_NE(end.error["detail"].as_string().find("is nested deeper than 1000 levels"),
            std::string_view::npos);
}

// What is small in memory may be large in the journal, and many values of a fitting size may
// together not fit: neither may become a record that the journal does not take.
std::string fault_of(char const* tasks) {
  std::string const workflow =
      "document: { dsl: '1.0.3', namespace: tests, name: large, version: '1.0.0' }\n"
      "input: { from: '${ reduce range(21) as $i (.text; . + .) }' }\ndo:\n" +
      std::string(tasks);
  auto engine = engine_with({}, workflow.c_str());
  auto const run = engine.start("tests/large", parse_json(R"({"text": "abc"})").value());
  auto const end = run.value().wait(30s).value();
  EXPECT_EQ(end.status, RunStatus::faulted);
  return std::string(end.error["title"].as_string()) + ": " +
         std::string(end.error["detail"].as_string());
}

TEST(EngineLimits, AValueIsMeasuredAsTheJournalKeepsIt) {
  auto const fault =
      fault_of(R"(  - nul: { set: '${ reduce range(22) as $i ("\u0000"; . + .) }' })");
  EXPECT_EQ(fault.find("Expression Error: the value is larger than 16777216 bytes"), 0U) << fault;
}

TEST(EngineLimits, AnObjectOfLargeMembersIsAnErrorOfTheStep) {
  auto const fault = fault_of("  - all: { set: { a: '${ . }', b: '${ . }', c: '${ . }' } }\n");
  EXPECT_EQ(fault, "Expression Error: the value is larger than 16777216 bytes");
}

TEST(EngineLimits, TheOutputsOfALoopTogetherAreOneValue) {
  auto const fault = fault_of(
      "  - loop:\n      for: { in: '${ [1, 2, 3] }' , concurrency: 1 }\n"
      "      do: [ { same: { set: '${ . }' } } ]\n");
  EXPECT_EQ(fault,
            "Value Too Large: the output of the task: the value is larger than 16777216 bytes");
}

TEST(EngineLimits, ALoopOfLargeExportsTakesManyTurns) {
  auto engine = engine_with({}, R"(
document: { dsl: '1.0.3', namespace: tests, name: exports, version: '1.0.0' }
do:
  - loop:
      for: { in: '${ [range(30)] }' }
      do:
        - step:
            set: { n: '${ $item }' }
            export: { as: '${ reduce range(20) as $i ("\($item)...."; . + .) }' }
  - end: { set: { done: true } }
)");
  auto const end = engine.start("tests/exports", {}).value().wait(60s).value();
  EXPECT_EQ(end.status, RunStatus::completed) << to_text(end.error);
}

// Each schedule keeps what its run will see.
TEST(EngineLimits, ALargeEventStartsARunOfEverySchedule) {
  constexpr int kSchedules = 20;
  std::counting_semaphore<> seen(0);
  auto engine = Engine::open({.in_memory = true, .partitions = 1}).value();
  engine.add("see", [&seen](StepContext const&, Json const& size, Json const&) -> FunctionResult {
    EXPECT_EQ(size, Json(4'000'000));
    seen.release();
    return Returned{};
  });
  for (int i = 0; i < kSchedules; ++i) {
    auto const text = "document: { dsl: '1.0.3', namespace: tests, name: wants" +
                      std::to_string(i) + ", version: '1.0.0' }\n" + R"(
schedule: { on: { one: { with: { type: large } } } }
do: [ { size: { call: see, with: '${ .[0].data | length }' } } ]
)";
    ASSERT_TRUE(engine.deploy({text, "wants.yaml"}).ok());
  }
  Json const event = Json::object({{"type", "large"}, {"data", std::string(4'000'000, 'x')}});
  ASSERT_TRUE(engine.publish(event).ok());
  for (int i = 0; i < kSchedules; ++i) ASSERT_TRUE(seen.try_acquire_for(60s)) << i << " runs";
}

TEST(EngineLimits, ADeploymentThatIsTooLargeIsRefused) {
  auto engine = Engine::open({.in_memory = true, .max_workflow_bytes = 100}).value();
  auto const deployed = engine.deploy({kEcho, "echo.yaml"});
  ASSERT_FALSE(deployed.ok());
  EXPECT_EQ(deployed.error().code, ErrorCode::too_large);
}

TEST(EngineLimits, AnIdAndAKeyTogetherAreRefused) {
  auto engine = engine_with({}, kEcho);
  auto const start = engine.start("tests/echo", 1, {.id = "a", .key = "k"});
  ASSERT_FALSE(start.ok());
  EXPECT_EQ(start.error().message, "a start has an id or an Idempotency-Key");
}

TEST(EngineLimits, ARunsHandleSurvivesTheMoveOfItsEngine) {
  auto engine = engine_with({}, kEcho);
  auto const run = engine.start("tests/echo", 1).value();
  auto const moved = std::move(engine);
  EXPECT_EQ(run.wait(10s).value().status, RunStatus::completed);
}

// A gate that the partition's thread stands at, so that the queue behind it fills.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    reached_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void wait_until_reached() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return reached_; });
  }
  void open() {
    std::lock_guard const lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool reached_ = false;
  bool open_ = false;
};

class NoExecutor final : public runtime::Executor {
 public:
  void submit(runtime::CallRequest) override {}
  void withdraw(runtime::AttemptId) override {}
};

class NoIndex final : public runtime::IndexSink {
 public:
  void apply(std::vector<std::pair<std::string, std::string>>, Lsn) override {}
  Lsn applied() const override { return {}; }
  bool wait_applied(Lsn, Duration) const override { return true; }
  Result<std::optional<std::string>> get(std::string_view) const override {
    return std::optional<std::string>();
  }
  void scan(std::string_view, std::string_view,
            std::function<bool(std::string_view, std::string_view)> const&) const override {}
};

TEST(EngineLimits, AFullQueueTakesNothingNewAndLosesNothing) {
  runtime::MemoryJournal journal;
  NoExecutor executor;
  NoIndex index;
  runtime::Partition partition({}, {journal, executor, index, nullptr, nullptr, nullptr});
  runtime::EngineClock clock(Time{});
  runtime::PartitionThread thread(partition, journal, {.commands = 3, .bytes = 100});
  thread.start(clock);
  Gate gate;
  int done = 0;
  auto const count = [&done](runtime::Partition&, Time) { ++done; };
  thread.post([&gate](runtime::Partition&, Time) { gate.pass(); });
  gate.wait_until_reached();
  EXPECT_TRUE(thread.offer(90, count));
  EXPECT_FALSE(thread.offer(11, count)) << "over the bytes";
  EXPECT_TRUE(thread.offer(5, count));
  EXPECT_TRUE(thread.offer(5, count));
  EXPECT_FALSE(thread.offer(0, count)) << "over the commands";
  EXPECT_TRUE(thread.full());
  thread.post(count);  // what is under way always goes on
  gate.open();
  thread.stop();
  EXPECT_EQ(done, 4);
}

}  // namespace
}  // namespace skald
