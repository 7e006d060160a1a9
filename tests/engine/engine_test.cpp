// The engine from the outside: deploy, start, wait, fail, undo, cancel, restart.

#include "runtime/engine/engine.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <thread>

#include "tests/support/temporary_dir.hpp"

namespace skald {
namespace {

using namespace std::chrono_literals;

struct Log {
  std::mutex mutex;
  std::vector<std::string> lines;

  void add(std::string line) {
    std::lock_guard const lock(mutex);
    lines.push_back(std::move(line));
  }
  std::vector<std::string> all() {
    std::lock_guard const lock(mutex);
    return lines;
  }
};

Function noted(Log& log, std::string name, FunctionResult result = Returned{Json()}) {
  return [&log, name, result](StepContext const& context, Json const&, Json const&) {
    log.add(name + " " + context.key);
    return result;
  };
}

Function returning(Log& log, std::string name) {
  return noted(log, name, Returned{Json::object({{"id", name}})});
}

constexpr char kTravel[] = R"(
document: { dsl: '1.0.3', namespace: travel, name: trip, version: '1.0.0' }
do:
  - flight:
      call: bookFlight
      compensate:
        - cancelFlight: { call: cancelFlight }
  - hotel:
      call: bookHotel
      compensate:
        - cancelHotel: { call: cancelHotel }
  - payment: { call: pay }
  - result:
      set: { flight: '${ $tasks.flight.id }', hotel: '${ $tasks.hotel.id }' }
)";

Engine in_memory() {
  EngineOptions options;
  options.in_memory = true;
  auto engine = Engine::open(options);
  EXPECT_TRUE(engine.ok()) << engine.error().message;
  return std::move(*engine);
}

TEST(Engine, RunsAWorkflowToItsEnd) {
  Log log;
  auto engine = in_memory();
  for (auto const* name : {"bookFlight", "bookHotel", "pay"})
    engine.add(name, returning(log, name));
  auto const deployed = engine.deploy({kTravel, "trip.yaml"});
  ASSERT_TRUE(deployed.ok()) << deployed.error().message;
  auto const run = engine.start("travel/trip", Json::object({{"city", "Oslo"}}), {.id = "t1"});
  ASSERT_TRUE(run.ok()) << run.error().message;
  auto const end = run->wait(10s);
  ASSERT_TRUE(end.ok()) << end.error().message;
  EXPECT_EQ(end->status, RunStatus::completed) << to_text(end->error);
  EXPECT_EQ(to_text(end->output), R"({"flight":"bookFlight","hotel":"bookHotel"})");
}

TEST(Engine, AFailureUndoesWhatWasDoneNewestFirst) {
  Log log;
  auto engine = in_memory();
  engine.add("bookFlight", returning(log, "bookFlight"));
  engine.add("bookHotel", returning(log, "bookHotel"));
  engine.add("pay", noted(log, "pay", Refused{"card declined"}));
  engine.add("cancelFlight", noted(log, "cancelFlight"));
  engine.add("cancelHotel", noted(log, "cancelHotel"));
  ASSERT_TRUE(engine.deploy({kTravel, "trip.yaml"}).ok());
  auto const run = engine.start("travel/trip", Json(), {.id = "t2"}).value();
  auto const end = run.wait(10s).value();
  EXPECT_EQ(end.status, RunStatus::compensated);
  EXPECT_EQ(end.error["detail"].as_string(), "card declined");
  auto const lines = log.all();
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_TRUE(lines[3].starts_with("cancelHotel t2/do/1/hotel/compensate/0/cancelHotel:1"))
      << lines[3];
  EXPECT_TRUE(lines[4].starts_with("cancelFlight")) << lines[4];
  auto const view = engine.describe("t2").value();
  EXPECT_EQ(view["undone"].size(), 2U) << to_pretty_text(view);
}

TEST(Engine, TheSameStartIsTheSameRunAndAnotherBodyAConflict) {
  Log log;
  auto engine = in_memory();
  for (auto const* name : {"bookFlight", "bookHotel", "pay"})
    engine.add(name, returning(log, name));
  ASSERT_TRUE(engine.deploy({kTravel, "trip.yaml"}).ok());
  auto const first = engine.start("travel/trip", Json(1), {.key = "k"}).value();
  auto const second = engine.start("travel/trip", Json(1), {.key = "k"}).value();
  EXPECT_EQ(first.id(), second.id());
  auto const other = engine.start("travel/trip", Json(2), {.key = "k"});
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().code, ErrorCode::conflict);
  ASSERT_TRUE(first.wait(10s).ok());
  auto const late = engine.start("travel/trip", Json(2), {.key = "k"});
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code, ErrorCode::conflict);
}

