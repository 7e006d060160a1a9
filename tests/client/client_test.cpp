// The client, the HTTP API and the engine together: what an engine in the process does, a server
// does through its client.

#include "runtime/client/client.hpp"

#include <atomic>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include <skald/builder.hpp>

#include "runtime/api/api_server.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/temporary_dir.hpp"

namespace skald {
namespace {

using namespace std::chrono_literals;
using runtime::ApiServer;
using test::body_of;
using test::get;
using test::post;
using test::RawClient;
using test::status_of_response;

constexpr char kTrip[] = R"(
document: { dsl: '1.0.3', namespace: travel, name: trip, version: '1.0.0' }
do:
  - flight:
      call: bookFlight
      compensate:
        - cancelFlight: { call: cancelFlight }
  - result:
      set: { flight: '${ $tasks.flight.id }', city: '${ $workflow.input.city }' }
)";

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

Engine in_memory() {
  EngineOptions options;
  options.in_memory = true;
  return Engine::open(options).value();
}

class ClientTest : public testing::Test {
 protected:
  ClientTest() {
    engine_.add("bookFlight", [](StepContext const&, Json const&, Json const&) -> FunctionResult {
      return Returned{Json::object({{"id", "F1"}})};
    });
    engine_.add("cancelFlight",
                [this](StepContext const&, Json const&, Json const&) -> FunctionResult {
                  ++undone_;
                  return Returned{};
                });
    server_ = ApiServer::start(engine_, {}).value();
    client_ = std::make_unique<Client>(server_->url());
  }

  void deploy(char const* text) {
    auto const deployed = client_->deploy({text, "test.yaml"});
    ASSERT_TRUE(deployed.ok()) << deployed.error().message;
  }

  void start_waiting(std::string const& id) {
    deploy(kWaiting);
    ASSERT_TRUE(client_->start("travel/waiting", Json::object(), {.id = id, .key = {}}).ok());
    while (client_->status(id).value().status != RunStatus::waiting) std::this_thread::yield();
  }

  std::string raw(std::string const& request) {
    RawClient client(server_->port());
    client.send(request);
    return client.read_response();
  }

