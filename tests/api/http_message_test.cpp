#include "runtime/api/http_message.hpp"

#include <gtest/gtest.h>

#include "runtime/api/host_check.hpp"
#include "runtime/api/wire.hpp"

namespace skald::runtime {
namespace {

HttpRequest request(HttpHeaders headers) {
  HttpRequest out;
  out.headers = std::move(headers);
  return out;
}

TEST(HttpMessage, TakesATargetApart) {
  HttpRequest parsed;
  ASSERT_TRUE(parse_target("/v1/runs/a%2Fb/?wait=30s&q=a+b%26&flag&&x=", parsed));
  EXPECT_EQ(parsed.segments, (std::vector<std::string>{"v1", "runs", "a/b"}));
  EXPECT_EQ(parsed.parameter("wait"), "30s");
  EXPECT_EQ(parsed.parameter("q"), "a b&");
  EXPECT_EQ(parsed.parameter("flag"), "");
  EXPECT_EQ(parsed.parameter("x"), "");
  EXPECT_EQ(parsed.parameter("y"), std::nullopt);
  HttpRequest other;
  EXPECT_FALSE(parse_target("http://x/", other));
  EXPECT_FALSE(parse_target("/%FF", other));
}

TEST(HttpMessage, WritesAProblem) {
  auto const response = problem({ErrorCode::not_found, "no run 'x'", "list them"});
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body,
            R"({"type":"about:blank","title":"Not Found","status":404,"detail":"no run 'x'",)"
            R"("code":"not_found","hint":"list them"})");
  EXPECT_EQ(*find_header(response.headers, "Content-Type"), "application/problem+json");
  EXPECT_EQ(*find_header(problem({ErrorCode::overloaded, "", ""}).headers, "Retry-After"), "1");
}

TEST(HttpMessage, CanNotBeSplitByAHeader) {
  auto const text = to_wire({200, {{"Location", "/x\r\nEvil: 1"}, {"A", "b"}}, "hi"}, false, true);
  EXPECT_EQ(text.find("Evil"), std::string::npos);
  EXPECT_NE(text.find("\r\nA: b\r\nContent-Length: 2\r\n\r\nhi"), std::string::npos);
}

TEST(HostCheck, LetsOnlyItsOwnNamesPass) {
  HostPolicy const policy;
  for (char const* good : {"localhost", "LOCALHOST:8080", "127.0.0.1:80", "127.1.2.3", "[::1]:80",
                           "skald.localhost"}) {
    EXPECT_FALSE(check_host(request({{"Host", good}}), policy)) << good;
  }
  for (char const* bad :
       {"evil.example", "127.evil.example", "localhost.evil.example", "10.0.0.1", "", "[::2]"}) {
    EXPECT_TRUE(check_host(request({{"Host", bad}}), policy)) << bad;
  }
  EXPECT_EQ(check_host(request({}), policy)->status, 400);
  EXPECT_EQ(check_host(request({{"Host", "localhost"}, {"host", "localhost"}}), policy)->status,
            400);
  HostPolicy const named{.loopback = true, .hosts = {"skald.local"}, .origins = {}};
  EXPECT_FALSE(check_host(request({{"Host", "skald.local:1"}}), named));
}

TEST(HostCheck, LetsOnlyItsOwnPagesPass) {
  HostPolicy const policy{.loopback = true, .hosts = {}, .origins = {"https://console.example"}};
  auto const passes = [&](char const* origin) {
    return !check_host(request({{"Host", "localhost:8080"}, {"Origin", origin}}), policy);
  };
  EXPECT_TRUE(passes("http://localhost:8080"));
  EXPECT_TRUE(passes("https://console.example"));
  EXPECT_FALSE(passes("http://localhost:9090"));
  EXPECT_FALSE(passes("http://evil.example"));
  EXPECT_FALSE(passes("null"));
}

}  // namespace
}  // namespace skald::runtime
