// The examples of the Open Workflow Specification that need nothing but an input and the network,
// each run against a stand-in that answers whatever it is asked. docs/ows-examples.md lists all.

#include <gtest/gtest.h>
#include <httplib.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "runtime/engine/engine.hpp"
#include "tests/cli/command.hpp"

namespace skald::cli {
namespace {

using namespace testing;

constexpr char kDocument[] = R"({ "swagger": "2.0", "host": "petstore.swagger.io",
  "basePath": "/v2", "schemes": ["https"], "paths": { "/pet/findByStatus": { "get": {
  "operationId": "findPetsByStatus", "parameters": [ { "name": "status", "in": "query",
  "required": true, "type": "array", "collectionFormat": "multi",
  "items": { "type": "string" } } ] } } } })";

constexpr char kOrders[] = R"({ "openapi": "3.0.3", "servers": [ { "url": "http://myorg.io" } ],
  "paths": { "/log": { "post": { "operationId": "logreading" } },
             "/report": { "get": { "operationId": "produceReport" } } } })";

constexpr char kRegister[] = R"(
document: { dsl: '1.0.3', namespace: test, name: register-customer, version: '0.1.0' }
do: [ { registered: { set: { customer: '${ .customer }' } } } ]
)";

class Anything {
 public:
  Anything() {
    server_.set_pre_routing_handler([](httplib::Request const& request, httplib::Response& answer) {
      answer.set_content(request.path.ends_with("swagger.json") ? kDocument
                         : request.path.ends_with("ordersservices.json")
                             ? kOrders
                             : R"({"id":1,"name":"Rex","status":"available",)"
                               R"("homeworld":"https://swapi.dev/api/planets/1"})",
                         "application/json");
      return httplib::Server::HandlerResponse::Handled;
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
  }
  ~Anything() {
    server_.stop();
    thread_.join();
  }
  std::vector<Rewrite> instead_of(std::vector<std::string> const& hosts) const {
    std::vector<Rewrite> rewrites;
    for (auto const& host : hosts) {
      rewrites.push_back({host, "http://127.0.0.1:" + std::to_string(port_)});
    }
    return rewrites;
  }

 private:
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

struct Example {
  char const* file;
  char const* input;
  char const* status = "completed";
  std::vector<char const*> events = {};
};

constexpr char kPet[] = R"({"petId":1,"token":"t"})";
constexpr char kWarm[] = R"({"type":"my.home.sensors.temperature","roomid":"r1",
    "source":"https://my.home.com/sensor","data":{"reading":21}})";
constexpr char kDamp[] = R"({"type":"my.home.sensors.humidity","roomid":"r1",
    "source":"https://my.home.com/sensor","data":{"reading":40}})";
Example const kExamples[] = {
    // Its `output.as` takes '.data' of an array of events, which is an error of jq.
    {"accumulate-room-readings", "{}", "faulted", {kWarm, kDamp}},
    {"authentication-bearer", kPet},
    {"authentication-bearer-uri-format", kPet},
    {"authentication-reusable", kPet},
    {"call-custom-function-inline", "{}"},
    {"call-http-endpoint-interpolation", kPet},
    {"call-http-endpoint-interpolation-shorthand", kPet},
    {"call-http-query-headers-expressions", R"({"searchQuery":"luke"})"},
    {"call-http-query-parameters", R"({"searchQuery":"luke"})"},
    {"call-http-redirect", R"({"searchQuery":"luke"})"},
    {"call-openapi", "{}"},
    {"call-openapi-redirect", "{}"},
    {"conditional-task", R"({"customer":{"age":20},"bet":1})"},
    {"conditional-task", R"({"customer":{"age":16},"bet":1})", "faulted"},
    {"do-multiple", kPet},
    {"do-single", kPet},
    {"emit", "{}"},
    {"for-inline-array", "{}"},
    {"fork", R"({"patient":{"fullName":"A"},"room":{"number":1}})"},
    {"raise-inline", "{}", "faulted"},
    {"raise-reusable", "{}", "faulted"},
    {"run-script-with-stdin-and-arguments", "{}"},
    {"run-shell-stdin-and-arguments", "{}"},
    {"run-subflow", R"({"user":"Ada"})"},
    {"star-wars-homeworld", R"({"id":1})"},
    {"switch-then-string", R"({"orderType":"electronic"})"},
    {"try-catch", kPet},
    {"try-catch-retry-inline", kPet},
    {"try-catch-retry-reusable", kPet},
    {"try-catch-then", kPet},
    {"try-catch-then-directive", "{}"},
};

std::string conformance_dir() {
  char const* variable = std::getenv("SKALD_CONFORMANCE_DIR");
  return variable != nullptr ? variable : SKALD_CONFORMANCE_DIR;
}

TEST(OpenWorkflowExamples, RunAgainstAStandIn) {
  auto const folder = conformance_dir() + "/ows/examples/";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "SKALD_CONFORMANCE_DIR names no folder";
  Anything const there;
  for (auto const& example : kExamples) {
    EngineOptions options;
    options.in_memory = true;
    options.allow_shell = true;
    options.allow_scripts = {"js"};
    options.targets = there.instead_of({"https://petstore.swagger.io", "https://swapi.dev",
                                        "https://superbet-casinos.com", "https://fake-hospital.com",
                                        "https://external-service.example.com", "http://myorg.io"});
    auto engine = Engine::open(std::move(options));
    ASSERT_TRUE(engine.ok());
    ASSERT_TRUE(engine->deploy({kRegister, "register-customer.yaml"}).ok());
    auto source = load(folder + example.file + ".yaml");
    ASSERT_TRUE(source.ok()) << example.file;
    auto const deployed = engine->deploy(std::move(*source));
    ASSERT_TRUE(deployed.ok()) << example.file << "\n" << deployed.error().message;
    auto const run = engine->start(deployed->workflow, parse_json(example.input).value());
    ASSERT_TRUE(run.ok()) << example.file;
    for (auto const* event : example.events) {
      ASSERT_TRUE(engine->publish(parse_json(event).value()).ok());
    }
    auto const end = run->wait(std::chrono::seconds(30));
    ASSERT_TRUE(end.ok()) << example.file << ": " << end.error().message;
    EXPECT_STREQ(to_string(end->status), example.status)
        << example.file << ": " << to_text(end->error);
  }
}

}  // namespace
}  // namespace skald::cli
