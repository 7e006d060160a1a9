#include "runtime/executor/http_reply.hpp"

#include <gtest/gtest.h>

#include "base/base64.hpp"
#include "runtime/executor/http_date.hpp"
#include "tests/executor/answers.hpp"

namespace skald::runtime {
namespace {

constexpr Time kNow{784111777LL * 1'000'000};  // Sun, 06 Nov 1994 08:49:37 GMT

saga::Answer answer_to(std::string const& extra, HttpReply reply) {
  auto const with = parse_json(R"({"method": "get", "endpoint": "http://h/p")" + extra + "}");
  auto const call = build_call(test::call(1, "http", with.value()), TargetTable());
  return answer_of(call.value(), std::move(reply), kNow);
}

HttpReply json_reply(int status, std::string body) {
  return {status, {{"Content-Type", "application/json; charset=utf-8"}}, std::move(body)};
}

TEST(HttpReply, GivesTheContent) {
  auto const answer = answer_to("", json_reply(200, R"({"id": "R1"})"));
  EXPECT_EQ(answer.kind, saga::Answer::Kind::response);
  EXPECT_EQ(to_text(answer.output), R"({"id":"R1"})");
  EXPECT_EQ(answer.message, "");
  EXPECT_TRUE(answer_to("", {204, {}, ""}).output.is_null());
  EXPECT_EQ(answer_to("", {200, {{"content-type", "text/plain"}}, "hi"}).output, Json("hi"));
  EXPECT_EQ(answer_to("", {200, {}, "\xFF\xFE"}).output, Json("//4="));
  EXPECT_EQ(
      to_text(answer_to("", {200, {{"content-type", "application/problem+json"}}, "[1]"}).output),
      "[1]");
}

TEST(HttpReply, StaysASuccessWhenItsJsonIsBroken) {
  auto const answer = answer_to("", json_reply(201, "{oops"));
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.output, Json("{oops"));
  EXPECT_TRUE(answer.message.starts_with("the answer says that it is JSON and is not"));
}

TEST(HttpReply, GivesRawBytesAsBase64) {
  EXPECT_EQ(answer_to(R"(, "output": "raw")", {200, {}, std::string("\0ab", 3)}).output,
            Json("AGFi"));
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
}

TEST(HttpReply, GivesTheWholeResponseWithoutCredentials) {
  auto const answer =
      answer_to(R"(, "output": "response", "authentication": {"bearer": {"token": "secret"}})",
                json_reply(200, "1"));
  EXPECT_EQ(answer.output["statusCode"], Json(200));
  EXPECT_EQ(answer.output["content"], Json(1));
  EXPECT_EQ(answer.output["request"]["method"], Json("get"));
  EXPECT_EQ(answer.output["request"]["uri"], Json("http://h/p"));
  EXPECT_EQ(answer.output["request"]["headers"]["Idempotency-Key"], Json("key-1"));
  EXPECT_EQ(to_text(answer.output).find("secret"), std::string::npos);
}

TEST(HttpReply, TellsTheReasonOfAFailure) {
  auto const answer =
      answer_to("", json_reply(409, R"({"title": "Conflict", "detail": "sold out"})"));
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(answer.message, "HTTP 409 Conflict: sold out");
  EXPECT_TRUE(answer.output.is_null());
  EXPECT_EQ(answer_to("", {500, {}, ""}).message, "HTTP 500 Internal Server Error");
  for (auto const* body : {"not found", "404 Not Found\n"}) {
    EXPECT_EQ(answer_to("", {404, {}, body}).message, "HTTP 404 Not Found");
  }
  auto const wide = answer_to("", {502, {}, "<html>\n\n  down  " + std::string(1000, 'x')});
  EXPECT_TRUE(wide.message.starts_with("HTTP 502 Bad Gateway: <html> down xxx"));
  EXPECT_LT(wide.message.size(), 240U);
}

TEST(HttpReply, ReadsRetryAfter) {
  EXPECT_EQ(answer_to("", {429, {{"Retry-After", " 7 "}}, ""}).retry_after,
            Duration::from_seconds(7));
  EXPECT_EQ(
      answer_to("", {503, {{"retry-after", "Sun, 06 Nov 1994 08:49:40 GMT"}}, ""}).retry_after,
      Duration::from_seconds(3));
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:30 GMT", kNow), Duration{});
  EXPECT_EQ(parse_retry_after("soon", kNow), std::nullopt);
  EXPECT_EQ(parse_retry_after("-1", kNow), std::nullopt);
}

TEST(HttpReply, ReadsThatItIsNotFinished) {
  EXPECT_EQ(answer_to("", {202, {{"Skald-Ongoing", "1500"}}, ""}).ongoing, Duration::from_ms(1500));
  EXPECT_EQ(answer_to("", {202, {{"skald-ongoing", "999999999"}}, ""}).ongoing,
            Duration::from_seconds(3600));
  EXPECT_EQ(answer_to("", {202, {{"Skald-Ongoing", "soon"}}, ""}).ongoing, std::nullopt);
  EXPECT_EQ(answer_to("", {202, {{"Skald-Ongoing", "-1"}}, ""}).ongoing, std::nullopt);
  EXPECT_EQ(answer_to("", {202, {}, ""}).ongoing, std::nullopt);
}

TEST(HttpDate, IsWrittenAsItIsRead) {
  EXPECT_EQ(to_http_date(kNow), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(parse_http_date(to_http_date(Time{0})), Time{0});
  EXPECT_EQ(to_http_date(Time{-1}).substr(0, 16), "Wed, 31 Dec 1969");
}

TEST(HttpReply, TreatsARedirectionAsTheCallSays) {
  auto const refused = answer_to("", {302, {{"Location", "/x"}}, ""});
  EXPECT_EQ(refused.kind, saga::Answer::Kind::response);
  EXPECT_EQ(refused.message, "HTTP 302 Found");
  auto const allowed = answer_to(R"(, "redirect": true)", {304, {}, ""});
  EXPECT_EQ(allowed.kind, saga::Answer::Kind::returned);
  EXPECT_EQ(allowed.message, "");
}

}  // namespace
}  // namespace skald::runtime