constexpr char kChecked[] = R"(
document: { dsl: '1.0.3', namespace: travel, name: checked, version: '1.0.0' }
input:
  schema:
    document:
      type: object
      required: [city]
      properties: { city: { type: string }, nights: { type: integer, minimum: 1 } }
do:
  - answer:
      set: { nights: '${ .nights }' }
      output:
        schema: { document: { type: object, properties: { nights: { type: integer } } } }
)";

TEST(Engine, SchemasAreEnforced) {
  auto engine = in_memory();
  auto const deployed = engine.deploy({kChecked, "checked.yaml"});
  ASSERT_TRUE(deployed.ok()) << deployed.error().message;
  auto run = [&](char const* input) {
    return engine.start("travel/checked", parse_json(input).value()).value().wait(10s).value();
  };
  EXPECT_EQ(run(R"({"city":"Oslo","nights":2})").status, RunStatus::completed);
  auto const bad_input = run(R"({"city":"Oslo","nights":0})");
  EXPECT_EQ(bad_input.status, RunStatus::faulted);
  EXPECT_EQ(bad_input.error["type"].as_string(),
            "https://open-workflow-specification.org/spec/1.0.0/errors/validation");
  EXPECT_NE(bad_input.error["detail"].as_string().find("/nights"), std::string_view::npos)
      << to_text(bad_input.error);
  auto const bad_output = run(R"({"city":"Oslo"})");
  EXPECT_EQ(bad_output.status, RunStatus::faulted);
  EXPECT_EQ(bad_output.error["instance"].as_string(), "/do/0/answer") << to_text(bad_output.error);
}

constexpr char kWaiting[] = R"(
document: { dsl: '1.0.3', namespace: travel, name: waiting, version: '1.0.0' }
do:
  - flight:
      call: bookFlight
      compensate:
        - cancelFlight: { call: cancelFlight }
  - approval:
      listen:
        to:
          one:
            with: { type: approved }
            correlate: { run: { from: .data.run, expect: '${ $workflow.id }' } }
      output: { as: '.[0]' }
)";

// Listens from its start on, so a run that was started is known to wait.
constexpr char kListening[] = R"(
document: { dsl: '1.0.3', namespace: travel, name: waiting, version: '1.0.0' }
do:
  - approval:
      listen:
        to:
          one:
            with: { type: approved }
            correlate: { run: { from: .data.run, expect: '${ $workflow.id }' } }
      output: { as: '.[0]' }
)";

TEST(Engine, AnEventWakesTheRunThatListensForIt) {
  auto engine = in_memory();
  ASSERT_TRUE(engine.deploy({kListening, "waiting.yaml"}).ok());
  auto const a = engine.start("travel/waiting", Json(), {.id = "a"}).value();
  auto const b = engine.start("travel/waiting", Json(), {.id = "b"}).value();
  auto approve = [&](char const* run) {
    return engine.publish(
        Json::object({{"type", "approved"}, {"data", Json::object({{"run", run}, {"ok", true}})}}));
  };
  EXPECT_EQ(approve("b").value().delivered, 1U);
  EXPECT_EQ(to_text(b.wait(10s).value().output), R"({"run":"b","ok":true})");
  EXPECT_EQ(engine.status("a").value().status, RunStatus::waiting);
  ASSERT_TRUE(approve("a").ok());
  EXPECT_EQ(a.wait(10s).value().status, RunStatus::completed);
}

TEST(Engine, AnEventThatCameBeforeTheListenIsKept) {
  Log log;
  auto engine = in_memory();
  engine.add("bookFlight", returning(log, "bookFlight"));
  ASSERT_TRUE(engine.deploy({kWaiting, "waiting.yaml"}).ok());
  auto const event = Json::object({{"id", "1"},
                                   {"source", "test"},
                                   {"type", "approved"},
                                   {"data", Json::object({{"run", "early"}})}});
  auto const published = engine.publish(event).value();
  EXPECT_EQ(published.delivered, 0U);
  EXPECT_FALSE(published.repeated);
  EXPECT_TRUE(engine.publish(event).value().repeated);
  auto const run = engine.start("travel/waiting", Json(), {.id = "early"}).value();
  EXPECT_EQ(run.wait(10s).value().status, RunStatus::completed);
}

