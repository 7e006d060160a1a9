// What a schedule promises across crashes: each firing starts one run, whenever the process ends.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "runtime/feature/virtual_engine.hpp"

namespace skald::feature {
namespace {

std::string workflow(std::string const& schedule, std::string const& tasks = "") {
  return "document: { dsl: '1.0.3', namespace: test, name: job, version: '1.0.0' }\n"
         "schedule: " +
         schedule + "\ndo:\n" + (tasks.empty() ? "  - note: { set: { at: '${ now }' } }\n" : tasks);
}

constexpr char const* kLong = "  - long: { wait: PT25M }\n";

std::map<std::string, int> starts(VirtualEngine const& engine) {
  std::map<std::string, int> count;
  for (auto const& run : engine.runs()) ++count[run];
  return count;
}

// Lets an hour and a half pass and ends the process once, `crash_at` steps after the start. Gives
// the number of steps it took.
int play(VirtualEngine& engine, std::string const& text, int crash_at) {
  int steps = 0;
  auto const rest = [&] {
    while (true) {
      if (steps++ == crash_at) engine.crash();
      if (!engine.step()) return;
    }
  };
  EXPECT_TRUE(engine.deploy(text).ok());
  rest();
  auto const end = engine.now() + Duration::from_seconds(5'400);
  for (auto due = engine.partition().next_deadline(); due && *due <= end;
       due = engine.partition().next_deadline()) {
    engine.set_clock(*due);
    rest();
  }
  return steps;
}

void expect_same_whenever_it_crashes(std::string const& text) {
  VirtualEngine undisturbed;
  auto const steps = play(undisturbed, text, -1);
  auto const wanted = starts(undisturbed);
  EXPECT_GT(wanted.size(), 2U);
  for (int at = 0; at < steps; ++at) {
    VirtualEngine engine;
    play(engine, text, at);
    EXPECT_EQ(starts(engine), wanted) << "after a crash at step " << at;
  }
}

TEST(Schedule, EachFiringStartsOnceWheneverTheProcessEnds) {
  expect_same_whenever_it_crashes(workflow("{ every: PT10M }"));
  expect_same_whenever_it_crashes(workflow("{ cron: '*/10 * * * *' }"));
}

TEST(Schedule, QueuedRunsStartOnceWheneverTheProcessEnds) {
  expect_same_whenever_it_crashes(workflow("{ cron: '*/10 * * * *', overlap: queue }", kLong));
}

TEST(Schedule, SkipsTheSameFiringsWheneverTheProcessEnds) {
  expect_same_whenever_it_crashes(workflow("{ cron: '*/10 * * * *' }", kLong));
}

TEST(Schedule, StartsAgainAfterTheEndWheneverTheProcessEnds) {
  expect_same_whenever_it_crashes(workflow("{ after: PT5M }", kLong));
}

TEST(Schedule, EventsStartOneRunWheneverTheProcessEnds) {
  auto const text = workflow(
      "{ on: { all: [ { with: { type: a }, correlate: { k: { from: .data } } },"
      " { with: { type: b }, correlate: { k: { from: .data } } } ] } }");
  auto const event = [](char const* type, int key) {
    return Json::object({{"id", std::string(type) + std::to_string(key)},
                         {"source", "test"},
                         {"type", type},
                         {"data", key}});
  };
  for (int crash_at = 0; crash_at < 40; ++crash_at) {
    VirtualEngine engine;
    ASSERT_TRUE(engine.deploy(text).ok());
    engine.rest();
    engine.publish(event("a", 1));
    engine.publish(event("a", 2));
    engine.partition().event(event("b", 2), engine.now(), [](auto const&) {});
    for (int step = 0; step < crash_at && engine.step(); ++step) {
    }
    engine.crash();
    engine.publish(event("b", 2));  // its producer has heard nothing, and sends it again
    engine.publish(event("b", 1));
    auto const found = starts(engine);
    EXPECT_EQ(found.size(), 2U) << "after a crash at step " << crash_at;
    for (auto const& [run, count] : found) EXPECT_EQ(count, 1) << run;
  }
}

// The engine is down for four hours and a bit of an hourly schedule.
std::size_t runs_after_downtime(std::string const& missed) {
  VirtualEngine engine;
  EXPECT_TRUE(
      engine.deploy(workflow("{ cron: '0 * * * *', overlap: queue, missed: " + missed + " }"))
          .ok());
  engine.pass(Duration::from_seconds(3'600));
  EXPECT_EQ(engine.runs().size(), 1U);
  engine.set_clock(engine.now() + Duration::from_seconds(4 * 3'600 + 600));
  engine.restart();
  return engine.runs().size() - 1;
}

TEST(Schedule, CatchesUpOnceByDefault) {
  EXPECT_EQ(runs_after_downtime("once"), 1U);
}
TEST(Schedule, CatchesUpWithAllThatWasMissed) {
  EXPECT_EQ(runs_after_downtime("all"), 4U);
}
TEST(Schedule, ForgetsWhatWasMissed) {
  EXPECT_EQ(runs_after_downtime("none"), 0U);
}

TEST(Schedule, AFiringThatFindsItsRunStartsNone) {
  VirtualEngine engine;
  auto const name = engine.deploy(workflow("{ every: PT10M }"));
  ASSERT_TRUE(name.ok());
  ASSERT_TRUE(engine.start(*name, Json::object(), "test.job-20260101T001000Z").ok());
  engine.pass(Duration::from_seconds(600));
  EXPECT_EQ(engine.runs().size(), 1U);
  engine.pass(Duration::from_seconds(600));
  EXPECT_EQ(engine.runs().size(), 2U);
}

TEST(Schedule, TellsWhenItFiresNext) {
  VirtualEngine engine;
  ASSERT_TRUE(engine.deploy(workflow("{ cron: '30 2 * * *' }")).ok());
  engine.pass(Duration::from_seconds(86'400));
  auto const list = engine.partition().schedules().list();
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(to_text(list[std::size_t{0}]),
            R"({"name":"test/job","workflow":"test/job/1.0.0","schedule":"at 30 2 * * *",)"
            R"("next":"2026-01-02T02:30:00Z","last":"2026-01-01T02:30:00Z",)"
            R"("lastRun":"test.job-20260101T023000Z","active":[],"queued":0,"gathering":0,)"
            R"("started":1,"skipped":0})");
}

TEST(Schedule, GroupsOfEventsThatNeverBecomeWholeAreForgotten) {
  VirtualEngine engine;
  ASSERT_TRUE(
      engine.deploy(workflow("{ on: { all: [ { with: { type: a } }, { with: { type: b } } ] } }"))
          .ok());
  engine.publish(Json::object({{"type", "a"}}));
  engine.pass(Duration::from_seconds(2 * 86'400));
  engine.publish(Json::object({{"type", "b"}}));
  EXPECT_EQ(engine.runs().size(), 0U);
  engine.publish(Json::object({{"type", "a"}}));
  EXPECT_EQ(engine.runs().size(), 1U);
}

Json entry(VirtualEngine& engine) {
  return engine.partition().schedules().list()[std::size_t{0}];
}

TEST(Schedule, ANewVersionThatComesWhileAStartIsOnItsWayStartsAgainAfterIt) {
  VirtualEngine engine;
  ASSERT_TRUE(engine.deploy(workflow("{ every: PT10M }")).ok());
  engine.rest();
  engine.set_clock(*engine.partition().next_deadline());
  while (entry(engine)["active"].size() == 0) ASSERT_TRUE(engine.step());
  auto newer = workflow("{ after: PT1S }");
  newer.replace(newer.find("1.0.0"), 5, "2.0.0");
  ASSERT_TRUE(engine.deploy(newer).ok());
  engine.pass(Duration::from_seconds(10));
  EXPECT_GT(engine.runs().size(), 5U) << to_text(entry(engine));
  EXPECT_FALSE(entry(engine)["next"].is_null() && entry(engine)["active"].size() == 0);
}

TEST(Schedule, AnEventThatIsAddressedToARunStartsNone) {
  VirtualEngine engine;
  ASSERT_TRUE(engine.deploy(workflow("{ on: { one: { with: { type: a } } } }")).ok());
  engine.publish(Json::object({{"type", "a"}, {"skaldrun", "some-run"}}));
  EXPECT_EQ(engine.runs().size(), 0U);
  engine.publish(Json::object({{"type", "a"}}));
  EXPECT_EQ(engine.runs().size(), 1U);
}

TEST(Schedule, ManyMissedFiringsStartFewAtATime) {
  VirtualEngine engine;
  ASSERT_TRUE(engine.deploy(workflow("{ every: PT1S, missed: all }")).ok());
  engine.rest();
  engine.set_clock(engine.now() + Duration::from_seconds(5'000));
  engine.crash();
  std::size_t most = 0;
  while (engine.step()) {
    auto const& states = engine.partition().schedules().states();
    most = std::max(most, states.begin()->second.active.size());
  }
  EXPECT_EQ(most, 1'000U);
  EXPECT_EQ(engine.runs().size(), 5'000U);
}

}  // namespace
}  // namespace skald::feature
