#include "runtime/executor/http_call.hpp"

#include <gtest/gtest.h>

#include "base/sealed.hpp"
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

// A PUT that is answered by "moved" has not been done yet.
TEST(HttpCall, KeepsItsMethodWhenWhatItCallsHasMoved) {
  auto const after = [](std::string const& method, int status) {
    auto const first =
        built(R"({"method": ")" + method + R"(", "endpoint": "https://h/a", "body": 1})");
    auto const next = follow(first, status, "/b").value();
    return next.method + (next.has_body ? " with body" : "");
  };
  for (int const status : {301, 302, 307, 308}) {
    EXPECT_EQ(after("put", status), "PUT with body") << status;
    EXPECT_EQ(after("delete", status), "DELETE with body") << status;
  }
  EXPECT_EQ(after("post", 301), "GET");
  EXPECT_EQ(after("post", 302), "GET");
  EXPECT_EQ(after("post", 308), "POST with body");
  for (char const* method : {"put", "post", "delete"}) EXPECT_EQ(after(method, 303), "GET");
}

// A call with the secret `key`, whose value is "opened-key", at `where`.
HttpCall with_secret(std::string_view with, std::string_view where) {
  Json shown = json(with);
  shown.set(where, where == "headers" ? Json::object({{"X-Key", secret("key")}, {"X", "y"}})
                                      : Json::object({{"k", secret("key")}}));
  auto const read = [](std::string const&) -> Result<Json> { return Json("opened-key"); };
  auto request = call(1, "http", open_secrets(shown, read).value());
  return build_call(request, TargetTable(), shown).value();
}

TEST(HttpCall, LeavesSecretHeadersBehindWhenItIsLedElsewhere) {
  auto const first = with_secret(R"({"method": "get", "endpoint": "https://h/a"})", "headers");
  ASSERT_NE(find_header(first.headers, "X-Key"), nullptr);
  EXPECT_NE(find_header(follow(first, 307, "/b").value().headers, "X-Key"), nullptr);
  auto const other = follow(first, 307, "https://other/b").value();
  EXPECT_EQ(find_header(other.headers, "X-Key"), nullptr);
  EXPECT_NE(find_header(other.headers, "X"), nullptr);
}

TEST(HttpCall, SendsNoSecretBodyOrQueryElsewhere) {
  auto const body = with_secret(R"({"method": "post", "endpoint": "https://h/a"})", "body");
  EXPECT_TRUE(follow(body, 307, "/b").ok());
  EXPECT_TRUE(follow(body, 303, "https://other/b").ok());
  EXPECT_EQ(follow(body, 307, "https://other/b").error().message,
            "the redirection leads to another server, and the body of the call holds a secret");
  auto const query = with_secret(R"({"method": "get", "endpoint": "https://h/a"})", "query");
  EXPECT_TRUE(follow(query, 302, "https://other/b").ok());
  EXPECT_EQ(follow(query, 302, "https://other/b?k=opened-key").error().message,
            "the redirection leads to another server, and the query of the call holds a secret");
}

TEST(HttpCall, SendsNoHeadersElsewhereThatAreASecretAsAWhole) {
  Json const shown = json(R"({"method": "get", "endpoint": "https://h/a"})");
  Json sealed = shown;
  sealed.set("headers", secret("headers"));
  auto request = call(1, "http", shown);
  request.with.set("headers", json(R"({"X-Pin": "1234"})"));
  auto const first = build_call(request, TargetTable(), sealed).value();
  EXPECT_TRUE(follow(first, 302, "/b").ok());
  EXPECT_EQ(follow(first, 302, "https://other/b").error().message,
            "the redirection leads to another server, and the headers of the call are a secret");
}

// Of an endpoint with a secret in it: what is shown, and where it goes.
HttpCall sealed_endpoint(Json const& endpoint, std::string const& value) {
  Json const shown = Json::object({{"method", "get"}, {"endpoint", endpoint}});
  auto const read = [&](std::string const&) -> Result<Json> { return Json(value); };
  auto request = call(1, "http", open_secrets(shown, read).value());
  auto built = build_call(request, TargetTable(), shown);
  EXPECT_TRUE(built.ok()) << (built.ok() ? "" : built.error().message);
  return built.ok() ? *built : HttpCall{};
}

TEST(HttpCall, ShowsAnAddressOfASecretByItsName) {
  auto const whole = sealed_endpoint(secret("shop"), "https://hidden.example:99/v1?k=1");
  EXPECT_EQ(shown_origin(whole), "<secret shop>");
  EXPECT_EQ(shown_url(whole), "<secret shop>");
  auto const host = sealed_endpoint(sealed_text(sealed_text("https://", secret("shop")), "/v1"),
                                    "hidden.example");
  EXPECT_EQ(shown_origin(host), "https://<secret shop>");
  auto const path = sealed_endpoint(sealed_text("https://h/", secret("shop")), "hidden");
  EXPECT_EQ(shown_origin(path), "https://h:443");
  EXPECT_EQ(shown_url(path), "https://h/<secret shop>");
}

TEST(HttpCall, SaysWhatIsWrongWithoutTheSecret) {
  Json const shown = Json::object({{"method", "get"}, {"endpoint", secret("shop")}});
  auto request = call(1, "http", json(R"({"method": "get", "endpoint": "abc"})"));
  auto const built = build_call(request, TargetTable(), shown);
  EXPECT_EQ(
      built.error().message,
      "'<secret shop>' is not a URL that can be called: it must begin with http:// or https://");
}

}  // namespace
}  // namespace skald::runtime
