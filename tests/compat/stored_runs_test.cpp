// A data directory that an earlier version has written, opened again: what had ended is told as it
// was, and what was under way goes on to its end.
//
// data-1.tar.gz holds runs in every kind of waiting, with the facts of locks, probes, calls that
// are not finished, children and callbacks. It is never written anew: a later format gets a file of
// its own beside it. This is how it was made:
//
//   SKALD_WRITE_COMPAT=/tmp/data-1 build/release/tests/compat_test --gtest_filter=*Writes*
//   tar -C /tmp/data-1 --exclude=ballast --exclude=index -czf tests/compat/data-1.tar.gz .

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <thread>

#include "runtime/engine/engine.hpp"
#include "tests/compat/shop.hpp"
#include "tests/support/temporary_dir.hpp"

namespace skald::compat {
namespace {

using namespace std::chrono_literals;

constexpr char kWorkflows[] = R"(
document: { dsl: '1.0.3', namespace: kept, name: locked, version: '1.0.0' }
do:
  - take:
      lock: 'seat:7A'
      call: http
      with: { method: put, endpoint: http://shop.local/ok/take }
      compensate: [ { give: { call: http, with: { method: delete, endpoint: http://shop.local/ok/take } } } ]
  - hold: { listen: { to: { one: { with: { type: kept.go } } } } }
---
document: { dsl: '1.0.3', namespace: kept, name: doubted, version: '1.0.0' }
do:
  - book:
      call: http
      with: { method: put, endpoint: http://shop.local/doubt }
      probe: [ { look: { call: http, with: { method: get, endpoint: http://shop.local/doubt } } } ]
      compensate: [ { unbook: { call: http, with: { method: delete, endpoint: http://shop.local/ok/doubt } } } ]
  - pay: { call: http, with: { method: put, endpoint: http://shop.local/no }, compensate: [] }
---
document: { dsl: '1.0.3', namespace: kept, name: visa, version: '1.0.0' }
do:
  - ask:
      call: http
      with: { method: put, endpoint: http://shop.local/visa }
      ongoing: { status: 202, every: PT1S }
---
document: { dsl: '1.0.3', namespace: kept, name: room, version: '1.0.0' }
do:
  - bed:
      call: http
      with: { method: put, endpoint: http://shop.local/ok/bed }
      compensate: [ { noBed: { call: http, with: { method: delete, endpoint: http://shop.local/ok/bed } } } ]
---
document: { dsl: '1.0.3', namespace: kept, name: trip, version: '1.0.0' }
do:
  - hotel: { run: { workflow: { namespace: kept, name: room } } }
  - pay: { call: http, with: { method: put, endpoint: http://shop.local/no }, compensate: [] }
---
document: { dsl: '1.0.3', namespace: kept, name: guide, version: '1.0.0' }
do: [ { lead: { listen: { to: { one: { with: { type: kept.go } } } } } } ]
---
document: { dsl: '1.0.3', namespace: kept, name: tour, version: '1.0.0' }
do: [ { guided: { run: { workflow: { namespace: kept, name: guide } } } } ]
---
document: { dsl: '1.0.3', namespace: kept, name: paint, version: '1.0.0' }
do:
  - job:
      call: http
      await: callback
      with: { method: post, endpoint: http://shop.local/jobs }
      timeout: { after: P36500D }
---
document: { dsl: '1.0.3', namespace: kept, name: stuck, version: '1.0.0' }
saga: { retry: { delay: PT0.01S, limit: { attempt: { count: 1 } } } }
do:
  - book:
      call: http
      with: { method: put, endpoint: http://shop.local/ok/stuck }
      compensate: [ { unbook: { call: http, with: { method: delete, endpoint: http://shop.local/stuck } } } ]
  - pay: { call: http, with: { method: put, endpoint: http://shop.local/no }, compensate: [] }
)";

Engine open(std::string const& dir, Shop const& shop) {
  EngineOptions options;
  options.data_dir = dir;
  options.partitions = 2;
  options.targets = {{"http://shop.local", shop.url()}};
  options.callback_url = "http://skald.local";
  options.accept_clock = true;  // whatever the clock says where this runs
  auto engine = Engine::open(std::move(options));
  EXPECT_TRUE(engine.ok()) << engine.error().message;
  return std::move(*engine);
}

template <class Predicate>
void await(Predicate holds) {
  while (!holds()) std::this_thread::yield();
}

void await_status(Engine const& engine, std::string const& run, RunStatus status) {
  await([&] {
    auto const now = engine.status(run);
    return now.ok() && now->status == status;
  });
}

RunStatus end_of(Engine const& engine, std::string const& run) {
  auto const end = engine.wait(run, 30s);
  EXPECT_TRUE(end.ok()) << run << ": " << end.error().message;
  return end.ok() ? end->status : RunStatus::pending;
}

Json output_of(Engine const& engine, std::string const& run) {
  return engine.status(run).value().output;
}

void go(Engine& engine, std::string const& run) {
  auto const sent = engine.publish(
      Json::object({{"type", "kept.go"}, {"source", "test"}, {"id", run}, {"skaldrun", run}}));
  EXPECT_TRUE(sent.ok()) << sent.error().message;
}

// What was done in a run: its end, its undos and the names of its facts.
Json told(Engine const& engine, std::string const& run) {
  auto const view = engine.describe(run).value();
  Json facts = Json::array();
  auto const history = engine.history(run).value();
  for (auto const& fact : history["history"].items()) facts.push_back(fact["type"]);
  return Json::object(
      {{"status", view["status"]}, {"undone", view["undone"]}, {"facts", std::move(facts)}});
}

constexpr std::array<char const*, 3> kEnded = {"doubted", "trip", "trip:1"};

void write_file(std::string const& path, std::string const& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string read_file(std::string const& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Starts every run and waits until each has come as far as it shall.
void begin(Engine& engine, Shop const& shop) {
  std::string const all = kWorkflows;
  for (std::size_t at = 0; at < all.size();) {
    auto const end = std::min(all.find("---\n", at), all.size());
    auto const deployed = engine.deploy({all.substr(at, end - at), "kept.yaml"});
    ASSERT_TRUE(deployed.ok()) << deployed.error().message;
    at = end + 4;
  }
  auto start = [&](std::string const& workflow, std::string const& run) {
    ASSERT_TRUE(engine.start("kept/" + workflow, Json::object(), {.id = run}).ok());
  };
  start("locked", "locked-a");
  await_status(engine, "locked-a", RunStatus::waiting);
  await([&] { return engine.locks().size() == 1; });
  start("locked", "locked-b");
  await([&] { return engine.locks()[0]["waiting"].size() == 1; });
  for (auto const* name : {"doubted", "visa", "trip", "tour", "paint", "stuck"}) start(name, name);
  EXPECT_EQ(end_of(engine, "doubted"), RunStatus::compensated);
  EXPECT_EQ(end_of(engine, "trip"), RunStatus::compensated);
  EXPECT_EQ(end_of(engine, "stuck"), RunStatus::suspended);
  await([&] { return engine.describe("visa").value()["steps"][0]["attempts"].size() > 1; });
  await_status(engine, "tour:1", RunStatus::waiting);
  await([&] { return !shop.callback().empty(); });
  await_status(engine, "paint", RunStatus::waiting);
}

TEST(StoredRuns, WritesADirectoryWhenItIsAskedTo) {
  char const* const dir = std::getenv("SKALD_WRITE_COMPAT");
  if (dir == nullptr) GTEST_SKIP() << "SKALD_WRITE_COMPAT names no directory";
  Shop const shop(true);
  auto engine = open(dir, shop);
  begin(engine, shop);
  Json ended = Json::object();
  for (auto const* run : kEnded) ended.set(run, told(engine, run));
  write_file(std::string(dir) + "/ended.json", to_pretty_text(ended));
  write_file(std::string(dir) + "/callback", shop.callback());
}

class StoredRun : public testing::Test {
 protected:
  StoredRun() {
    auto const command = "tar -xzf " + std::string(SKALD_TEST_DIR) + "/data-1.tar.gz -C " + dir();
    EXPECT_EQ(std::system(command.c_str()), 0);
    engine_.emplace(open(dir(), shop_));
  }
  std::string const& dir() const { return dir_.path(); }
  Engine& engine() { return *engine_; }

  test::TemporaryDir dir_;
  Shop shop_{false};
  std::optional<Engine> engine_;
};

TEST_F(StoredRun, ThatHasEndedIsToldAsItWas) {
  auto const ended = parse_json(read_file(dir() + "/ended.json")).value();
  for (auto const* run : kEnded)
    EXPECT_EQ(to_text(told(engine(), run)), to_text(ended[run])) << run;
}

TEST_F(StoredRun, HoldsItsLockAndIsFollowedByTheOneThatWaits) {
  auto const locks = engine().locks("seat:7A");
  ASSERT_EQ(locks.size(), 1U);
  EXPECT_EQ(locks[0]["holder"], Json("locked-a")) << to_text(locks);
  EXPECT_EQ(locks[0]["waiting"][0]["run"], Json("locked-b")) << to_text(locks);
  go(engine(), "locked-a");
  EXPECT_EQ(end_of(engine(), "locked-a"), RunStatus::completed);
  go(engine(), "locked-b");
  EXPECT_EQ(end_of(engine(), "locked-b"), RunStatus::completed);
}

TEST_F(StoredRun, IsAskedAgainUntilItIsFinished) {
  EXPECT_EQ(end_of(engine(), "visa"), RunStatus::completed);
  EXPECT_EQ(to_text(output_of(engine(), "visa")), R"({"visa":"V-7"})");
}

TEST_F(StoredRun, WaitsForItsChild) {
  go(engine(), "tour:1");
  EXPECT_EQ(end_of(engine(), "tour"), RunStatus::completed);
}

TEST_F(StoredRun, IsCalledBackAtTheSameAddress) {
  auto const colour = Json::object({{"colour", "red"}});
  auto const done = engine().call_back(read_file(dir() + "/callback"), colour);
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_EQ(end_of(engine(), "paint"), RunStatus::completed);
  EXPECT_EQ(output_of(engine(), "paint"), colour);
}

TEST_F(StoredRun, GoesOnUndoingWhenItIsResumed) {
  ASSERT_EQ(engine().status("stuck").value().status, RunStatus::suspended);
  ASSERT_TRUE(engine().resume("stuck", "mended", "olga").ok());
  EXPECT_EQ(end_of(engine(), "stuck"), RunStatus::compensated);
  EXPECT_NE(shop_.calls().find("DELETE/stuck"), std::string::npos) << shop_.calls();
}

}  // namespace
}  // namespace skald::compat
