// What operators do, on the command line against `skald serve`: nobody answers the calls of the
// workflow, so its steps stand where an operator finds them.

#include <gtest/gtest.h>

#include "base/json.hpp"
#include "tests/cli/command.hpp"
#include "tests/cli/served.hpp"

namespace skald::cli {
namespace {

using namespace testing;

// Port 1 takes no connection: attempts are not sent, and the next ones are far away.
constexpr char const* kTrip =
    R"(document: { dsl: '1.0.3', namespace: demo, name: trip, version: '1.0.0' }
use: { retries: { rarely: { delay: { hours: 1 } } } }
saga: { retry: rarely }
do:
  - hotel:
      call: http
      with: { method: put, endpoint: http://127.0.0.1:1/hotel }
      retry: rarely
      compensate:
        - cancelHotel: { call: http, with: { method: delete, endpoint: http://127.0.0.1:1/hotel } }
  - flight:
      call: http
      with: { method: put, endpoint: 'http://127.0.0.1:1/flight' }
      retry: rarely
      compensate:
        - cancelFlight: { call: http, with: { method: delete, endpoint: http://127.0.0.1:1/f } }
)";

class Verbs : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(call({"deploy", scratch_file("trip.yaml", kTrip)}).code, 0); }

  Printed call(std::vector<std::string> const& arguments) const { return server_.call(arguments); }
  Json json(std::vector<std::string> const& arguments) const { return server_.json(arguments); }
  // Starts a run, and comes back when its first attempt has failed.
  void start(std::string const& id) const {
    ASSERT_EQ(call({"start", "demo/trip", "--id", id}).code, 0);
    await_state(id, "hotel", "retrying");
  }
  // Nothing is answered while it waits: the run is asked until it stands there.
  void await_state(std::string const& id, std::string const& task, std::string const& state) const {
    for (int i = 0; i < 1000; ++i) {
      if (result_of(id, task) == state) return;
    }
    FAIL() << task << " is " << result_of(id, task) << ", not " << state;
  }
  std::string result_of(std::string const& id, std::string const& task) const {
    auto const view = json({"show", id});
    std::string result;
    for (auto const& step : view["steps"].items()) {
      if (step["task"] == Json(task)) result = step["result"].as_string();
    }
    return result;
  }

  Served server_;
};

TEST_F(Verbs, CompleteWithEvidenceThenSkipEndsWithExceptions) {
  start("t1");
  auto const done = call(
      {"complete", "t1", "hotel", "--result", R"({"id":"H1"})", "--reason", "seen in their books"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.out.find("'hotel' is done"), std::string::npos) << done.out;
  await_state("t1", "flight", "retrying");
  EXPECT_EQ(call({"cancel", "t1"}).code, 0);
  auto const skipped = call({"skip", "t1", "hotel", "--reason", "refunded by hand"});
  EXPECT_EQ(skipped.code, 0) << skipped.err;
  auto const view = json({"wait", "t1"});
  EXPECT_EQ(view["status"], Json("cancelled"));
  auto const shown = call({"show", "t1"});
  auto const history = call({"history", "t1", "-o", "json"}).out;
  EXPECT_NE(history.find("refunded by hand"), std::string::npos) << history;
  EXPECT_NE(shown.out.find("skipped"), std::string::npos) << shown.out;
}

TEST_F(Verbs, ADryRunSaysWhatWouldHappenAndDoesNothing) {
  start("t2");
  auto const dry = json({"retry", "t2", "hotel", "--dry-run", "--reason", "they are back"});
  EXPECT_EQ(dry["dryRun"], Json(true));
  EXPECT_EQ(dry["calls"][0]["attempt"], Json(2)) << to_text(dry);
  EXPECT_EQ(dry["reason"], Json("they are back"));
  EXPECT_EQ(json({"show", "t2"})["steps"][0]["attempts"].size(), 1U);
  EXPECT_EQ(call({"retry", "t2", "hotel"}).code, 0);
  auto const with_input = call({"retry", "t2", "hotel", "--input", R"({"city":"Rome"})"});
  EXPECT_EQ(with_input.code, 0) << with_input.err;
  EXPECT_NE(with_input.out.find("'hotel:2' begins"), std::string::npos) << with_input.out;
}

TEST_F(Verbs, WhatIsNotAllowedEndsWithFourAndSaysWhy) {
  start("t3");
  auto const skip = call({"skip", "t3", "hotel"});
  EXPECT_EQ(skip.code, 4);
  EXPECT_NE(skip.err.find("'hotel' is not being undone"), std::string::npos) << skip.err;
  EXPECT_EQ(call({"resume", "t3"}).code, 4);
  auto const nothing = call({"retry", "t3", "motel"});
  EXPECT_EQ(nothing.code, 3);
  EXPECT_NE(nothing.err.find("hotel"), std::string::npos) << nothing.err;
  EXPECT_EQ(call({"complete", "t3", "hotel"}).code, 2);
}

TEST_F(Verbs, ASuspendedRunGoesOnWhenItIsResumed) {
  start("t4");
  EXPECT_EQ(call({"suspend", "t4", "--reason", "maintenance"}).code, 0);
  EXPECT_EQ(call({"wait", "t4"}).code, 6);
  EXPECT_NE(call({"show", "t4"}).out.find("maintenance"), std::string::npos);
  EXPECT_EQ(call({"retry", "t4", "hotel"}).code, 4);
  EXPECT_EQ(call({"resume", "t4"}).code, 0);
  EXPECT_EQ(call({"retry", "t4", "hotel"}).code, 0);
}

TEST_F(Verbs, ManyRunsAtOnceAreCountedAndAgreedTo) {
  for (auto const* id : {"m1", "m2", "m3"}) start(id);
  auto const asked = call({"suspend", "--where", "workflow=demo/trip,status=waiting"});
  EXPECT_EQ(asked.code, 4);
  EXPECT_NE(asked.err.find("3 runs fit"), std::string::npos) << asked.err;
  EXPECT_NE(asked.err.find("--yes"), std::string::npos) << asked.err;
  auto const done = json({"suspend", "--where", "workflow=demo/trip", "--yes"});
  EXPECT_EQ(done.size(), 3U);
  auto const again = call({"suspend", "--where", "workflow=demo/trip", "-y"});
  EXPECT_EQ(again.code, 4);
  EXPECT_NE(again.out.find("already suspended"), std::string::npos) << again.out;
  EXPECT_EQ(call({"cancel", "--where", "colour=red"}).code, 2);
  EXPECT_EQ(call({"cancel"}).code, 2);
}

}  // namespace
}  // namespace skald::cli
