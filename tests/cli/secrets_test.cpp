// A canary: the text of a secret is in requests, and nowhere that skald writes or shows.

#include <gtest/gtest.h>
#include <httplib.h>

#include <filesystem>
#include <mutex>
#include <thread>

#include "runtime/engine/engine.hpp"
#include "tests/cli/command.hpp"
#include "tests/cli/served.hpp"

namespace skald::cli {
namespace {

using namespace testing;

constexpr char kCanary[] = "canary-5f3a9c77";

// Repeats what it is sent, in body and headers; refuses what has no key.
class Echo {
 public:
  Echo() {
    auto const echo = [this](httplib::Request const& request, httplib::Response& answer) {
      std::lock_guard const lock(mutex_);
      seen_ += request.target + request.body;
      for (auto const& [name, value] : request.headers) {
        seen_ += "\n" + name + ": " + value;
        answer.set_header("Echo-" + name, value);
      }
      answer.set_content("{\"you\":\"" + request.get_header_value("X-Key") + "\"}",
                         "application/json");
      if (request.path == "/refuse") answer.status = 401;
    };
    server_.Get("/.*", echo);
    server_.Post("/.*", echo);
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
  }
  ~Echo() {
    server_.stop();
    thread_.join();
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::string seen() {
    std::lock_guard const lock(mutex_);
    return seen_;
  }

 private:
  httplib::Server server_;
  std::mutex mutex_;
  std::string seen_;
  int port_ = 0;
  std::thread thread_;
};

constexpr char kCanaryFlow[] = R"yaml(
document: { dsl: '1.0.3', namespace: demo, name: canary, version: '1.0.0' }
use:
  secrets: [ shop, login, token ]
  authentications: { me: { basic: { use: login } } }
do:
  - remember: { set: { key: '${ $secrets.shop.key }', header: '${ "Key \($secrets.shop.key)" }' } }
  - ask:
      call: http
      with:
        method: post
        endpoint: { uri: http://shop.example/ask, authentication: { use: me } }
        headers: { X-Key: '${ .header }' }
        query: { key: '${ .key }' }
        body: '${ {all: .} }'
        output: response
      export: { as: '${ {got: ., scheme: $authorization.scheme} }' }
      compensate:
        - forget:
            call: http
            with:
              method: get
              endpoint: { uri: http://shop.example/forget, authentication: { bearer: { use: token } } }
              headers: { X-Key: '${ $secrets.shop.key }' }
  - shout: { emit: { event: { with: { type: demo.shout, data: '${ {key: $secrets.shop.key} }' } } } }
  - refuse:
      call: http
      with:
        method: get
        endpoint: http://shop.example/refuse
        headers: { X-Key: '${ $secrets.shop.key }' }
)yaml";

std::string secrets_dir() {
  auto dir = scratch_dir() + "/secrets";
  std::filesystem::create_directories(dir);
  scratch_file("secrets/shop", std::string(R"({"key":")") + kCanary + "\"}");
  scratch_file("secrets/login", std::string(R"({"username":"me","password":")") + kCanary + "\"}");
  scratch_file("secrets/token", std::string(kCanary) + "\n");
  return dir;
}

std::string everything_below(std::string const& dir) {
  std::string all;
  for (auto const& entry : std::filesystem::recursive_directory_iterator(dir)) {
    if (entry.is_regular_file()) all += read_text(entry.path().string());
  }
  return all;
}

// Neither the text nor what Base64 makes of it, alone or behind "me:".
void expect_hidden(std::string const& text) {
  for (auto const* canary : {kCanary, "bWU6Y2FuYXJ5", "Y2FuYXJ5LTVmM2E5Yz"}) {
    EXPECT_EQ(text.find(canary), std::string::npos) << canary << " in " << text;
  }
}

TEST(Secrets, AreInRequestsAndNowhereElse) {
  Echo echo;
  auto const data = scratch_dir() + "/data";
  auto const dir = secrets_dir();
  auto const file = scratch_file("canary.yaml", kCanaryFlow);
  auto const printed = skald({"run", file, "--data-dir", data, "--id", "c1", "--secrets", dir,
                              "--rewrite", "http://shop.example=" + echo.url(), "-o", "json"});
  EXPECT_EQ(printed.code, 5) << printed.out << printed.err;
  auto const seen = echo.seen();
  EXPECT_NE(seen.find("X-Key: Key canary-5f3a9c77"), std::string::npos) << seen;
  EXPECT_NE(seen.find("key=canary-5f3a9c77"), std::string::npos) << seen;
  EXPECT_NE(seen.find(R"({"all":{"key":"canary-5f3a9c77","header":"Key canary-5f3a9c77"}})"),
            std::string::npos)
      << seen;
  EXPECT_NE(seen.find("Authorization: Bearer canary-5f3a9c77"), std::string::npos) << seen;
  EXPECT_NE(seen.find("Authorization: Basic " + std::string("bWU6Y2FuYXJ5LTVmM2E5Yzc3")),
            std::string::npos)
      << seen;
  EngineOptions options;
  options.data_dir = data;
  std::string shown = printed.out + printed.err;
  {
    auto engine = Engine::open(std::move(options));
    ASSERT_TRUE(engine.ok()) << engine.error().message;
    shown += to_text(engine->describe("c1").value()) + to_text(engine->history("c1").value()) +
             to_text(engine->list().value()) + to_text(engine->workflows()) +
             to_text(engine->workflow("demo/canary").value()) + to_text(engine->health());
  }
  EXPECT_NE(shown.find("<secret shop.key>"), std::string::npos) << shown;
  expect_hidden(shown);
  expect_hidden(everything_below(data));
}

// Every page that a server has of a run, its log, and what it wrote.
TEST(Secrets, AreOnNoPageOfAServer) {
  Echo echo;
  auto const file = scratch_file("canary.yaml", kCanaryFlow);
  Served server({"--secrets", secrets_dir(), "--rewrite", "http://shop.example=" + echo.url(),
                 "--deploy", file});
  std::string shown;
  auto const call = [&](std::vector<std::string> const& arguments) {
    auto const printed = server.call(arguments);
    shown += printed.out + printed.err;
    return printed.code;
  };
  EXPECT_EQ(call({"start", "demo/canary", "--id", "c1"}), 0);
  EXPECT_EQ(call({"wait", "c1", "--timeout", "30s"}), 5) << shown;
  EXPECT_EQ(call({"show", "c1"}), 0);
  EXPECT_EQ(call({"history", "c1", "-o", "json"}), 0);
  EXPECT_EQ(call({"plan", "c1"}), 0) << shown;
  httplib::Client client(server.url());
  for (auto const* page :
       {"/v1/runs", "/v1/runs/c1", "/v1/runs/c1/history", "/v1/runs/c1/graph", "/v1/runs/c1/plan",
        "/v1/workflows", "/v1/workflows/demo/canary", "/v1/targets", "/healthz", "/metrics"}) {
    auto const answer = client.Get(page);
    ASSERT_TRUE(answer) << page;
    shown += answer->body;
  }
  EXPECT_EQ(server.stop(), 0);
  EXPECT_NE(shown.find("<secret shop.key>"), std::string::npos) << shown;
  expect_hidden(shown);
  expect_hidden(server.log());
  expect_hidden(everything_below(scratch_dir() + "/data"));
  EXPECT_NE(echo.seen().find(kCanary), std::string::npos);
}

TEST(Secrets, ThatAreMissingFailTheCallClearly) {
  Echo echo;
  auto const file = scratch_file("canary.yaml", kCanaryFlow);
  std::filesystem::create_directories(scratch_dir() + "/none");
  auto const printed =
      skald({"run", file, "--data-dir", scratch_dir() + "/d", "--secrets", scratch_dir() + "/none",
             "--rewrite", "http://shop.example=" + echo.url(), "-o", "json"});
  EXPECT_EQ(printed.code, 8);
  EXPECT_NE(printed.out.find("errors/authorization"), std::string::npos) << printed.out;
  EXPECT_NE(printed.out.find("there is no secret 'shop'"), std::string::npos) << printed.out;
  EXPECT_TRUE(echo.seen().empty());
}

}  // namespace
}  // namespace skald::cli