TEST(Engine, AnEventForOneRunNeedsThatRunToGoOn) {
  Log log;
  auto engine = in_memory();
  engine.add("bookFlight", returning(log, "bookFlight"));
  ASSERT_TRUE(engine.deploy({kWaiting, "waiting.yaml"}).ok());
  auto const run = engine.start("travel/waiting", Json(), {.id = "a"}).value();
  auto const to = [](char const* name) {
    return Json::object(
        {{"type", "approved"}, {"skaldrun", name}, {"data", Json::object({{"run", "a"}})}});
  };
  EXPECT_EQ(engine.publish(to("nobody")).error().code, ErrorCode::not_found);
  EXPECT_TRUE(engine.publish(to("a")).ok());
  EXPECT_EQ(run.wait(10s).value().status, RunStatus::completed);
  EXPECT_EQ(engine.publish(to("a")).error().code, ErrorCode::failed_precondition);
}

TEST(Engine, AVersionIsReplacedOnlyWhenThatIsMeant) {
  auto const text = [](int value) {
    return "document: { dsl: '1.0.3', namespace: t, name: w, version: '1.0.0' }\n"
           "do: [ { a: { set: { x: " +
           std::to_string(value) + " } } } ]\n";
  };
  auto engine = in_memory();
  ASSERT_TRUE(engine.deploy({text(1), "w.yaml"}).ok());
  EXPECT_EQ(engine.deploy({text(2), "w.yaml"}).error().code, ErrorCode::conflict);
  auto const replaced = engine.deploy({text(2), "w.yaml"}, {.replace = true}).value();
  EXPECT_TRUE(replaced.created);
  EXPECT_TRUE(replaced.replaced);
  auto const run = engine.start("t/w", Json(), {.id = "r"}).value();
  EXPECT_EQ(run.wait(10s).value().output["x"], Json(2));
  EXPECT_EQ(engine.graph("r").value()["digest"], Json(replaced.digest));
  EXPECT_EQ(engine.workflows().size(), 1U);
}

TEST(Engine, AWorkflowIsToldWithItsSchedule) {
  auto engine = in_memory();
  for (std::string const name : {"one", "two", "three"}) {
    auto const text = "document: { dsl: '1.0.3', namespace: demo, name: " + name +
                      ", version: '1.0.0' }\n"
                      "schedule: { cron: '0 0 1 1 *' }\ndo: [ { s: { set: { a: 1 } } } ]\n";
    ASSERT_TRUE(engine.deploy({text, name + ".yaml"}).ok());
  }
  auto const told = engine.workflow("demo/two").value();
  EXPECT_EQ(told["schedule"]["name"], Json("demo/two")) << to_text(told["schedule"]);
}

TEST(Engine, CancelUndoes) {
  Log log;
  auto engine = in_memory();
  engine.add("bookFlight", returning(log, "bookFlight"));
  engine.add("cancelFlight", noted(log, "cancelFlight"));
  ASSERT_TRUE(engine.deploy({kWaiting, "waiting.yaml"}).ok());
  auto const run = engine.start("travel/waiting", Json(), {.id = "c"}).value();
  std::atomic<bool> waits = false;
  while (!waits) waits = engine.status("c").value().status == RunStatus::waiting;
  auto const plan = engine.plan("c").value();
  ASSERT_EQ(plan["undos"].size(), 1U) << to_text(plan);
  ASSERT_TRUE(run.cancel("changed my mind").ok());
  auto const end = run.wait(10s).value();
  EXPECT_EQ(end.status, RunStatus::cancelled);
  EXPECT_TRUE(log.all().back().starts_with("cancelFlight"));
  EXPECT_EQ(run.cancel().error().code, ErrorCode::failed_precondition);
}

TEST(Engine, AnEndlessRunDoesNotKeepTheEngineOpen) {
  auto engine = in_memory();
  ASSERT_TRUE(engine
                  .deploy({R"(
document: { dsl: '1.0.3', namespace: travel, name: endless, version: '1.0.0' }
do:
  - one: { set: { n: 1 } }
  - two: { set: { n: 2 }, then: one }
)",
                           "endless.yaml"})
                  .ok());
  ASSERT_TRUE(engine.start("travel/endless", Json(), {.id = "e"}).ok());
}

TEST(Engine, MuchAtOnceIsNoProblemForTheJournal) {
  auto engine = in_memory();
  ASSERT_TRUE(engine
                  .deploy({R"(
document: { dsl: '1.0.3', namespace: travel, name: large, version: '1.0.0' }
do:
  - one: { set: { n: 1 } }
)",
                           "large.yaml"})
                  .ok());
  Json const input(std::string(std::size_t{1} << 20U, 'x'));
  std::atomic<int> left = 100;
  std::promise<void> all;
  for (int i = 0; i < 100; ++i) {
    engine.start_async("travel/large", input, {.id = "l" + std::to_string(i)},
                       [&](Result<Started> const& started) {
                         EXPECT_TRUE(started.ok());
                         if (--left == 0) all.set_value();
                       });
  }
  ASSERT_EQ(all.get_future().wait_for(60s), std::future_status::ready);
  EXPECT_EQ(engine.wait("l99", std::chrono::nanoseconds::max()).value().status,
            RunStatus::completed);
}

