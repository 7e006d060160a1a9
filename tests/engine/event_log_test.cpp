#include "runtime/engine/event_log.hpp"

#include <gtest/gtest.h>

namespace skald::runtime {
namespace {

Json event(int id, char const* run = nullptr) {
  Json result = Json::object({{"id", std::to_string(id)}, {"source", "s"}, {"type", "t"}});
  if (run != nullptr) result.set("skaldrun", run);
  return result;
}

Time at(std::int64_t seconds) {
  return {seconds * 1'000'000};
}

std::string seen(EventLog const& log, std::string const& run) {
  std::string ids;
  log.visit(run, [&ids](Json const& each) { ids += each["id"].as_string(); });
  return ids;
}

bool is_live(std::string const& run) {
  return run == "live";
}

TEST(EventLog, KeepsAnEventOnce) {
  EventLog log{EventLimits()};
  EXPECT_TRUE(log.add(event(1), at(0)));
  EXPECT_FALSE(log.add(event(1), at(1)));
  EXPECT_EQ(seen(log, "any"), "1");
}

TEST(EventLog, ForgetsWhatIsTooOld) {
  EventLog log{{.age = Duration::from_seconds(10)}};
  log.add(event(1), at(0));
  log.add(event(2), at(5));
  log.prune(at(11), is_live);
  EXPECT_EQ(seen(log, "any"), "2");
  EXPECT_TRUE(log.add(event(1), at(11))) << "what was forgotten is new again";
}

TEST(EventLog, ForgetsTheOldestWhenThereAreTooMany) {
  EventLog log{{.count = 2}};
  for (int i = 1; i <= 4; ++i) log.add(event(i), at(0));
  log.prune(at(0), is_live);
  EXPECT_EQ(seen(log, "any"), "34");
}

TEST(EventLog, ForgetsTheOldestWhenTheyAreTooLarge) {
  EventLog log{{.bytes = 5'000}};
  for (int i = 1; i <= 4; ++i) {
    auto large = event(i);
    large.set("data", std::string(2'000, 'x'));
    log.add(std::move(large), at(0));
  }
  log.prune(at(0), is_live);
  EXPECT_EQ(seen(log, "any"), "34");
  EXPECT_LE(log.bytes(), 5'000U);
}

TEST(EventLog, KeepsWhatIsAddressedToARunUntilItEnds) {
  EventLog log{{.age = Duration::from_seconds(10)}};
  log.add(event(1, "live"), at(0));
  log.add(event(2, "gone"), at(0));
  log.add(event(3), at(20));
  log.prune(at(20), is_live);
  EXPECT_EQ(seen(log, "live"), "13");
  EXPECT_EQ(seen(log, "gone"), "3");
  log.forget_run("live");
  EXPECT_EQ(seen(log, "live"), "3");
}

// What waits for its run must leave room for what comes.
TEST(EventLog, WhatIsHeldForARunTakesHalfOfTheRoomAtMost) {
  EventLog log{{.age = Duration::from_seconds(10), .count = 4}};
  for (int i = 1; i <= 4; ++i) log.add(event(i, "live"), at(0));
  log.prune(at(20), is_live);
  EXPECT_EQ(seen(log, "live"), "34");
  log.add(event(5), at(20));
  log.add(event(6), at(20));
  log.prune(at(20), is_live);
  EXPECT_EQ(seen(log, "live"), "3456");
  EXPECT_TRUE(log.add(event(1, "live"), at(20))) << "what was forgotten is new again";
  log.prune(at(20), is_live);
  EXPECT_EQ(seen(log, "live"), "3461");
}

TEST(EventLog, WhatIsHeldForARunIsLimitedInSize) {
  EventLog log{{.age = Duration::from_seconds(10), .bytes = 10'000}};
  for (int i = 1; i <= 4; ++i) {
    auto large = event(i, i % 2 == 0 ? "live" : "alive");
    large.set("data", std::string(2'000, 'x'));
    log.add(std::move(large), at(0));
  }
  log.prune(at(20), [](std::string const&) { return true; });
  EXPECT_EQ(seen(log, "live"), "4");
  EXPECT_EQ(seen(log, "alive"), "3");
  log.forget_run("live");
  log.forget_run("alive");
  EXPECT_EQ(log.bytes(), 0U);
}

}  // namespace
}  // namespace skald::runtime
