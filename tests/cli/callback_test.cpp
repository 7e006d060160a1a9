// Calls that end when their participant calls back, over HTTP.

#include <gtest/gtest.h>
#include <httplib.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "runtime/api/api_server.hpp"
#include "runtime/engine/engine.hpp"
#include "tests/cli/command.hpp"
#include "tests/cli/served.hpp"

namespace skald::cli {
namespace {

using namespace testing;

constexpr char kPublic[] = "http://skald.example";
constexpr char kWorkflow[] = R"yaml(
document: { dsl: '1.0.3', namespace: demo, name: paint, version: '1.0.0' }
do:
  - paint:
      call: http
      await: callback
      with: { method: post, endpoint: http://paint.example/jobs }
      timeout: PT1H
  - said: { set: { colour: '${ $tasks.paint.colour }' } }
)yaml";

// Takes jobs, and remembers where their results are wanted.
class Painter {
 public:
  Painter() {
    server_.Post("/jobs", [this](httplib::Request const& request, httplib::Response& answer) {
      std::lock_guard const lock(mutex_);
      callback_ = request.get_header_value("Skald-Callback");
      answer.status = 202;
      come_.notify_all();
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
  }
  ~Painter() {
    server_.stop();
    thread_.join();
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::string callback() {
    std::unique_lock lock(mutex_);
    come_.wait_for(lock, std::chrono::seconds(30), [this] { return !callback_.empty(); });
    return callback_;
  }

 private:
  httplib::Server server_;
  std::mutex mutex_;
  std::condition_variable come_;
  std::string callback_;
  int port_ = 0;
  std::thread thread_;
};

class CallbackTest : public ::testing::Test {
 protected:
  void open(std::string callback_url) {
    EngineOptions options;
    options.data_dir = scratch_dir() + "/data";
    options.callback_url = std::move(callback_url);
    options.targets = {{"http://paint.example", painter_.url()}};
    engine_.reset();
    engine_.emplace(Engine::open(std::move(options)).value());
    api_ = std::move(runtime::ApiServer::start(*engine_, {.host = "127.0.0.1", .port = 0}).value());
  }
  void TearDown() override {
    api_.reset();
    engine_.reset();
  }
  void start() {
    EXPECT_TRUE(engine_->deploy({kWorkflow, "paint.yaml"}).ok());
    EXPECT_TRUE(engine_->start("demo/paint", Json(), {.id = "r-1"}).ok());
  }
  // The same id and the same input are the same run.
  Outcome end() {
    auto const run = engine_->start("demo/paint", Json(), {.id = "r-1"}).value();
    return run.wait(std::chrono::seconds(30)).value();
  }
  // The status of posting the body to the callback, at the server under test.
  int post(std::string const& url, std::string const& body,
           char const* type = "application/json") const {
    EXPECT_TRUE(url.starts_with(kPublic)) << url;
    httplib::Client client(api_->url());
    auto const answer = client.Post(url.substr(sizeof kPublic - 1), body, type);
    return answer ? answer->status : 0;
  }

  Painter painter_;
  std::optional<Engine> engine_;
  std::unique_ptr<runtime::ApiServer> api_;
};

TEST_F(CallbackTest, EndsTheCallOnce) {
  open(kPublic);
  start();
  auto const url = painter_.callback();
  EXPECT_EQ(post(url, R"({"colour":"red"})"), 204);
  EXPECT_EQ(to_text(end().output), R"({"colour":"red"})");
  EXPECT_EQ(post(url, R"({"colour":"blue"})"), 409);
}

TEST_F(CallbackTest, CanNotBeGuessed) {
  open(kPublic);
  start();
  auto url = painter_.callback();
  EXPECT_EQ(post(url + "1", "{}"), 404);
  auto const at = url.find("callbacks/") + 10;
  url[at] = url[at] == '0' ? '1' : '0';
  EXPECT_EQ(post(url, "{}"), 404);
  EXPECT_EQ(post(std::string(kPublic) + "/v1/callbacks/x", "{}"), 404);
}

TEST_F(CallbackTest, IsTheSameAfterARestart) {
  open(kPublic);
  start();
  auto const url = painter_.callback();
  TearDown();
  open(kPublic);
  EXPECT_EQ(post(url, R"({"colour":"red"})"), 204);
  EXPECT_EQ(end().status, RunStatus::completed);
}

TEST_F(CallbackTest, AProblemDocumentIsARefusal) {
  open(kPublic);
  start();
  EXPECT_EQ(post(painter_.callback(), R"({"status":409,"detail":"no paint"})",
                 "application/problem+json"),
            204);
  auto const outcome = end();
  EXPECT_EQ(outcome.status, RunStatus::faulted);
  EXPECT_EQ(outcome.error["status"], Json(409));
  EXPECT_NE(to_text(outcome.error).find("no paint"), std::string::npos) << to_text(outcome.error);
}

// The port is known before the server listens: what is sent at once can call back.
TEST(ServeCallbacks, AreWantedAtThePortThatWasFree) {
  Painter painter;
  Served const server({"--rewrite", "http://paint.example=" + painter.url()});
  EXPECT_EQ(server.call({"deploy", scratch_file("paint.yaml", kWorkflow)}).code, 0);
  EXPECT_EQ(server.call({"start", "demo/paint", "--id", "r-1"}).code, 0);
  auto const url = painter.callback();
  ASSERT_TRUE(url.starts_with(server.url() + "/v1/callbacks/")) << url;
  httplib::Client client(server.url());
  auto const answer =
      client.Post(url.substr(server.url().size()), R"({"colour":"red"})", "application/json");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 204);
  EXPECT_EQ(server.json({"wait", "r-1"})["output"], Json::object({{"colour", "red"}}));
}

TEST_F(CallbackTest, WithoutAnAddressTheCallIsNotSent) {
  open("");
  start();
  auto const outcome = end();
  EXPECT_EQ(outcome.status, RunStatus::faulted);
  EXPECT_NE(to_text(outcome.error).find("--public-url"), std::string::npos)
      << to_text(outcome.error);
}

}  // namespace
}  // namespace skald::cli