TEST(Engine, WhatAnOverdueFunctionDidInTheEndIsUndone) {
  Log log;
  EngineOptions options;
  options.in_memory = true;
  options.attempt_timeout = Duration::from_ms(50);
  auto engine = Engine::open(options).value();
  std::promise<void> ended;
  auto const end = ended.get_future().share();
  engine.add("bookFlight",
             [&log, end](StepContext const& context, Json const&, Json const&) -> FunctionResult {
               end.wait();  // the run has ended: it is undone, as far as anybody knows
               log.add("bookFlight " + context.key);
               return Returned{Json()};
             });
  engine.add("cancelFlight", noted(log, "cancelFlight"));
  ASSERT_TRUE(engine.deploy({kWaiting, "waiting.yaml"}).ok());
  auto const run = engine.start("travel/waiting", Json(), {.id = "late"}).value();
  EXPECT_EQ(run.wait(10s).value().status, RunStatus::compensated);
  ended.set_value();
  while (log.all().size() < 3) std::this_thread::yield();
  auto const lines = log.all();
  EXPECT_TRUE(lines[1].starts_with("bookFlight")) << lines[1];
  EXPECT_TRUE(lines[2].starts_with("cancelFlight")) << lines[2];
  EXPECT_NE(lines[0], lines[2]);
}

TEST(Engine, ACallWhoseFunctionIsMissingWaitsVisiblyAndAddWakesIt) {
  Log log;
  EngineOptions options;
  options.in_memory = true;
  options.attempt_timeout = Duration::from_ms(1000);
  auto engine = Engine::open(options).value();
  engine.add("cancelFlight", noted(log, "cancelFlight"));
  auto const deployed = engine.deploy({kTravel, "trip.yaml"}).value();
  EXPECT_EQ(to_text(deployed.missing_functions),
            R"(["bookFlight","bookHotel","cancelHotel","pay"])");
  auto const waits = engine.start("travel/trip", Json(), {.id = "waits"}).value();
  auto const given_up = engine.start("travel/trip", Json(), {.id = "given-up"}).value();
  auto const calls = [&] { return to_text(engine.health()["missingFunctions"]); };
  while (calls() != R"([{"function":"bookFlight","calls":2}])") std::this_thread::yield();
  auto const step = engine.describe("waits").value()["steps"][0];
  EXPECT_EQ(step["waitingFor"], Json("a worker that offers 'bookFlight'"));
  EXPECT_EQ(step["outcome"], Json("not sent"));
  EXPECT_EQ(engine.status("waits").value().status, RunStatus::waiting);
  ASSERT_TRUE(given_up.cancel().ok());
  EXPECT_EQ(given_up.wait(10s).value().status, RunStatus::cancelled);
  EXPECT_TRUE(log.all().empty()) << "what was not sent is not undone";
  engine.add("bookFlight", returning(log, "bookFlight"));
  engine.add("bookHotel", returning(log, "bookHotel"));
  engine.add("pay", returning(log, "pay"));
  EXPECT_EQ(waits.wait(10s).value().status, RunStatus::completed);
  EXPECT_EQ(log.all().front(), "bookFlight waits/do/0/flight:1") << "the key stays";
  EXPECT_EQ(calls(), "[]");
}

constexpr char kEndless[] = R"(
document: { dsl: '1.0.3', namespace: travel, name: endless, version: '1.0.0' }
do:
  - flight:
      call: bookFlight
      compensate: [ { cancelFlight: { call: cancelFlight } } ]
  - again: { set: { x: 1 }, then: again }
)";

TEST(Engine, AnEndlessLoopEndsAtTheLimitAndIsUnwound) {
  Log log;
  EngineOptions options;
  options.in_memory = true;
  options.max_run_records = 5'000;
  auto engine = Engine::open(options).value();
  engine.add("bookFlight", returning(log, "bookFlight"));
  engine.add("cancelFlight", noted(log, "cancelFlight"));
  ASSERT_TRUE(engine.deploy({kEndless, "endless.yaml"}).ok());
  auto const end = engine.start("travel/endless", Json()).value().wait(10s).value();
  EXPECT_EQ(end.status, RunStatus::compensated);
  EXPECT_EQ(end.error["title"].as_string(), "Run Too Long") << to_text(end.error);
  EXPECT_TRUE(log.all().back().starts_with("cancelFlight"));
}

