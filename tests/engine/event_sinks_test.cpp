// Emitted events reach the sinks of an engine, over HTTP and as functions, also after a restart.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "runtime/engine/doctor.hpp"
#include "runtime/engine/engine.hpp"
#include "tests/support/temporary_dir.hpp"

namespace skald {
namespace {

using namespace std::chrono_literals;

constexpr char kOrder[] = R"(
document: { dsl: '1.0.3', namespace: shop, name: order, version: '1.0.0' }
do:
  - tell: { emit: { event: { with: { type: order.placed, data: '${ . }' } } } }
)";

// A sink that can be told what to answer.
struct Sink {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Json> events;
  std::optional<Error> answer;

  EventSink sink(std::string name) {
    EventSink made;
    made.name = std::move(name);
    made.take = [this](Json const& event) -> Result<void> {
      std::lock_guard const lock(mutex);
      events.push_back(event);
      changed.notify_all();
      if (answer) return *answer;
      return {};
    };
    return made;
  }
  // The events, when there are so many.
  std::vector<Json> wait(std::size_t count) {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, 20s, [&] { return events.size() >= count; });
    return events;
  }
};

Result<Engine> open(std::string const& dir, std::vector<EventSink> sinks) {
  EngineOptions options;
  options.in_memory = dir.empty();
  options.data_dir = dir;
  options.event_sinks = std::move(sinks);
  return Engine::open(std::move(options));
}

// The order has been placed, and its event is durable.
void place(Engine& engine, std::string id) {
  engine.deploy({kOrder, "order.yaml"}).value();
  auto const run = engine.start("shop/order", Json::object({{"sku", id}}), {.id = id});
  EXPECT_EQ(run.value().wait(20s).value().status, RunStatus::completed);
}

TEST(EventSinks, GetTheEventsThatRunsEmit) {
  Sink audit;
  Sink stock;
  auto engine = open("", {audit.sink("audit"), stock.sink("stock")}).value();
  place(engine, "tea");
  for (auto* sink : {&audit, &stock}) {
    auto const got = sink->wait(1);
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0]["type"], Json("order.placed"));
    EXPECT_EQ(got[0]["source"], Json("skald:shop/order"));
    EXPECT_EQ(got[0]["data"]["sku"], Json("tea"));
    EXPECT_TRUE(got[0]["id"].is_string());
  }
}

TEST(EventSinks, GetNoEventsFromOutside) {
  Sink audit;
  auto engine = open("", {audit.sink("audit")}).value();
  ASSERT_TRUE(engine.publish(Json::object({{"type", "from.outside"}})).ok());
  place(engine, "tea");
  EXPECT_EQ(audit.wait(1)[0]["type"], Json("order.placed"));
}

TEST(EventSinks, GetAfterARestartWhatTheyHadNotTaken) {
  test::TemporaryDir const dir;
  Json first;
  {
    Sink down;
    down.answer = Error{ErrorCode::unavailable, "the shop is closed", ""};
    auto engine = open(dir.path(), {down.sink("audit")}).value();
    place(engine, "tea");
    first = down.wait(1)[0];
  }
  auto const found = runtime::examine(dir.path()).value();
  std::string owed;
  for (auto const& log : found["partitions"].items()) owed += to_text(log["owedEvents"]);
  EXPECT_NE(owed.find(R"({"audit":1})"), std::string::npos) << owed;
  {
    auto engine = open(dir.path(), {}).value();
    ASSERT_EQ(engine.event_sinks().size(), 1U);
    EXPECT_EQ(engine.event_sinks()[0]["state"], Json("not configured"));
    EXPECT_EQ(engine.event_sinks()[0]["owed"], Json(1));
  }
  Sink up;
  auto engine = open(dir.path(), {up.sink("audit")}).value();
  auto const got = up.wait(1);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0], first);
}

TEST(EventSinks, OnesThatFailAreShown) {
  Sink down;
  down.answer = Error{ErrorCode::unavailable, "the shop is closed", ""};
  auto engine = open("", {down.sink("audit")}).value();
  place(engine, "tea");
  down.wait(2);  // it is tried again
  auto const shown = engine.health()["eventSinks"][0];
  EXPECT_EQ(shown["state"], Json("failing"));
  EXPECT_EQ(shown["owed"], Json(1));
  EXPECT_NE(to_text(shown["error"]).find("the shop is closed"), std::string::npos);
  EXPECT_TRUE(shown["oldest"].is_string());
}

TEST(EventSinks, RunsThatEmitWaitWhileASinkIsOwedTooMuch) {
  Sink down;
  down.answer = Error{ErrorCode::unavailable, "closed", ""};
  EngineOptions options;
  options.in_memory = true;
  options.event_sinks = {down.sink("audit")};
  options.max_owed_events = 1;
  auto engine = Engine::open(std::move(options)).value();
  place(engine, "tea");
  auto const run = engine.start("shop/order", Json::object(), {.id = "cup"}).value();
  EXPECT_EQ(run.wait(0s).error().code, ErrorCode::timed_out);
  {
    std::lock_guard const lock(down.mutex);
    down.answer.reset();
  }
  EXPECT_EQ(run.wait(20s).value().status, RunStatus::completed);
}

TEST(EventSinks, AreRefusedWhenTheyMakeNoSense) {
  auto const why = [](EventSink one, std::optional<EventSink> two = {}) {
    std::vector<EventSink> sinks = {std::move(one)};
    if (two) sinks.push_back(*two);
    auto const engine = open("", std::move(sinks));
    return engine.ok() ? "" : engine.error().message;
  };
  EXPECT_NE(why({"", "http://a.example/", {}, {}}), "");
  EXPECT_NE(why({"a", "", {}, {}}), "");
  EXPECT_NE(why({"a", "ftp://a.example/", {}, {}}), "");
  EXPECT_NE(why({"a", "https://me:pw@a.example/", {}, {}}), "");
  EXPECT_NE(why({"a", "http://a.example/", {}, {}}, EventSink{"a", "http://b.example/", {}, {}}),
            "");
}

}  // namespace
}  // namespace skald
