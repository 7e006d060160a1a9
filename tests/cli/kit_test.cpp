// The scenarios of the Open Workflow Specification's conformance kit, through `skald test`.

#include <gtest/gtest.h>
#include <httplib.h>

#include <cstdlib>
#include <thread>

#include "tests/cli/command.hpp"

namespace skald::cli {
namespace {

using namespace testing;

std::string kit_dir() {
  char const* variable = std::getenv("SKALD_CONFORMANCE_DIR");
  return variable != nullptr ? variable : SKALD_CONFORMANCE_DIR;
}

// The two operations of the kit, as the document of petstore.swagger.io has them.
constexpr char kPetstore[] = R"({
  "swagger": "2.0", "host": "petstore.swagger.io", "basePath": "/v2",
  "schemes": ["https", "http"],
  "paths": {
    "/pet/findByStatus": { "get": {
      "operationId": "findPetsByStatus",
      "parameters": [{ "name": "status", "in": "query", "required": true, "type": "array",
        "items": { "type": "string", "enum": ["available", "pending", "sold"] },
        "collectionFormat": "multi" }] } },
    "/pet/{petId}": { "get": {
      "operationId": "getPetById",
      "parameters": [{ "name": "petId", "in": "path", "required": true, "type": "integer" }] } }
  } })";

// Answers as petstore.swagger.io and httpbin.org do to what the kit asks of them.
class StandIn {
 public:
  StandIn() {
    server_.Get("/v2/swagger.json", [](httplib::Request const&, auto& answer) {
      answer.set_content(kPetstore, "application/json");
    });
    server_.Get("/v2/pet/findByStatus", [](httplib::Request const& request, auto& answer) {
      auto const status = request.get_param_value("status");
      answer.set_content(R"([{"id":1,"name":"Rex","status":")" + status + R"("}])",
                         "application/json");
    });
    server_.Get(R"(/v2/pet/(\d+))", [](httplib::Request const& request, auto& answer) {
      auto const id = request.matches[1].str();
      answer.set_content(R"({"id":)" + id + R"(,"name":"Rex","status":"available"})",
                         "application/json");
    });
    server_.Get(R"(/basic-auth/(.+)/(.+))", [](httplib::Request const& request, auto& answer) {
      auto const [name, wanted] =
          httplib::make_basic_authentication_header(request.matches[1], request.matches[2]);
      answer.status = request.get_header_value(name) == wanted ? 200 : 401;
      answer.set_content(R"({"authenticated":true})", "application/json");
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
  }
  ~StandIn() {
    server_.stop();
    thread_.join();
  }
  std::string rewrite(std::string const& from) const {
    return from + "=http://127.0.0.1:" + std::to_string(port_);
  }

 private:
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

class ConformanceKit : public ::testing::Test {
 protected:
  void SetUp() override {
    if (kit_dir().empty()) GTEST_SKIP() << "SKALD_CONFORMANCE_DIR names no folder";
  }
  static std::string feature(std::string const& name) {
    return kit_dir() + "/ows/ctk/" + name + ".feature";
  }
  static void expect(std::vector<std::string> arguments, std::string const& count) {
    arguments.insert(arguments.begin(), "test");
    auto const printed = skald(arguments);
    EXPECT_TRUE(printed.out.ends_with(count + " passed, 0 failed\n")) << printed.out << printed.err;
    EXPECT_EQ(printed.code, 0);
  }
};

TEST_F(ConformanceKit, PassesWhatNeedsNoNetwork) {
  std::vector<std::string> files;
  for (auto const* name : {"branch", "do", "emit", "flow", "for", "raise", "set", "switch"}) {
    files.push_back(feature(name));
  }
  expect(files, "11");
  expect({feature("data-flow"), "--filter", "Input Filtering"}, "1");
}

TEST_F(ConformanceKit, PassesWhatNeedsTheNetwork) {
  StandIn const there;
  std::vector<std::string> const rewrites{"--rewrite", there.rewrite("https://petstore.swagger.io"),
                                          "--rewrite", there.rewrite("https://httpbin.org")};
  auto const with = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), rewrites.begin(), rewrites.end());
    return arguments;
  };
  expect(with({feature("data-flow")}), "3");
  expect(with({feature("try")}), "2");
  expect(with({feature("call")}), "5");
}

}  // namespace
}  // namespace skald::cli