constexpr char kLong[] = R"(
document: { dsl: '1.0.3', namespace: bench, name: long, version: '1.0.0' }
do:
  - before: { for: { in: '${ [range(100)] }' }, do: [ { one: { call: count } } ] }
  - go: { listen: { to: { one: { with: { type: go } } } } }
  - behind: { for: { in: '${ [range(200)] }' }, do: [ { two: { call: count } } ] }
)";

class EngineOnDisk : public testing::Test {
 protected:
  Result<Engine> open() {
    EngineOptions options;
    options.data_dir = dir_.path();
    return Engine::open(options);
  }

  test::TemporaryDir dir_;
};

TEST_F(EngineOnDisk, ARunGoesOnAfterARestart) {
  Log log;
  {
    auto engine = open();
    ASSERT_TRUE(engine.ok()) << engine.error().message;
    engine->add("bookFlight", returning(log, "bookFlight"));
    ASSERT_TRUE(engine->deploy({kWaiting, "waiting.yaml"}).ok());
    ASSERT_TRUE(engine->start("travel/waiting", Json(), {.id = "r"}).ok());
    while (engine->status("r").value().status != RunStatus::waiting) {
    }
  }
  auto engine = open();
  ASSERT_TRUE(engine.ok()) << engine.error().message;
  EXPECT_EQ(engine->status("r").value().status, RunStatus::waiting);
  ASSERT_TRUE(
      engine->publish(Json::object({{"type", "approved"}, {"data", Json::object({{"run", "r"}})}}))
          .ok());
  EXPECT_EQ(engine->wait("r", 10s).value().status, RunStatus::completed);
  EXPECT_EQ(log.all().size(), 1U);
}

TEST_F(EngineOnDisk, AnEndedRunIsStillKnownAfterARestart) {
  Log log;
  {
    auto engine = open();
    ASSERT_TRUE(engine.ok()) << engine.error().message;
    for (auto const* name : {"bookFlight", "bookHotel", "pay"}) {
      engine->add(name, returning(log, name));
    }
    ASSERT_TRUE(engine->deploy({kTravel, "trip.yaml"}).ok());
    ASSERT_TRUE(engine->start("travel/trip", Json(7), {.id = "done"}).value().wait(10s).ok());
  }
  auto engine = open();
  ASSERT_TRUE(engine.ok()) << engine.error().message;
  EXPECT_EQ(engine->status("done").value().status, RunStatus::completed);
  EXPECT_EQ(engine->start("travel/trip", Json(8), {.id = "done"}).error().code,
            ErrorCode::conflict);
  EXPECT_EQ(engine->list().value()["runs"].size(), 1U);
  EXPECT_GT(engine->history("done").value()["history"].size(), 5U);
}

// Pages of every size give the whole, asked for in a row, again, or while the run grows.
TEST_F(EngineOnDisk, AHistoryIsTheSameInPages) {
  auto engine = open().value();
  engine.add("count", [](StepContext const&, Json const&, Json const&) {
    return FunctionResult(Returned{Json(1)});
  });
  ASSERT_TRUE(engine.deploy({kLong, "long.yaml"}).ok());
  auto const read = [&engine](std::size_t limit, std::uint64_t after) {
    Json all = Json::array();
    for (;;) {
      auto const page = engine.history("r", {.after = after, .limit = limit}).value();
      EXPECT_LE(page["history"].size(), limit);
      for (auto const& fact : page["history"].items()) all.push_back(fact);
      if (page["next"].is_null()) return all;
      after = static_cast<std::uint64_t>(page["next"].as_number());
    }
  };
  ASSERT_TRUE(engine.start("bench/long", Json(), {.id = "r"}).ok());
  while (engine.status("r").value().status != RunStatus::waiting) {
  }
  auto const half = read(7, 0);
  ASSERT_TRUE(engine.publish(Json::object({{"type", "go"}})).ok());
  ASSERT_EQ(engine.wait("r", 10s).value().status, RunStatus::completed);
  auto const whole = engine.history("r").value()["history"];
  ASSERT_GT(whole.size(), 1000U);
  auto later = half;
  auto const rest = read(100, half.size());
  for (auto const& fact : rest.items()) later.push_back(fact);
  EXPECT_EQ(later, whole);
  for (auto const limit : {1000U, 333U, 1U, 10'000U}) EXPECT_EQ(read(limit, 0), whole) << limit;
}

TEST_F(EngineOnDisk, ASecondEngineOnTheDirectoryIsRefused) {
  auto const first = open();
  ASSERT_TRUE(first.ok());
  auto const second = open();
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::failed_precondition);
}

}  // namespace
}  // namespace skald
