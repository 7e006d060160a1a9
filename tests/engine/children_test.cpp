// Runs that start runs, through the whole engine.

#include <gtest/gtest.h>

#include <mutex>

#include "runtime/engine/engine.hpp"
#include "tests/support/temporary_dir.hpp"

namespace skald {
namespace {

using namespace std::chrono_literals;

constexpr char kHotel[] = R"(
document: { dsl: '1.0.3', namespace: travel, name: hotel, version: '1.0.0' }
do:
  - room: { call: room, compensate: [ { freeRoom: { call: freeRoom } } ] }
  - meal: { call: meal, compensate: [ { freeMeal: { call: freeMeal } } ] }
)";

constexpr char kTrip[] = R"(
document: { dsl: '1.0.3', namespace: travel, name: trip, version: '1.0.0' }
do:
  - train: { call: train, compensate: [ { freeTrain: { call: freeTrain } } ] }
  - hotel: { run: { workflow: { namespace: travel, name: hotel } } }
  - pay: { call: pay }
)";

constexpr char kWaits[] = R"(
document: { dsl: '1.0.3', namespace: travel, name: hotel, version: '1.0.0' }
do:
  - room: { call: room, compensate: [ { freeRoom: { call: freeRoom } } ] }
  - paper: { listen: { to: { one: { with: { type: signed } } } } }
)";

class Children : public testing::Test {
 protected:
  Engine open(EngineOptions options = {}) {
    options.data_dir = dir_.path();
    options.partitions = 4;
    auto engine = Engine::open(options);
    EXPECT_TRUE(engine.ok()) << engine.error().message;
    for (auto const* name : {"train", "room", "meal", "pay", "freeTrain", "freeRoom", "freeMeal"}) {
      engine->add(name, [this, name](StepContext const&, Json const&, Json const&) {
        std::lock_guard const lock(mutex_);
        calls_ += std::string(calls_.empty() ? "" : " ") + name;
        if (std::string_view(name) == "pay" && refuse_) return FunctionResult(Refused{"no money"});
        return FunctionResult(Returned{Json()});
      });
    }
    return std::move(*engine);
  }
  static void deploy(Engine& engine, char const* text) {
    auto const deployed = engine.deploy({text, "workflow.yaml"});
    ASSERT_TRUE(deployed.ok()) << deployed.error().message;
  }
  static void await_status(Engine const& engine, char const* run, RunStatus status) {
    for (;;) {
      auto const now = engine.status(run);
      if (now.ok() && now->status == status) return;
    }
  }
  std::string calls() {
    std::lock_guard const lock(mutex_);
    return calls_;
  }

  test::TemporaryDir dir_;
  std::mutex mutex_;
  std::string calls_;
  bool refuse_ = false;
};

TEST_F(Children, ACompletedChildIsUndoneInItsPlaceOfTheParentsOrder) {
  refuse_ = true;
  auto engine = open();
  deploy(engine, kHotel);
  deploy(engine, kTrip);
  auto const run = engine.start("travel/trip", Json(), {.id = "t"}).value();
  EXPECT_EQ(run.wait(10s).value().status, RunStatus::compensated);
  EXPECT_EQ(calls(), "train room meal pay freeMeal freeRoom freeTrain");
  EXPECT_EQ(engine.status("t:2").value().status, RunStatus::compensated);
}

TEST_F(Children, ParentAndChildKnowEachOther) {
  auto engine = open();
  deploy(engine, kHotel);
  deploy(engine, kTrip);
  ASSERT_TRUE(engine.start("travel/trip", Json(), {.id = "t"}).value().wait(10s).ok());
  auto const view = engine.describe("t").value();
  ASSERT_EQ(view["children"].size(), 1U) << to_pretty_text(view);
  EXPECT_EQ(view["children"][0]["run"], Json("t:2"));
  EXPECT_EQ(view["children"][0]["status"], Json("completed"));
  EXPECT_EQ(engine.describe("t:2").value()["parent"], Json("t"));
  RunFilter children;
  children.parent = "t";
  EXPECT_EQ(engine.list(children).value()["runs"].size(), 1U);
  RunFilter roots;
  roots.roots = true;
  EXPECT_EQ(engine.list(roots).value()["runs"].size(), 1U);
  EXPECT_EQ(engine.list().value()["runs"].size(), 2U);
}

TEST_F(Children, AStepWaitsUntilItsWorkflowIsDeployed) {
  auto engine = open();
  deploy(engine, kTrip);
  auto const run = engine.start("travel/trip", Json(), {.id = "t"}).value();
  await_status(engine, "t", RunStatus::waiting);
  deploy(engine, kHotel);
  EXPECT_EQ(run.wait(10s).value().status, RunStatus::completed);
  EXPECT_EQ(calls(), "train room meal pay");
}

