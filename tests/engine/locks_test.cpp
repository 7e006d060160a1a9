// Locks through the whole engine, with runs and locks at home in different partitions.

#include <gtest/gtest.h>

#include "runtime/engine/engine.hpp"
#include "tests/support/temporary_dir.hpp"

namespace skald {
namespace {

using namespace std::chrono_literals;

constexpr char kSeat[] = R"yaml(
document: { dsl: '1.0.3', namespace: travel, name: seat, version: '1.0.0' }
do:
  - hold: { lock: '${ "seat:\(.seat)"
}', call: hold, compensate: [ { free: { call: free } } ] }
  - paid: { listen: { to: { one: { with: { type: paid } } } } }
)yaml";

constexpr char kOuter[] = R"(
document: { dsl: '1.0.3', namespace: travel, name: outer, version: '1.0.0' }
do:
  - have: { lock: 'seat:7A', set: '${ . }' }
  - inner: { run: { workflow: { namespace: travel, name: seat, input: '${ . }' } } }
)";

class Locks : public testing::Test {
 protected:
  Engine open() {
    EngineOptions options;
    options.data_dir = dir_.path();
    options.partitions = 4;
    auto engine = Engine::open(options);
    EXPECT_TRUE(engine.ok()) << engine.error().message;
    for (auto const* name : {"hold", "free"}) {
      engine->add(name, [](StepContext const&, Json const&, Json const&) {
        return FunctionResult(Returned{Json()});
      });
    }
    return std::move(*engine);
  }
  static void deploy(Engine& engine, char const* text) {
    auto const deployed = engine.deploy({text, "workflow.yaml"});
    ASSERT_TRUE(deployed.ok()) << deployed.error().message;
  }
  static void start(Engine& engine, std::string const& id, std::string const& seat = "7A") {
    auto const run =
        engine.start("travel/seat", Json::object({{"seat", seat}}), {.id = id, .key = {}});
    ASSERT_TRUE(run.ok()) << run.error().message;
  }
  // Until the registry says so.
  static void await_locks(Engine const& engine, std::string const& wanted) {
    for (;;) {
      std::string found;
      auto const locks = engine.locks();
      for (auto const& lock : locks.items()) {
        found +=
            std::string(lock["name"].as_string()) + "=" + std::string(lock["holder"].as_string());
        for (auto const& place : lock["waiting"].items()) {
          found += "," + std::string(place["run"].as_string());
        }
        found += " ";
      }
      if (found == wanted) return;
    }
  }
  static void pay(Engine& engine, std::string const& run) {
    auto const published = engine.publish(Json::object({{"type", "paid"}, {"skaldrun", run}}));
    ASSERT_TRUE(published.ok()) << published.error().message;
  }

  test::TemporaryDir dir_;
};

TEST_F(Locks, ArePassedOnInTheOrderOfTheWaiting) {
  auto engine = open();
  deploy(engine, kSeat);
  std::string wanted = "seat:7A=run-0";
  for (int i = 0; i < 5; ++i) {
    start(engine, "run-" + std::to_string(i));
    if (i > 0) wanted += ",run-" + std::to_string(i);
    await_locks(engine, wanted + " ");
  }
  for (int i = 0; i < 5; ++i) {
    auto const run = "run-" + std::to_string(i);
    pay(engine, run);
    auto const end = engine.wait(run, 30s);
    ASSERT_TRUE(end.ok());
    EXPECT_EQ(end->status, RunStatus::completed);
  }
  await_locks(engine, "");
}

TEST_F(Locks, AreSeenInTheViewsOfThoseWhoHoldAndWait) {
  auto engine = open();
  deploy(engine, kSeat);
  start(engine, "a");
  await_locks(engine, "seat:7A=a ");
  start(engine, "b");
  await_locks(engine, "seat:7A=a,b ");
  start(engine, "c", "7B");
  await_locks(engine, "seat:7A=a,b seat:7B=c ");
  auto const holder = engine.describe("a");
  ASSERT_TRUE(holder.ok());
  EXPECT_EQ((*holder)["locks"][0]["waiting"][0]["run"], Json("b"));
  auto const waiting = engine.describe("b");
  ASSERT_TRUE(waiting.ok());
  EXPECT_EQ((*waiting)["status"], Json("waiting"));
  EXPECT_EQ((*waiting)["steps"][0]["lock"], Json("seat:7A"));
  EXPECT_EQ((*waiting)["steps"][0]["holder"], Json("a"));
  EXPECT_EQ((*waiting)["steps"][0]["waitingFor"], Json("lock 'seat:7A', held by a"));
  EXPECT_EQ(engine.locks("seat:7B")[0]["holder"], Json("c"));
  EXPECT_EQ(engine.locks("seat:9Z").size(), 0U);
}

TEST_F(Locks, AreKeptThroughARestart) {
  {
    auto engine = open();
    deploy(engine, kSeat);
    start(engine, "a");
    await_locks(engine, "seat:7A=a ");
    start(engine, "b");
    await_locks(engine, "seat:7A=a,b ");
  }
  auto engine = open();
  await_locks(engine, "seat:7A=a,b ");
  ASSERT_TRUE(engine.kill("a", "gone").ok());
  await_locks(engine, "seat:7A=b ");
  pay(engine, "b");
  EXPECT_EQ(engine.wait("b", 30s)->status, RunStatus::completed);
  await_locks(engine, "");
}

TEST_F(Locks, OfSomebodyWhoWaitsForTheRunAreAnErrorAtOnce) {
  auto engine = open();
  deploy(engine, kSeat);
  deploy(engine, kOuter);
  auto const run =
      engine.start("travel/outer", Json::object({{"seat", "7A"}}), {.id = "o", .key = {}});
  ASSERT_TRUE(run.ok());
  auto const end = run->wait(30s);
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end->status, RunStatus::faulted);
  EXPECT_EQ(end->error["status"], Json(409));
  auto const detail = end->error["detail"].as_string();
  EXPECT_NE(detail.find("held by run o, which waits"), std::string::npos) << detail;
  await_locks(engine, "");
}

}  // namespace
}  // namespace skald
