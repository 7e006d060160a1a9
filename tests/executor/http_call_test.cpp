#include "runtime/executor/http_call.hpp"

#include <gtest/gtest.h>

#include "tests/executor/answers.hpp"

namespace skald::runtime {
namespace {

using test::call;

Json json(std::string_view text) {
  return parse_json(text).value();
}

HttpCall built(std::string_view with, std::vector<Target> targets = {}) {
  auto result = build_call(call(1, "http", json(with)), TargetTable(std::move(targets)));
  EXPECT_TRUE(result.ok()) << with << ": " << (result.ok() ? "" : result.error().message);
  return result.ok() ? *result : HttpCall{};
}

std::string error_of(std::string_view with) {
  auto const result = build_call(call(1, "http", json(with)), TargetTable());
  return result.ok() ? "no error" : result.error().message;
}

TEST(HttpCall, IsWrittenAsOneRequest) {
  auto const text = to_wire(
      built(R"({"method": "put", "endpoint": "http://h:81/r/1", "body": {"city": "Rome"}})"));
  EXPECT_EQ(text,
            "PUT /r/1 HTTP/1.1\r\nHost: h:81\r\nContent-Type: application/json\r\n"
            "Idempotency-Key: key-1\r\nUser-Agent: skald/0.1\r\nAccept: */*\r\nSkald-Run: run-1\r\n"
            "Skald-Step: /do/0/hotel\r\nSkald-Attempt: 1\r\nSkald-Direction: forward\r\n"
            "Content-Length: 15\r\n\r\n{\"city\":\"Rome\"}");
}

TEST(HttpCall, NamesTheActionThatItUndoes) {
  auto request = call(1, "http", json(R"({"method": "delete", "endpoint": "http://h/"})"));
  request.direction = saga::Direction::undo;
  request.undoes = "key-of-action";
  auto const built = build_call(request, TargetTable());
  ASSERT_TRUE(built.ok());
  EXPECT_EQ(*find_header(built->headers, "Skald-Undoes"), "key-of-action");
  EXPECT_EQ(*find_header(built->headers, "Skald-Direction"), "undo");
}

TEST(HttpCall, AppendsTheQuery) {
  auto const one = built(
      R"({"method": "get", "endpoint": "http://h/p?a=1#x", "query": {"b c": "d&e", "n": 2, "l": [1, "x"], "z": null}})");
  EXPECT_EQ(one.url.target, "/p?a=1&b%20c=d%26e&n=2&l=1&l=x");
  EXPECT_EQ(one.written_url, "http://h/p?a=1&b%20c=d%26e&n=2&l=1&l=x");
}

TEST(HttpCall, KeepsTheWrittenUrlWhenRewritten) {
  auto const one = built(R"({"method": "get", "endpoint": "https://h/p"})",
                         {{"https://h", "http://127.0.0.1:9", 3}});
  EXPECT_EQ(one.written_url, "https://h/p");
  EXPECT_EQ(one.url.text(), "http://127.0.0.1:9/p");
  EXPECT_EQ(one.target, 0U);
}

TEST(HttpCall, SendsTheBodyAsItsTypeSays) {
  EXPECT_EQ(built(R"({"method": "post", "endpoint": "http://h/", "body": "text"})").body,
            "\"text\"");
  EXPECT_EQ(built(R"({"method": "post", "endpoint": "http://h/", "body": "<a/>",
                      "headers": {"content-type": "text/xml; charset=utf-8"}})")
                .body,
            "<a/>");
  EXPECT_EQ(built(R"({"method": "post", "endpoint": "http://h/", "body": "text",
                      "headers": {"content-type": "application/merge-patch+json"}})")
                .body,
            "\"text\"");
  EXPECT_EQ(built(R"({"method": "post", "endpoint": "http://h/", "body": {"a": "x y", "b": 1},
                      "headers": {"content-type": "application/x-www-form-urlencoded"}})")
                .body,
            "a=x%20y&b=1");
  EXPECT_FALSE(built(R"({"method": "get", "endpoint": "http://h/"})").has_body);
}

TEST(HttpCall, KnowsBasicAndBearer) {
  auto const basic = built(
      R"({"method": "get", "endpoint": {"uri": "http://h/", "authentication": {"basic": {"username": "Aladdin", "password": "open sesame"}}}})");
  EXPECT_EQ(*find_header(basic.headers, "authorization"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  auto const bearer = built(
      R"({"method": "get", "endpoint": "http://h/", "authentication": {"bearer": {"token": "t"}}})");
  EXPECT_EQ(*find_header(bearer.headers, "Authorization"), "Bearer t");
}

TEST(HttpCall, SaysWhatIsWrong) {
  EXPECT_EQ(error_of(R"({"endpoint": "http://h/"})"), "the http call has no 'method'");
  EXPECT_EQ(error_of(R"({"method": "fetch", "endpoint": "http://h/"})"),
            "'fetch' is not an HTTP method");
  EXPECT_EQ(error_of(R"({"method": "get"})"), "the http call has no 'endpoint'");
  EXPECT_EQ(error_of(R"({"method": "get", "endpoint": "hotel/1"})"),
            "'hotel/1' is not a URL that can be called: it must begin with http:// or https://");
  EXPECT_EQ(error_of(R"({"method": "get", "endpoint": "http://h/", "headers": {"a b": "1"}})"),
            "header 'a b' is not a valid header name");
  EXPECT_EQ(
      error_of(R"({"method": "get", "endpoint": "http://h/", "headers": {"a": "1\r\nb: 2"}})"),
      "header 'a' holds a control character");
  EXPECT_EQ(
      error_of(R"({"method": "get", "endpoint": "http://h/", "headers": {"Content-Length": 1}})"),
      "header 'Content-Length' is set by skald and can not be given");
  EXPECT_EQ(error_of(R"({"method": "get", "endpoint": "http://h/", "query": {"a": {}}})"),
            "query parameter 'a' must be a string, a number or a boolean, not an object");
  EXPECT_EQ(error_of(R"({"method": "get", "endpoint": "http://h/", "output": "all"})"),
            "\"all\" is no output of an http call");
  EXPECT_EQ(
      error_of(R"({"method": "get", "endpoint": "http://h/", "authentication": {"oauth2": {}}})"),
      "this kind of authentication is not supported");
}

TEST(HttpCall, FollowsWithoutCarryingCredentialsAway) {
  auto const first = built(
      R"({"method": "post", "endpoint": "https://h/a", "body": 1, "authentication": {"bearer": {"token": "t"}}})");
  auto const same = follow(first, 307, "/b");
  ASSERT_TRUE(same.ok());
  EXPECT_EQ(same->method, "POST");
  EXPECT_EQ(same->body, "1");
  EXPECT_NE(find_header(same->headers, "Authorization"), nullptr);
  auto const other = follow(first, 303, "https://other/b");
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(other->method, "GET");
  EXPECT_FALSE(other->has_body);
  EXPECT_EQ(find_header(other->headers, "Authorization"), nullptr);
  EXPECT_FALSE(follow(first, 302, "http://h/b").ok());
}

}  // namespace
}  // namespace skald::runtime