TEST_F(Children, ACancelReachesTheChildFirst) {
  auto engine = open();
  deploy(engine, kWaits);
  deploy(engine, kTrip);
  auto const run = engine.start("travel/trip", Json(), {.id = "t"}).value();
  await_status(engine, "t:2", RunStatus::waiting);
  ASSERT_TRUE(run.cancel("changed my mind").ok());
  EXPECT_EQ(run.wait(10s).value().status, RunStatus::cancelled);
  EXPECT_EQ(calls(), "train room freeRoom freeTrain");
}

TEST_F(Children, AKilledParentTakesItsChildWithIt) {
  auto engine = open();
  deploy(engine, kWaits);
  deploy(engine, kTrip);
  ASSERT_TRUE(engine.start("travel/trip", Json(), {.id = "t"}).ok());
  await_status(engine, "t:2", RunStatus::waiting);
  ASSERT_TRUE(engine.kill("t", "broken").ok());
  EXPECT_EQ(engine.wait("t:2", 10s).value().status, RunStatus::killed);
}

TEST_F(Children, AChildGoesOnAfterARestartAndItsParentHearsOfIt) {
  {
    auto engine = open();
    deploy(engine, kWaits);
    deploy(engine, kTrip);
    ASSERT_TRUE(engine.start("travel/trip", Json(), {.id = "t"}).ok());
    await_status(engine, "t:2", RunStatus::waiting);
  }
  refuse_ = true;
  auto engine = open();
  ASSERT_TRUE(engine.publish(Json::object({{"type", "signed"}})).ok());
  EXPECT_EQ(engine.wait("t", 10s).value().status, RunStatus::compensated);
  EXPECT_EQ(calls(), "train room pay freeRoom freeTrain");
}

TEST_F(Children, WhatAChildKeptIsStillUndoneAfterARestart) {
  constexpr char kThenWaits[] = R"(
document: { dsl: '1.0.3', namespace: travel, name: trip, version: '1.0.0' }
do:
  - hotel: { run: { workflow: { namespace: travel, name: hotel } } }
  - paper: { listen: { to: { one: { with: { type: signed } } } } }
  - pay: { call: pay }
)";
  {
    auto engine = open();
    deploy(engine, kHotel);
    deploy(engine, kThenWaits);
    ASSERT_TRUE(engine.start("travel/trip", Json(), {.id = "t"}).ok());
    await_status(engine, "t", RunStatus::waiting);
    while (engine.status("t:1").value().status != RunStatus::completed) {
    }
  }
  refuse_ = true;
  auto engine = open();
  ASSERT_TRUE(engine.publish(Json::object({{"type", "signed"}})).ok());
  EXPECT_EQ(engine.wait("t", 10s).value().status, RunStatus::compensated);
  EXPECT_EQ(calls(), "room meal pay freeMeal freeRoom");
}

TEST_F(Children, AChildWithAPivotIsRunAsAPivotOrNotAtAll) {
  auto const hotel = [](char const* task) {
    return "document: { dsl: '1.0.3', namespace: travel, name: trip, version: '1.0.0' }\n"
           "do:\n"
           "  - train: { call: train, compensate: [ { freeTrain: { call: freeTrain } } ] }\n"
           "  - hotel: { run: { workflow: { namespace: travel, name: hotel } }" +
           std::string(task) + " }\n";
  };
  constexpr char kPivot[] = R"(
document: { dsl: '1.0.3', namespace: travel, name: hotel, version: '1.0.0' }
do:
  - pay: { call: pay, pivot: true }
)";
  auto engine = open();
  deploy(engine, kPivot);
  deploy(engine, hotel("").c_str());
  auto const refused = engine.start("travel/trip", Json(), {.id = "a"}).value().wait(10s).value();
  EXPECT_EQ(refused.status, RunStatus::compensated);
  EXPECT_NE(refused.error["detail"].as_string().find("pivot: true"), std::string_view::npos);
  EXPECT_EQ(calls(), "train freeTrain");
  ASSERT_TRUE(engine.deploy({hotel(", pivot: true"), "trip.yaml"}, {.replace = true}).ok());
  auto const run = engine.start("travel/trip", Json(), {.id = "b"}).value();
  EXPECT_EQ(run.wait(10s).value().status, RunStatus::completed);
  EXPECT_EQ(calls(), "train freeTrain train pay");
}

constexpr char kShell[] = R"(
document: { dsl: '1.0.3', namespace: t, name: shell, version: '1.0.0' }
do:
  - greet: { run: { shell: { command: 'echo "hello, $1"', arguments: [ '${ .name }' ] } } }
)";

TEST_F(Children, ShellCommandsRunWhereTheyAreAllowed) {
  {
    auto engine = open();
    auto const refused = engine.deploy({kShell, "shell.yaml"});
    ASSERT_FALSE(refused.ok());
    EXPECT_NE(refused.error().hint.find("--allow-shell"), std::string::npos);
  }
  EngineOptions options;
  options.allow_shell = true;
  auto engine = open(std::move(options));
  deploy(engine, kShell);
  auto const name = Json::object({{"name", "$(reboot)"}});
  auto const run = engine.start("t/shell", name).value();
  EXPECT_EQ(run.wait(10s).value().output, Json("hello, $(reboot)"));
}

}  // namespace
}  // namespace skald
