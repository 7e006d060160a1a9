#include "runtime/executor/http_executor.hpp"

#include <algorithm>
#include <atomic>

#include <gtest/gtest.h>

#include "base/sealed.hpp"
#include "tests/executor/answers.hpp"
#include "tests/executor/raw_server.hpp"

namespace skald::runtime {
namespace {

using Kind = saga::Answer::Kind;
using test::always;
using test::Answers;
using test::call;
using test::closed_port;
using test::Gate;
using test::RawConnection;
using test::RawServer;

constexpr Duration kSoon = Duration::from_ms(60);

Json to(std::string const& url, std::string const& method = "get") {
  return Json::object({{"method", method}, {"endpoint", url}});
}

Json following(std::string const& url, std::string const& method = "get") {
  Json with = to(url, method);
  with.set("redirect", true);
  return with;
}

class HttpExecutorTest : public testing::Test {
 protected:
  void start(HttpOptions options = {}) {
    executor_ = HttpExecutor::make(std::move(options), answers_.callback()).value();
  }
  saga::Answer ask(std::uint64_t run, Json with, Duration timeout = Duration::from_seconds(10)) {
    if (!executor_) start();
    executor_->submit(call(run, "http", std::move(with), timeout));
    return answers_.wait(run);
  }

  Answers answers_;
  std::unique_ptr<HttpExecutor> executor_;
};

TEST_F(HttpExecutorTest, BringsTheAnswer) {
  RawServer server(always(201, R"({"id":"R1"})", "Content-Type: application/json\r\n"));
  auto const answer = ask(1, to(server.url("/r"), "put"));
  EXPECT_EQ(answer.kind, Kind::response);
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(to_text(answer.output), R"({"id":"R1"})");
}

TEST_F(HttpExecutorTest, BringsRefusalsAndFailuresAsTheyAre) {
  RawServer refusing(always(409, "sold out"));
  RawServer failing(always(503, "", "Retry-After: 3\r\n"));
  RawServer busy(always(429, "", "Retry-After: 1\r\n"));
  EXPECT_EQ(ask(1, to(refusing.url())).message, "HTTP 409 Conflict: sold out");
  auto const failure = ask(2, to(failing.url()));
  EXPECT_EQ(failure.status, 503);
  EXPECT_EQ(failure.retry_after, Duration::from_seconds(3));
  EXPECT_EQ(ask(3, to(busy.url())).retry_after, Duration::from_seconds(1));
}

TEST_F(HttpExecutorTest, AsksNoPrivateAddressWhereOnlyPublicOnesAreAllowed) {
  RawServer server(always(200, "secret"));
  HttpOptions options;
  options.public_only = true;
  options.targets = {{.from = "http://shop.example", .to = server.url()}};
  start(std::move(options));
  auto const refused = ask(1, to(server.url()));
  EXPECT_EQ(refused.kind, Kind::not_sent);
  EXPECT_TRUE(refused.invalid);
  EXPECT_NE(refused.message.find("at the private address 127.0.0.1"), std::string::npos)
      << refused.message;
  EXPECT_TRUE(ask(2, to("http://localhost:" + server.url().substr(17))).invalid);
  EXPECT_EQ(ask(3, to("http://shop.example/")).status, 200);
}

TEST_F(HttpExecutorTest, FollowsNoRedirectionToAPrivateAddressThere) {
  RawServer inside(always(200, "secret"));
  RawServer server(always(302, "", "Location: " + inside.url() + "\r\n"));
  HttpOptions options;
  options.public_only = true;
  options.targets = {{.from = "http://shop.example", .to = server.url()}};
  start(std::move(options));
  auto const refused = ask(1, following("http://shop.example/"));
  EXPECT_EQ(refused.kind, Kind::failed);
  EXPECT_NE(refused.message.find("private address"), std::string::npos) << refused.message;
}

TEST_F(HttpExecutorTest, ARefusedConnectionWasNotSent) {
  auto const answer = ask(1, to("http://127.0.0.1:" + std::to_string(closed_port()) + "/"));
  EXPECT_EQ(answer.kind, Kind::not_sent);
  EXPECT_FALSE(answer.invalid);
  EXPECT_NE(answer.message.find("Connection refused"), std::string::npos) << answer.message;
}

TEST_F(HttpExecutorTest, WrongArgumentsAreToldFromBadLuck) {
  auto const answer = ask(1, to("nowhere"));
  EXPECT_EQ(answer.kind, Kind::not_sent);
  EXPECT_TRUE(answer.invalid);
  EXPECT_TRUE(HttpExecutor::make({.targets = {{"x", "y", 1}}}, answers_.callback())
                  .error()
                  .message.starts_with("'x' is not a URL"));
}

TEST_F(HttpExecutorTest, ADeadNameWasNotSentAndHoldsUpNobody) {
  RawServer server(always(200, "\"here\"", "Content-Type: application/json\r\n"));
  auto const gate = std::make_shared<Gate>();
  HttpOptions options;
  options.resolver.threads = 2;
  options.resolver.lookup = [gate](std::string const& host) -> Result<Addresses> {
    if (host == "alive.test") return Addresses{"127.0.0.1"};
    if (host == "gone.test") return Error{ErrorCode::unavailable, "no such name", ""};
    gate->wait();
    return Addresses{"127.0.0.1"};
  };
  start(std::move(options));
  EXPECT_EQ(ask(1, to("http://gone.test/")).message, "no such name");
  executor_->submit(call(2, "http", to("http://silent.test/"), kSoon));
  std::string const port = std::to_string(server.port());
  EXPECT_EQ(ask(3, to("http://alive.test:" + port + "/")).output, Json("here"));
  EXPECT_EQ(answers_.wait(2).kind, Kind::not_sent);
  gate->open();
}

TEST_F(HttpExecutorTest, TriesTheNextAddressOfAName) {
  RawServer server(always(200, ""));
  HttpOptions options;
  options.resolver.lookup = [](std::string const&) -> Result<Addresses> {
    return Addresses{"::1", "127.0.0.1"};
  };
  start(std::move(options));
  EXPECT_EQ(ask(1, to("http://two.test:" + std::to_string(server.port()) + "/")).status, 200);
}

TEST_F(HttpExecutorTest, AServerThatHangsUpWithoutAnAnswerLeavesItInDoubt) {
  RawServer server([](RawConnection& connection) { connection.read_request(); });
  RawServer resetting([](RawConnection& connection) {
    connection.read_request();
    connection.reset();
  });
  EXPECT_EQ(ask(1, to(server.url())).kind, Kind::lost);
  EXPECT_EQ(ask(2, to(resetting.url())).kind, Kind::lost);
}

TEST_F(HttpExecutorTest, AnAnswerThatBreaksOffLeavesItInDoubt) {
  RawServer server([](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of");
  });
  RawServer headless([](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nConte");
  });
  RawServer babbling([](RawConnection& connection) {
    connection.read_request();
    connection.send("SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n");
  });
  auto const half = ask(1, to(server.url()));
  EXPECT_EQ(half.kind, Kind::lost);
  EXPECT_NE(half.message.find("broke its answer off"), std::string::npos) << half.message;
  EXPECT_EQ(ask(2, to(headless.url())).kind, Kind::lost);
  EXPECT_EQ(ask(3, to(babbling.url())).kind, Kind::lost);
}

TEST_F(HttpExecutorTest, ASlowAnswerIsLostAtTheDeadline) {
  Gate gate;
  RawServer server([&](RawConnection& connection) {
    connection.read_request();
    gate.wait();
  });
  auto const answer = ask(1, to(server.url()), kSoon);
  EXPECT_EQ(answer.kind, Kind::lost);
  EXPECT_NE(answer.message.find("did not answer in time"), std::string::npos);
  gate.open();
}

TEST_F(HttpExecutorTest, UsesAConnectionAgain) {
  RawServer server(always(200, "x"));
  for (std::uint64_t run = 1; run <= 20; ++run) EXPECT_EQ(ask(run, to(server.url())).status, 200);
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(executor_->stats().reused, 19U);
}

TEST_F(HttpExecutorTest, DoesNotUseAConnectionThatTheServerMeansToClose) {
  RawServer closing(always(200, "x", "Connection: close\r\n"));
  RawServer brief(always(200, "x", "Keep-Alive: timeout=0, max=5\r\n"));
  for (std::uint64_t run = 1; run <= 3; ++run) EXPECT_EQ(ask(run, to(closing.url())).status, 200);
  for (std::uint64_t run = 4; run <= 6; ++run) EXPECT_EQ(ask(run, to(brief.url())).status, 200);
  EXPECT_EQ(closing.connections(), 3);
  EXPECT_EQ(brief.connections(), 3);
}

TEST_F(HttpExecutorTest, SurvivesConnectionsThatDiedWhileTheyWereIdle) {
  // Says nothing of closing, and closes. The second request may come before the close is known,
  // which leaves it in doubt; it must never be taken for not sent, and never hang.
  RawServer server([](RawConnection& connection) {
    connection.read_request();
    connection.answer(200, "x");
  });
  for (std::uint64_t run = 1; run <= 50; ++run) {
    auto const answer = ask(run, to(server.url()));
    EXPECT_TRUE(answer.status == 200 || answer.kind == Kind::lost) << answer.message;
  }
}

TEST_F(HttpExecutorTest, CarriesFiveHundredRequestsAtOnceOnOneThread) {
  constexpr std::uint64_t kMany = 500;
  std::atomic<std::uint64_t> arrived{0};
  Gate all_here;
  RawServer server([&](RawConnection& connection) {
    if (connection.read_request().empty()) return;
    if (++arrived == kMany) all_here.open();
    all_here.wait();
    connection.answer(200, "x");
    connection.read_request();
  });
  start({.in_flight = kMany});
  for (std::uint64_t run = 1; run <= kMany; ++run) {
    executor_->submit(call(run, "http", to(server.url())));
  }
  answers_.wait_for_count(kMany);
  for (auto const& [run, answer] : answers_.all()) EXPECT_EQ(answer.status, 200) << answer.message;
  EXPECT_EQ(server.connections(), static_cast<int>(kMany));
  EXPECT_EQ(executor_->stats().in_flight, 0U);
}

TEST_F(HttpExecutorTest, KeepsToTheLimitOfATargetAndLetsTheOthersPass) {
  std::atomic<int> open{0};
  std::atomic<int> most{0};
  RawServer limited([&](RawConnection& connection) {
    while (!connection.read_request().empty()) {
      int const now = ++open;
      int seen = most;
      while (now > seen && !most.compare_exchange_weak(seen, now)) {
      }
      --open;
      connection.answer(200, "x");
    }
  });
  start({.targets = {{"http://hotel.test", limited.url(""), 2}}});
  for (std::uint64_t run = 1; run <= 100; ++run) {
    executor_->submit(call(run, "http", to("http://hotel.test/r")));
  }
  answers_.wait_for_count(100);
  EXPECT_LE(most, 2);
  EXPECT_LE(limited.connections(), 2);
}

TEST_F(HttpExecutorTest, WhatWaitsIsNotSentOnceTheBreakerOpens) {
  Gate gate;
  RawServer dying([&](RawConnection& connection) {
    connection.read_request();
    gate.wait();
  });
  start({.in_flight = 1, .breaker = 1});
  for (std::uint64_t run = 1; run <= 3; ++run)
    executor_->submit(call(run, "http", to(dying.url())));
  EXPECT_EQ(executor_->targets().at(0).queued, 2U);
  gate.open();
  EXPECT_EQ(answers_.wait(1).kind, Kind::lost);
  for (std::uint64_t run = 2; run <= 3; ++run) {
    auto const answer = answers_.wait(run);
    EXPECT_EQ(answer.kind, Kind::not_sent);
    EXPECT_NE(answer.message.find("its breaker is open"), std::string::npos) << answer.message;
  }
  EXPECT_EQ(dying.connections(), 1);
}

TEST_F(HttpExecutorTest, ForgetsServersThatItHasNotCalledForLong) {
  HttpOptions options;
  options.max_lanes = 8;
  options.resolver.lookup = [](std::string const&) -> Result<Addresses> {
    return Error{ErrorCode::unavailable, "no such name", ""};
  };
  start(std::move(options));
  for (std::uint64_t run = 1; run <= 40; ++run) {
    ask(run, to("http://gone-" + std::to_string(run) + ".test/"));
  }
  auto const targets = executor_->targets();
  EXPECT_LE(targets.size(), 8U);
  EXPECT_TRUE(std::any_of(targets.begin(), targets.end(),
                          [](auto const& each) { return each.name == "http://gone-40.test:80"; }));
}

TEST_F(HttpExecutorTest, WithdrawsWhatWasNotSentAndOnlyThat) {
  Gate arrived;
  Gate gate;
  RawServer server([&](RawConnection& connection) {
    connection.read_request();
    arrived.open();
    gate.wait();
    connection.answer(200, "x");
  });
  start({.in_flight = 1});
  executor_->submit(call(1, "http", to(server.url())));
  executor_->submit(call(2, "http", to(server.url())));
  executor_->submit(call(3, "http", to(server.url()), kSoon));
  arrived.wait();
  executor_->withdraw({1, 1, 1});
  executor_->withdraw({2, 1, 1});
  EXPECT_EQ(answers_.wait(2).kind, Kind::not_sent);
  EXPECT_EQ(answers_.wait(3).kind, Kind::not_sent) << "its deadline passed in the queue";
  EXPECT_EQ(executor_->stats().queued, 0U);
  gate.open();
  EXPECT_EQ(answers_.wait(1).status, 200);
}

TEST_F(HttpExecutorTest, RefusesWhatIsOverTheQueue) {
  Gate gate;
  RawServer server([&](RawConnection& connection) {
    connection.read_request();
    gate.wait();
    connection.answer(200, "x");
  });
  start({.in_flight = 1, .max_queued = 1});
  for (std::uint64_t run = 1; run <= 3; ++run) {
    executor_->submit(call(run, "http", to(server.url())));
  }
  EXPECT_EQ(answers_.wait(3).kind, Kind::not_sent);
  EXPECT_FALSE(answers_.wait(3).invalid);
  gate.open();
  answers_.wait_for_count(3);
}

TEST_F(HttpExecutorTest, AnAttemptThatFailsAtOnceDoesNotDragTheQueueIntoTheDeep) {
  constexpr std::uint64_t kMany = 20'000;
  HttpOptions options;
  options.in_flight = 1;
  options.resolver.lookup = [](std::string const&) -> Result<Addresses> {
    return Error{ErrorCode::unavailable, "no such name", ""};
  };
  start(std::move(options));
  for (std::uint64_t run = 1; run <= kMany; ++run) {
    executor_->submit(call(run, "http", to("http://gone.test/")));
  }
  answers_.wait_for_count(kMany);
}

TEST_F(HttpExecutorTest, AnAnswerOverTheLimitFails) {
  RawServer stated(always(200, std::string(2000, 'x')));
  RawServer chunked([](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 20; ++i) connection.send("64\r\n" + std::string(100, 'x') + "\r\n");
    connection.send("0\r\n\r\n");
  });
  start({.max_response = 1000});
  auto const answer = ask(1, to(stated.url()));
  EXPECT_EQ(answer.kind, Kind::failed);
  EXPECT_NE(answer.message.find("larger than allowed (1000 bytes)"), std::string::npos);
  EXPECT_EQ(ask(2, to(chunked.url())).kind, Kind::failed);
}

TEST_F(HttpExecutorTest, ReadsEveryFraming) {
  RawServer chunked([](RawConnection& connection) {
    connection.read_request();
    connection.send(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    connection.send("3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: 1\r\n\r\n");
    connection.read_request();
  });
  RawServer until_end([](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.0 200 OK\r\n\r\nabcde");
  });
  RawServer headers_only([](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    connection.read_request();
  });
  RawServer big(always(200, std::string(5'000'000, 'x')));
  EXPECT_EQ(ask(1, to(chunked.url())).output, Json("abcde"));
  EXPECT_EQ(ask(2, to(until_end.url())).output, Json("abcde"));
  EXPECT_TRUE(ask(3, to(headers_only.url(), "head")).output.is_null());
  EXPECT_EQ(ask(4, to(big.url())).output.as_string().size(), 5'000'000U);
}

TEST_F(HttpExecutorTest, SendsALargeBody) {
  RawServer server([](RawConnection& connection) {
    connection.answer(200, std::to_string(connection.read_request().size()));
  });
  Json with = to(server.url(), "post");
  with.set("body", std::string(3'000'000, 'x'));
  EXPECT_GT(std::stoul(std::string(ask(1, std::move(with)).output.as_string())), 3'000'000U);
}

TEST_F(HttpExecutorTest, FollowsRedirectionsOnlyWhenTheCallSaysSo) {
  auto const tell_method = [](RawConnection& connection) {
    std::string const request = connection.read_request();
    connection.answer(200, request.substr(0, request.find(' ')));
  };
  // Each closes its connection after one answer, so each is asked once.
  RawServer there(tell_method);
  RawServer elsewhere(tell_method);
  RawServer moved(always(307, "", "Location: " + there.url("/there") + "\r\n"));
  RawServer see_other(always(303, "", "Location: " + elsewhere.url("/there") + "\r\n"));
  EXPECT_EQ(ask(1, to(moved.url(), "post")).status, 307);
  EXPECT_EQ(ask(3, following(see_other.url(), "post")).output, Json("GET"));
  RawServer again(always(307, "", "Location: " + there.url("/there") + "\r\n"));
  EXPECT_EQ(ask(2, following(again.url(), "post")).output, Json("POST"));
}

TEST_F(HttpExecutorTest, ARedirectionThatLeadsNowhereIsInDoubt) {
  RawServer circle(always(302, "", "Location: /again\r\n"));
  std::string const nowhere = "http://127.0.0.1:" + std::to_string(closed_port()) + "/";
  RawServer away(always(302, "", "Location: " + nowhere + "\r\n"));
  auto const endless = ask(1, following(circle.url()));
  EXPECT_EQ(endless.kind, Kind::lost);
  EXPECT_NE(endless.message.find("redirects more than 10 times"), std::string::npos);
  EXPECT_EQ(ask(2, following(away.url(), "post")).kind, Kind::lost);
}

class HttpSecretsTest : public HttpExecutorTest {
 protected:
  // Begins with secrets that come from variables.
  void start_with(std::vector<std::pair<std::string, std::string>> const& secrets) {
    for (auto const& [name, value] : secrets)
      setenv(("SKALD_HTTP_TEST_" + name).c_str(), value.c_str(), 1);
    HttpOptions options;
    options.secrets = std::make_shared<Secrets>(SecretOptions{"", "SKALD_HTTP_TEST_"});
    start(std::move(options));
  }
};

TEST_F(HttpSecretsTest, AreNotShownByAServerThatRepeatsThem) {
  std::string const canary = "p@ss/word=Zq9+\"\\";
  std::string const lines = "first line of it\n  second line of it";
  start_with({{"CANARY", canary}, {"LINES", lines}});
  RawServer echoing([](RawConnection& connection) {
    std::string const request = connection.read_request();
    auto const body = request.substr(request.find("\r\n\r\n") + 4);
    connection.answer(400, std::string(180, '-') + body + request.substr(0, request.find('\r')));
  });
  for (auto const* name : {"canary", "lines"}) {
    Json with = to(echoing.url(), "post");
    with.set("query", Json::object({{"k", secret("canary")}}));
    with.set("headers", Json::object({{"Content-Type", "text/plain"}}));
    with.set("body", secret(name));
    auto const message = ask(name[0], std::move(with)).message;
    for (auto const* part : {"p@ss", "Zq9", "word", "second", "first"}) {
      EXPECT_EQ(message.find(part), std::string::npos) << message;
    }
  }
}

TEST_F(HttpSecretsTest, StayWithTheServerThatTheWorkflowNames) {
  start_with({{"TOKEN", "token-of-the-shop"}});
  RawServer other(always(200, "never"));
  RawServer moved(always(307, "", "Location: " + other.url("/there") + "\r\n"));
  RawServer leaking(always(302, "", "Location: " + other.url("/token%2Dof-the-shop") + "\r\n"));
  Json with = following(moved.url(), "post");
  with.set("body", Json::object({{"token", secret("token")}}));
  auto const refused = ask(1, with);
  EXPECT_EQ(refused.kind, Kind::failed);
  EXPECT_NE(refused.message.find("the body of the call holds a secret"), std::string::npos);
  with = following(leaking.url());
  with.set("headers", Json::object({{"X-Key", secret("token")}}));
  EXPECT_NE(ask(2, with).message.find("takes a secret in its URL"), std::string::npos);
  EXPECT_EQ(other.connections(), 0);
}

TEST_F(HttpSecretsTest, OfAnAddressAreNotInListsAndMessages) {
  std::string const port = std::to_string(closed_port());
  start_with({{"ADDRESS", "http://127.0.0.1:" + port + "/v1"}});
  auto const answer = ask(1, Json::object({{"method", "get"}, {"endpoint", secret("address")}}));
  EXPECT_EQ(answer.kind, Kind::not_sent);
  EXPECT_EQ(answer.message.find("127.0.0.1"), std::string::npos) << answer.message;
  auto const targets = executor_->targets();
  ASSERT_EQ(targets.size(), 1U);
  EXPECT_EQ(targets[0].name, "<secret address>");
}

TEST_F(HttpExecutorTest, RewritesTheTargetAndRecordsTheWrittenUrl) {
  std::string seen;
  RawServer server([&](RawConnection& connection) {
    seen = connection.read_request();
    connection.answer(200, "x");
  });
  start({.targets = {{"https://hotel.local/v1", server.url("/base"), 0}}});
  Json with = to("https://hotel.local/v1/rooms?x=1");
  with.set("output", "response");
  auto const answer = ask(1, with);
  EXPECT_EQ(answer.output["request"]["uri"], Json("https://hotel.local/v1/rooms?x=1"));
  EXPECT_TRUE(seen.starts_with("GET /base/rooms?x=1 HTTP/1.1\r\nHost: 127.0.0.1:")) << seen;
}

TEST_F(HttpExecutorTest, GivesNoAnswersOnceItIsDestroyed) {
  Gate arrived;
  Gate gate;
  RawServer server([&](RawConnection& connection) {
    connection.read_request();
    arrived.open();
    gate.wait();
  });
  start({.in_flight = 1});
  for (std::uint64_t run = 1; run <= 10; ++run) {
    executor_->submit(call(run, "http", to(server.url())));
  }
  arrived.wait();
  executor_.reset();
  gate.open();
  EXPECT_EQ(answers_.count(), 0U);
}

}  // namespace
}  // namespace skald::runtime
