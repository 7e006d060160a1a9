// What schedules may hold, and how often they ask: limits that are reached are facts.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/compiler.hpp"
#include "dsl/yaml/reader.hpp"
#include "runtime/engine/schedule_keeper.hpp"

namespace skald::runtime {
namespace {

GraphPtr graph_of(std::string const& schedule) {
  auto read = dsl::read_yaml(
      "document: { dsl: '1.0.3', namespace: test, name: job, version: '1.0.0' }\nschedule: " +
          schedule + "\ndo:\n  - note: { set: { done: true } }\n",
      "workflow");
  return compiler::compile(*read.document).graph;
}

GraphPtr pairs() {
  return graph_of("{ on: { all: [ { with: { type: a } }, { with: { type: b } } ] } }");
}

Json event(std::string const& type, int id, std::size_t bytes = 0) {
  return Json::object({{"id", std::to_string(id)},
                       {"source", "test"},
                       {"type", type},
                       {"data", std::string(bytes, 'x')}});
}

struct Gathering {
  GraphPtr graph;
  ScheduleLimits most;
  ScheduleState state = {};
  std::size_t dropped = 0;

  void take(Json const& each) {
    state.name = "test/job";
    state.graph = "g";
    for (auto const& fact : take_event(state, *graph, each, Time{1}, {}, most)) {
      if (std::holds_alternative<ScheduleEventsDropped>(fact.body)) ++dropped;
    }
  }
};

TEST(ScheduleLimits, TheSetsThatHaveWaitedLongestAreDroppedAndCounted) {
  Gathering gathering{pairs(), {.groups = 3}};
  for (int i = 0; i < 5; ++i) gathering.take(event("a", i));
  EXPECT_EQ(gathering.state.groups.size(), 3U);
  EXPECT_EQ(gathering.state.groups.begin()->first, 3U);
  EXPECT_EQ(gathering.dropped, 2U);
  EXPECT_EQ(gathering.state.skipped, 2U);
}

TEST(ScheduleLimits, SetsThatAreTooLargeTogetherAreDropped) {
  Gathering gathering{pairs(), {.bytes = 10'000}};
  for (int i = 0; i < 9; ++i) gathering.take(event("a", i, 3'000));
  EXPECT_LT(gathering.state.groups.size(), 4U);
  EXPECT_GT(gathering.state.groups.size(), 1U);
  EXPECT_LE(gathering.state.gathered_bytes, 10'000U);
  EXPECT_EQ(gathering.dropped + gathering.state.groups.size(), 9U);
  for (int left = static_cast<int>(gathering.state.groups.size()); left > 0; --left) {
    gathering.take(event("b", 10 + left));
  }
  EXPECT_TRUE(gathering.state.groups.empty());
  EXPECT_EQ(gathering.state.gathered_bytes, 0U);
}

TEST(ScheduleLimits, ASetThatNeverEndsIsDroppedWhenItIsTooLarge) {
  Gathering gathering{graph_of("{ on: { any: [ { with: { type: a } } ], until: 'false' } }"),
                      {.group_bytes = 10'000}};
  for (int i = 0; i < 9; ++i) {
    gathering.take(event("a", i, 3'000));
    EXPECT_LE(gathering.state.gathered_bytes, 10'000U);
  }
  EXPECT_GT(gathering.dropped, 1U);
}

TEST(ScheduleLimits, EventsStartNothingWhileTooManyStartsAreOnTheirWay) {
  Gathering gathering{graph_of("{ on: { one: { with: { type: a } } } }"), {.starts = 2}};
  for (int i = 0; i < 5; ++i) gathering.take(event("a", i));
  EXPECT_EQ(gathering.state.started, 2U);
  EXPECT_EQ(gathering.state.skipped, 3U);
  auto const run = gathering.state.active.begin()->first;
  run_launched(gathering.state, *gathering.graph, nullptr, run, Time{2});
  gathering.take(event("a", 9));
  EXPECT_EQ(gathering.state.started, 3U);
}

// A schedule that was left with nothing to wait for, by a journal of an earlier version.
TEST(ScheduleLimits, AScheduleThatWaitsForNothingIsWokenWhenItIsSetAgain) {
  auto const graph = graph_of("{ after: PT1S }");
  ScheduleState state;
  set_schedule(state, nullptr, *graph, "digest", Time{1});
  state.next.reset();
  EXPECT_EQ(set_schedule(state, graph.get(), *graph, "digest", Time{5}).size(), 1U);
  EXPECT_EQ(state.next, Time{5});
  EXPECT_TRUE(set_schedule(state, graph.get(), *graph, "digest", Time{6}).empty());
}

TEST(ScheduleLimits, ARefusedStartIsAskedForAgainOnce) {
  auto graph = graph_of("{ every: PT1S, missed: all }");
  std::map<std::string, int> asked;
  ScheduleKeeper::Ports ports;
  ports.keep = [](std::vector<ScheduleFact> const&) {};
  ports.after_durable = [](std::function<void()> const& action) { action(); };
  ports.graph = [&graph](std::string const&) { return graph; };
  ports.launch = [&asked](ScheduledStart const& start) { ++asked[start.run]; };
  ScheduleKeeper keeper(ports, Duration::from_seconds(60), {}, {});
  keeper.set(graph, "digest", Time{0});
  Time const now{3'000'000};
  keeper.tick(now);
  ASSERT_EQ(asked.size(), 3U);
  for (auto const& [run, count] : std::map(asked)) keeper.not_launched("test/job", run, now);
  EXPECT_EQ(keeper.next_deadline(), now + Duration::from_seconds(1));
  keeper.tick(now + Duration::from_ms(999));
  for (auto const& [run, count] : asked) EXPECT_EQ(count, 1) << run;
  keeper.tick(now + Duration::from_seconds(1));
  EXPECT_EQ(asked.size(), 4U);
  for (auto const& [run, count] : asked) EXPECT_LE(count, 2) << run;
  EXPECT_EQ(std::count_if(asked.begin(), asked.end(), [](auto const& a) { return a.second == 2; }),
            3);
}

}  // namespace
}  // namespace skald::runtime
