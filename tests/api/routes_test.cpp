#include "runtime/api/routes.hpp"

#include <set>

#include <gtest/gtest.h>

#include "runtime/api/cloud_events.hpp"

namespace skald::runtime {
namespace {

RouteMatch match(std::string_view method, std::string_view target) {
  HttpRequest request;
  EXPECT_TRUE(parse_target(target, request));
  return find_route(method, request.segments);
}

std::string operation(std::string_view method, std::string_view target) {
  auto const found = match(method, target);
  return found.route == nullptr ? "none" : std::string(found.route->operation);
}

TEST(Routes, AreFoundByMethodAndPath) {
  EXPECT_EQ(operation("PUT", "/v1/workflows"), "deployWorkflow");
  EXPECT_EQ(operation("GET", "/v1/workflows/a/b/1.0.0"), "getWorkflowVersion");
  EXPECT_EQ(operation("POST", "/v1/workflows/a/b/runs"), "startRun");
  EXPECT_EQ(operation("POST", "/v1/workflows/a/b/1.0.0/runs"), "startRunOfVersion");
  EXPECT_EQ(operation("HEAD", "/healthz"), "getHealth");
  EXPECT_EQ(match("GET", "/v1/runs/trip%2F42/history").params, std::vector<std::string>{"trip/42"});
  for (char const* nowhere : {"/", "/v1", "/v1/runs/a/b", "/v1/runs/a/history/x", "/v2/runs"}) {
    EXPECT_EQ(operation("GET", nowhere), "none") << nowhere;
  }
}

TEST(Routes, TellWhichMethodsAPathHas) {
  EXPECT_EQ(match("DELETE", "/v1/workflows").allowed, "PUT, GET");
  EXPECT_EQ(match("GET", "/v1/runs/x/cancel").allowed, "POST");
  EXPECT_EQ(match("GET", "/nowhere").allowed, "");
}

TEST(Routes, EachHasOneHandlerAndANameOfItsOwn) {
  std::set<std::string_view> names;
  for (Route const& route : all_routes()) {
    EXPECT_NE(route.answer == nullptr, route.serve == nullptr) << route.pattern;
    EXPECT_TRUE(names.insert(route.operation).second) << route.operation;
  }
}

std::string query_fault(std::string_view method, std::string_view target) {
  HttpRequest request;
  EXPECT_TRUE(parse_target(target, request));
  auto const known = check_query(*match(method, target).route, request);
  return known.ok() ? "" : known.error().message + "; " + known.error().hint;
}

TEST(Routes, RefuseAQueryParameterTheyDoNotKnow) {
  EXPECT_EQ(query_fault("POST", "/v1/runs/x/cancel?dryRun=true"), "");
  EXPECT_EQ(query_fault("POST", "/v1/runs/x/cancel?dry_run=true"),
            "cancelRun has no query parameter 'dry_run'; did you mean 'dryRun'?");
  EXPECT_EQ(query_fault("GET", "/v1/runs?workflow=a/b&parent=p&roots=true&limit=3&after=c"), "");
  EXPECT_EQ(query_fault("POST", "/v1/workflows/a/b/runs?in=1h"),
            "startRun has no query parameter 'in'; there are: wait id");
  EXPECT_EQ(query_fault("GET", "/healthz?x"),
            "getHealth has no query parameter 'x'; leave it away");
}

TEST(Routes, AServerThatTakesNoRunsIsNotReady) {
  EXPECT_EQ(readiness(false, "ok").status, 200);
  EXPECT_EQ(readiness(true, "ok").status, 503);
  auto const low = readiness(false, "low");
  EXPECT_EQ(low.status, 503);
  EXPECT_NE(find_header(low.headers, "Retry-After"), nullptr);
  EXPECT_NE(low.body.find("the space on the disk is low"), std::string::npos) << low.body;
}

TEST(Routes, AreAllInTheOpenApiDocument) {
  Json const document = openapi_document();
  EXPECT_EQ(document["openapi"], Json("3.1.0"));
  std::size_t operations = 0;
  for (auto const& [path, item] : document["paths"].members()) operations += item.size();
  EXPECT_EQ(operations, all_routes().size());
  Json const& start = document["paths"]["/v1/workflows/{namespace}/{name}/runs"]["post"];
  EXPECT_EQ(start["operationId"], Json("startRun"));
  EXPECT_EQ(start["parameters"].size(), 5U);
  EXPECT_TRUE(start["responses"]["202"].is_object());
}

TEST(Routes, ReadAWait) {
  EXPECT_EQ(parse_wait("30s").value(), Duration::from_seconds(30));
  EXPECT_EQ(parse_wait("500ms").value(), Duration::from_ms(500));
  EXPECT_EQ(parse_wait("2m").value(), Duration::from_seconds(120));
  EXPECT_EQ(parse_wait("7").value(), Duration::from_seconds(7));
  EXPECT_EQ(parse_wait("PT1.5S").value(), Duration::from_ms(1500));
  EXPECT_EQ(parse_wait("99999999999h").value(), Duration::from_seconds(86'400));
  for (char const* bad : {"", "s", "-1s", "30x", "soon", "1s2", "99999999999999999999s"}) {
    EXPECT_FALSE(parse_wait(bad).ok()) << bad;
  }
}

HttpRequest event_request(HttpHeaders headers, std::string body) {
  HttpRequest request;
  request.headers = std::move(headers);
  request.body = std::move(body);
  return request;
}

std::string events(HttpHeaders headers, std::string body) {
  auto const read = read_events(event_request(std::move(headers), std::move(body)));
  return read.ok() ? to_text(Json::array(*read)) : "error: " + read.error().message;
}

TEST(CloudEvents, AreReadInEveryForm) {
  EXPECT_EQ(events({{"Content-Type", "application/cloudevents+json"}}, R"({"type": "a"})"),
            R"([{"type":"a"}])");
  EXPECT_EQ(events({{"Content-Type", "application/cloudevents-batch+json"}},
                   R"([{"type": "a"}, {"type": "b"}])"),
            R"([{"type":"a"},{"type":"b"}])");
  EXPECT_EQ(
      events({{"ce-type", "a"}, {"CE-Source", "/s%20x"}, {"Content-Type", "application/json"}},
             "[1]"),
      R"([{"type":"a","source":"/s x","datacontenttype":"application/json","data":[1]}])");
  EXPECT_EQ(events({{"ce-type", "a"}, {"Content-Type", "text/plain"}}, "hi"),
            R"([{"type":"a","datacontenttype":"text/plain","data":"hi"}])");
  EXPECT_EQ(events({{"ce-type", "a"}, {"Content-Type", "image/png"}}, "\xFF"),
            R"([{"type":"a","datacontenttype":"image/png","data_base64":"/w=="}])");
}

TEST(CloudEvents, AreRefusedWithoutAType) {
  EXPECT_EQ(events({}, R"({"source": "x"})"), "error: a CloudEvent is an object with a 'type'");
  EXPECT_EQ(events({}, "[1]"), "error: a CloudEvent is an object with a 'type'");
  EXPECT_TRUE(events({}, "").starts_with("error"));
}

}  // namespace
}  // namespace skald::runtime