  std::atomic<int> undone_{0};
  Engine engine_ = in_memory();
  std::unique_ptr<ApiServer> server_;
  std::unique_ptr<Client> client_;
};

TEST_F(ClientTest, SendsTheFilesAlongThatAWorkflowNames) {
  test::TemporaryDir const folder;
  std::ofstream(folder.path() + "/pets.yaml")
      << "openapi: 3.0.3\nservers: [ { url: 'https://pets.example' } ]\n"
         "paths: { /pets: { get: { operationId: findPets } } }\n";
  std::string const text =
      "document: { dsl: '1.0.3', namespace: docs, name: pets, version: '1.0.0' }\n"
      "do: [ { pets: { call: openapi, with: { document: { endpoint: pets.yaml }, operationId: "
      "findPets } } } ]\n";
  EXPECT_EQ(client_->deploy({text, "pets.yaml"}).error().code, ErrorCode::invalid_argument);
  auto const deployed = client_->deploy({text, "pets.yaml", folder.path(), {}});
  ASSERT_TRUE(deployed.ok()) << deployed.error().message;
  EXPECT_EQ(engine_.workflow("docs/pets").value()["source"], Json(text));
}

TEST_F(ClientTest, IsToldWhatABundleIs) {
  std::string const type = "Content-Type: application/vnd.skald.bundle+json\r\n";
  for (std::string const body : {"{", "{}", R"({"workflow":"a","documents":[]})"}) {
    auto const answer = raw("PUT /v1/workflows HTTP/1.1\r\nHost: localhost\r\n" + type +
                            "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    EXPECT_EQ(status_of_response(answer), 400) << answer;
  }
}

TEST_F(ClientTest, DeploysOnce) {
  auto const first = client_->deploy({kTrip, "trip.yaml"});
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_EQ(first->workflow, "travel/trip/1.0.0");
  EXPECT_TRUE(first->created);
  auto const second = client_->deploy({kTrip, "trip.yaml"}).value();
  EXPECT_FALSE(second.created);
  EXPECT_EQ(second.digest, first->digest);
  std::string other = kTrip;
  other.replace(other.find("F") == std::string::npos ? 0 : other.find("city:"), 5, "town:");
  EXPECT_EQ(client_->deploy({other, "trip.yaml"}).error().code, ErrorCode::conflict);
}

TEST_F(ClientTest, DeploysAWorkflowBuiltInCpp) {
  auto const built = workflow("travel", "built", "1.0.0").run(set("greeting").field("text", "hi"));
  auto const deployed = client_->deploy(built);
  ASSERT_TRUE(deployed.ok()) << deployed.error().message;
  EXPECT_EQ(deployed->digest, engine_.deploy(built).value().digest);
  auto const run = client_->start("travel/built", Json::object()).value();
  EXPECT_EQ(to_text(client_->wait(run.id, 10s).value().output), R"({"text":"hi"})");
}

TEST_F(ClientTest, TellsWhatIsWrongWithAWorkflow) {
  auto const broken = client_->deploy({"document: {}\ndo: 7\n", "broken.yaml"});
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(broken.error().code, ErrorCode::invalid_argument);
  EXPECT_NE(broken.error().message.find("broken.yaml:"), std::string::npos);
  auto const response =
      raw("PUT /v1/workflows HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_EQ(status_of_response(response), 422);
  auto const problem = parse_json(body_of(response)).value();
  EXPECT_GT(problem["diagnostics"].size(), 0U) << to_text(problem);
}

TEST_F(ClientTest, StartsAndWaits) {
  deploy(kTrip);
  auto const started =
      client_->start("travel/trip", Json::object({{"city", "Oslo"}}), {.id = "t1", .key = {}});
  ASSERT_TRUE(started.ok()) << started.error().message;
  EXPECT_EQ(started->id, "t1");
  EXPECT_TRUE(started->created);
  auto const end = client_->wait("t1", 10s);
  ASSERT_TRUE(end.ok()) << end.error().message;
  EXPECT_EQ(end->status, RunStatus::completed);
  EXPECT_EQ(to_text(end->output), R"({"flight":"F1","city":"Oslo"})");
}

TEST_F(ClientTest, CarriesALargeInputUpToTheLimit) {
  deploy(kTrip);
  Json input = Json::object({{"city", std::string(3'000'000, 'x')}});
  auto const run = client_->start("travel/trip", input).value();
  auto const end = client_->wait(run.id, 10s).value();
  EXPECT_EQ(end.output["city"].as_string().size(), 3'000'000U);
  input.set("more", std::string(3'000'000, 'x'));
  EXPECT_EQ(client_->start("travel/trip", input).error().code, ErrorCode::too_large);
  input.set("city", std::string(8'000'000, 'x'));
  EXPECT_EQ(client_->start("travel/trip", input).error().code, ErrorCode::too_large);
}

TEST_F(ClientTest, TheSameStartIsTheSameRun) {
  deploy(kTrip);
  auto const start = [&](int input) {
    return client_->start("travel/trip", Json(input), {.id = {}, .key = "order 7"});
  };
  auto const first = start(1).value();
  auto const second = start(1).value();
  EXPECT_EQ(first.id, second.id);
  EXPECT_FALSE(second.created);
  EXPECT_EQ(start(2).error().code, ErrorCode::conflict);
}

TEST_F(ClientTest, GivesTheEnginesErrors) {
  EXPECT_EQ(client_->start("travel/nowhere", Json()).error().code, ErrorCode::not_found);
  EXPECT_EQ(client_->status("nobody").error().code, ErrorCode::not_found);
  EXPECT_EQ(client_->wait("nobody", 10s).error().code, ErrorCode::not_found);
  EXPECT_EQ(client_->describe("nobody").error().code, ErrorCode::not_found);
  EXPECT_EQ(client_->cancel("nobody").error().code, ErrorCode::not_found);
  EXPECT_EQ(client_->workflow("a/b").error().code, ErrorCode::not_found);
  EXPECT_EQ(client_->watch("nobody", [](Json const&) { return true; }).error().code,
            ErrorCode::not_found);
  deploy(kTrip);
  EXPECT_EQ(client_->start("travel/trip", Json(), {.id = "not a name", .key = {}}).error().code,
            ErrorCode::invalid_argument);
}

TEST_F(ClientTest, AWaitEndsWhenItsTimeIsUp) {
  start_waiting("w");
  EXPECT_EQ(client_->wait("w", 20ms).error().code, ErrorCode::timed_out);
  EXPECT_EQ(client_->status("w").value().status, RunStatus::waiting);
}

TEST_F(ClientTest, AnEventWakesARun) {
  start_waiting("e");
  std::thread waiter([&] {
    auto const end = client_->wait("e", 10s);
    ASSERT_TRUE(end.ok()) << end.error().message;
    EXPECT_EQ(to_text(end->output), R"({"run":"e"})");
  });
  auto const published = client_->publish(
      Json::object({{"type", "approved"}, {"data", Json::object({{"run", "e"}})}}));
  EXPECT_TRUE(published.ok());
  waiter.join();
}

TEST_F(ClientTest, CancelUndoesWhatThePlanSays) {
  start_waiting("c");
  auto const plan = client_->plan("c").value();
  ASSERT_EQ(plan["undos"].size(), 1U) << to_text(plan);
  auto const dry = raw(post("/v1/runs/c/cancel?dryRun=true", ""));
  EXPECT_EQ(parse_json(body_of(dry)).value()["undos"], plan["undos"]);
  EXPECT_EQ(client_->status("c").value().status, RunStatus::waiting);
  EXPECT_TRUE(client_->cancel("c", "changed my mind", "me").ok());
  EXPECT_EQ(client_->wait("c", 10s).value().status, RunStatus::cancelled);
  EXPECT_EQ(undone_, 1);
  EXPECT_EQ(client_->cancel("c").error().code, ErrorCode::failed_precondition);
}

TEST_F(ClientTest, AKillHasToBeMeant) {
  start_waiting("k");
  auto const refused = raw(post("/v1/runs/k/kill", "{}"));
  EXPECT_EQ(status_of_response(refused), 409);
  EXPECT_EQ(parse_json(body_of(refused)).value()["leftBehind"].size(), 1U) << refused;
  auto const told = client_->operate("k", {.verb = Verb::kill}).error();
  EXPECT_EQ(told.code, ErrorCode::failed_precondition);
  EXPECT_NE(told.message.find("would leave 'flight' behind"), std::string::npos) << told.message;
  EXPECT_EQ(client_->status("k").value().status, RunStatus::waiting);
  EXPECT_TRUE(client_->kill("k", "enough").ok());
  EXPECT_EQ(client_->wait("k", 10s).value().status, RunStatus::killed);
  EXPECT_EQ(undone_, 0);
}

TEST_F(ClientTest, ManyRunsAreOperatedByAFilter) {
  start_waiting("m1");
  start_waiting("m2");
  RunFilter filter;
  filter.workflow = "travel/waiting";
  Operation const kill{.verb = Verb::kill, .reason = "tidy", .actor = "olga"};
  auto const dry = client_->operate_many(filter, kill, true).value();
  EXPECT_EQ(dry["done"].size(), 0U) << to_text(dry);
  ASSERT_EQ(dry["refused"].size(), 2U) << to_text(dry);
  EXPECT_EQ(dry["refused"][0]["why"], Json("a kill would leave 'flight' behind"));
  auto const held = client_->operate_many(filter, {.verb = Verb::suspend}).value();
  EXPECT_EQ(held["done"].size(), 2U) << to_text(held);
  filter.status = RunStatus::suspended;
  Operation const cancel{.verb = Verb::cancel, .reason = "tidy", .actor = "olga"};
  EXPECT_EQ(client_->operate_many(filter, cancel).value()["done"].size(), 2U);
  EXPECT_EQ(client_->operate_many(filter, {.verb = Verb::resume}).value()["done"].size(), 2U);
  for (auto const* run : {"m1", "m2"}) {
    EXPECT_EQ(client_->wait(run, 10s).value().status, RunStatus::cancelled);
    EXPECT_EQ(client_->describe(run).value()["reason"], Json("tidy"));
  }
  EXPECT_EQ(undone_, 2);
}

TEST_F(ClientTest, ManyRunsWantAFilterAndAVerbForRuns) {
  auto code = [](Result<Json> const& result) { return result.error().code; };
  RunFilter all;
  EXPECT_EQ(code(engine_.operate_many(all, {.verb = Verb::cancel})), ErrorCode::invalid_argument);
  EXPECT_EQ(code(client_->operate_many(all, {.verb = Verb::cancel})), ErrorCode::invalid_argument);
  all.status = RunStatus::waiting;
  EXPECT_EQ(code(engine_.operate_many(all, {.verb = Verb::skip})), ErrorCode::invalid_argument);
  EXPECT_EQ(engine_.operate_many(all, {.verb = Verb::cancel}).value()["done"].size(), 0U);
}

TEST_F(ClientTest, AServerThatHangsUpDoesNotEndTheProgram) {
  runtime::ApiOptions options;
  options.http.limits.header = Duration::from_ms(1);
  options.http.limits.body = Duration::from_ms(1);
  auto const impatient = ApiServer::start(engine_, std::move(options)).value();
  Client client(impatient->url());
  Json const input = Json::object({{"text", std::string(std::size_t{100} << 20U, 'x')}});
  EXPECT_FALSE(client.start("travel/trip", input).ok());
}

TEST_F(ClientTest, TellsAllAboutARun) {
  deploy(kTrip);
  ASSERT_TRUE(client_->start("travel/trip", Json::object(), {.id = "t", .key = {}}).ok());
  ASSERT_TRUE(client_->wait("t", 10s).ok());
  auto const view = client_->describe("t").value();
  EXPECT_EQ(view["status"], Json("completed"));
  EXPECT_EQ(view["workflow"], Json("travel/trip/1.0.0"));
  EXPECT_EQ(view, engine_.describe("t").value());
  auto const history = client_->history("t").value();
  EXPECT_EQ(history, engine_.history("t").value());
  EXPECT_TRUE(history["next"].is_null());
  auto const page = client_->history("t", {.after = 1, .limit = 2}).value();
  EXPECT_EQ(page["history"][0], history["history"][1]);
  EXPECT_EQ(page["next"], Json(3));
  EXPECT_EQ(client_->history("nobody").error().code, ErrorCode::not_found);
  EXPECT_EQ(client_->graph("t").value()["workflow"], Json("travel/trip/1.0.0"));
  EXPECT_TRUE(client_->graph("t").value()["graph"].is_object());
  EXPECT_EQ(client_->workflows().value().size(), 1U);
  EXPECT_EQ(client_->workflow("travel/trip").value()["source"], Json(kTrip));
  EXPECT_EQ(client_->health().value()["status"], Json("ok"));
}

TEST_F(ClientTest, ListsRunsPageByPage) {
  deploy(kTrip);
  for (char const* id : {"a", "b", "c"}) {
    ASSERT_TRUE(client_->start("travel/trip", Json(), {.id = id, .key = {}}).ok());
    ASSERT_TRUE(client_->wait(id, 10s).ok());
  }
  RunFilter filter;
  filter.limit = 2;
  filter.status = RunStatus::completed;
  filter.workflow = "travel/trip";
  auto const first = client_->list(filter).value();
  ASSERT_EQ(first["runs"].size(), 2U) << to_text(first);
  ASSERT_TRUE(first["next"].is_string());
  filter.after = first["next"].as_string();
  auto const second = client_->list(filter).value();
  EXPECT_EQ(second["runs"].size(), 1U);
  EXPECT_TRUE(second["next"].is_null());
  filter.status = RunStatus::faulted;
  filter.after.clear();
  EXPECT_EQ(client_->list(filter).value()["runs"].size(), 0U);
}

TEST_F(ClientTest, WatchesARunToItsEnd) {
  start_waiting("w");
  int views = 0;
  auto const end = client_->watch("w", [&](Json const& view) {
    EXPECT_EQ(view["id"], Json("w"));
    if (++views == 1) {
      EXPECT_TRUE(client_
                      ->publish(Json::object(
                          {{"type", "approved"}, {"data", Json::object({{"run", "w"}})}}))
                      .ok());
    }
    return true;
  });
  ASSERT_TRUE(end.ok()) << end.error().message;
  EXPECT_EQ(end->status, RunStatus::completed);
  EXPECT_GE(views, 2);
  EXPECT_EQ(client_->watch("w", [](Json const&) { return false; }).error().code,
            ErrorCode::cancelled);
}

TEST_F(ClientTest, ManyWatchersDoNotHoldUpARequest) {
  start_waiting("w");
  std::vector<RawClient> watchers;
  for (int i = 0; i < 200; ++i) {
    watchers.emplace_back(server_->port());
    watchers.back().send(get("/v1/runs/w/watch"));
    EXPECT_NE(watchers.back().read_until("event: run"), "");
  }
  EXPECT_TRUE(client_->status("w").ok());
  EXPECT_TRUE(client_->cancel("w").ok());
  for (auto& watcher : watchers) {
    EXPECT_NE(watcher.read_until("event: end").find("event: end"), std::string::npos);
  }
}

TEST_F(ClientTest, ServesManyThreads) {
  deploy(kTrip);
  std::atomic<int> completed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 25; ++n) {
        auto const run = client_->start("travel/trip", Json::object());
        if (!run.ok()) continue;
        auto const end = client_->wait(run->id, 10s);
        if (end.ok() && end->completed()) ++completed;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(completed, 200);
}

TEST_F(ClientTest, SaysThatThereIsNoServer) {
  auto const url = server_->url();
  server_.reset();
  Client const client(url);
  auto const error = client.health().error();
  EXPECT_EQ(error.code, ErrorCode::unavailable);
  EXPECT_EQ(error.message, "there is no server at " + url);
  EXPECT_EQ(Client("nonsense").health().error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(Client("http://127.0.0.1:1/v1").health().error().code, ErrorCode::invalid_argument);
}

TEST_F(ClientTest, AWaitIsAnsweredWhenTheServerStops) {
  start_waiting("w");
  RawClient waiting(server_->port());
  waiting.send(get("/v1/runs/w/outcome?wait=1h"));
  RawClient watching(server_->port());
  watching.send(get("/v1/runs/w/watch"));
  watching.read_until("event: run");
  // The wait was sent first on another connection; one answer on this one is no proof that it has
  // been taken, so the stop may also find it unread and close it.
  server_->stop(Duration::from_seconds(5));
  auto const answer = waiting.read_all();
  EXPECT_TRUE(answer.empty() || answer.find(R"("status":"waiting")") != std::string::npos)
      << answer;
  EXPECT_NE(watching.read_all().find("0\r\n\r\n"), std::string::npos);
}

TEST_F(ClientTest, StartsAndWaitsInOneRequest) {
  deploy(kTrip);
  auto const ended = raw(post("/v1/workflows/travel/trip/runs?wait=10s", R"({"city": "Oslo"})",
                              "Idempotency-Key: k1\r\n"));
  EXPECT_EQ(status_of_response(ended), 200);
  auto const outcome = parse_json(body_of(ended)).value();
  EXPECT_EQ(outcome["status"], Json("completed"));
  EXPECT_NE(ended.find("Location: /v1/runs/" + std::string(outcome["id"].as_string())),
            std::string::npos);
  deploy(kWaiting);
  auto const goes_on = raw(post("/v1/workflows/travel/waiting/1.0.0/runs?wait=10ms&id=x", ""));
  EXPECT_EQ(status_of_response(goes_on), 202);
  EXPECT_EQ(body_of(goes_on), R"({"id":"x","created":true})");
}

TEST_F(ClientTest, RefusesWhatItCanNotRead) {
  deploy(kTrip);
  auto const status = [&](std::string const& request) { return status_of_response(raw(request)); };
  EXPECT_EQ(status(post("/v1/workflows/travel/trip/runs", "{oops")), 400);
  EXPECT_EQ(status(post("/v1/workflows/travel/trip/runs?wait=soon", "{}")), 400);
  EXPECT_EQ(status(post("/v1/workflows/travel/trip/runs?delay=1h", "{}")), 400);
  EXPECT_EQ(status(get("/v1/runs?status=odd")), 400);
  EXPECT_EQ(status(get("/v1/runs?limit=0")), 400);
  EXPECT_EQ(status(get("/v1/runs?limit=1001")), 400);
  EXPECT_EQ(status(post("/v1/workflows/travel/trip/runs?id=", "{}")), 400);
  std::string const start = "POST /v1/workflows/travel/trip/runs HTTP/1.1\r\nHost: localhost\r\n";
  EXPECT_EQ(status(start + "Idempotency-Key:\r\nContent-Length: 2\r\n\r\n{}"), 400);
  EXPECT_EQ(status(start + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"), 415);
  EXPECT_EQ(status(post("/v1/runs/x/cancel", "[]")), 400);
  EXPECT_EQ(status(post("/v1/runs/x/cancel", R"({"reason": 1})")), 400);
  EXPECT_EQ(status(post("/v1/events", R"({"source": "x"})")), 400);
  EXPECT_EQ(status(get("/nowhere")), 404);
  auto const wrong = raw(get("/v1/runs/x/cancel"));
  EXPECT_EQ(status_of_response(wrong), 405);
  EXPECT_NE(wrong.find("Allow: POST"), std::string::npos);
}

TEST_F(ClientTest, DescribesItself) {
  EXPECT_EQ(status_of_response(raw(get("/readyz"))), 200);
  EXPECT_EQ(status_of_response(raw(get("/healthz"))), 200);
  auto const document = parse_json(body_of(raw(get("/v1/openapi.json")))).value();
  EXPECT_TRUE(document["paths"]["/v1/runs/{id}/watch"]["get"].is_object());
}

}  // namespace
}  // namespace skald
