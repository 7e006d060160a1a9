#include "runtime/api/http_server.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>

#include <gtest/gtest.h>

#include "tests/support/raw_client.hpp"

namespace skald::runtime {
namespace {

using test::body_of;
using test::get;
using test::post;
using test::RawClient;
using test::status_of_response;

// Hands the requests that a handler gets to the thread of the test.
class Inbox {
 public:
  struct Item {
    HttpRequest request;
    Responder responder;
  };

  HttpServer::Handler handler() {
    return [this](HttpRequest request, Responder responder) {
      std::lock_guard const lock(mutex_);
      items_.push_back({std::move(request), std::move(responder)});
      arrived_.notify_all();
    };
  }

  Item take() {
    std::unique_lock lock(mutex_);
    bool const came =
        arrived_.wait_for(lock, std::chrono::seconds(10), [&] { return !items_.empty(); });
    SKALD_ASSERT(came, "no request came");
    Item item = std::move(items_.front());
    items_.pop_front();
    return item;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Item> items_;
};

void echo(HttpRequest request, Responder responder) {
  responder.send({200, {{"Content-Type", "text/plain"}}, request.target + " " + request.body});
}

std::unique_ptr<HttpServer> serve(HttpServer::Handler handler, HttpServerOptions options = {}) {
  return HttpServer::listen("127.0.0.1", 0, std::move(options), std::move(handler)).value();
}

TEST(HttpServer, AnswersSeveralRequestsOfOneConnection) {
  auto const server = serve(echo);
  RawClient client(server->port());
  for (int i = 0; i < 3; ++i) {
    client.send(post("/a?b=" + std::to_string(i), "hello"));
    EXPECT_EQ(body_of(client.read_response()), "/a?b=" + std::to_string(i) + " hello");
  }
  EXPECT_EQ(server->connections(), 1U);
}

TEST(HttpServer, AnswersPipelinedRequestsInTheirOrder) {
  Inbox inbox;
  auto const server = serve(inbox.handler());
  RawClient client(server->port());
  client.send(get("/1") + post("/2", "x") + get("/3"));
  for (std::string const number : {"1", "2", "3"}) {
    auto item = inbox.take();
    EXPECT_EQ(item.request.target, "/" + number);
    item.responder.send({200, {}, number});
    EXPECT_EQ(body_of(client.read_response()), number);
  }
}

TEST(HttpServer, ReadsARequestThatComesInPieces) {
  auto const server = serve(echo);
  RawClient client(server->port());
  for (char const c : std::string("POST /x HTTP/1.1\r\nHost: localhost\r\n"
                                  "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")) {
    client.send(std::string(1, c));
  }
  EXPECT_EQ(body_of(client.read_response()), "/x abc");
}

TEST(HttpServer, InvitesABodyThatWaitsForIt) {
  auto const server = serve(echo);
  RawClient client(server->port());
  client.send(
      "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hi");
  EXPECT_EQ(body_of(client.read_response()), "/x hi");
}

TEST(HttpServer, RefusesABodyOverTheLimit) {
  auto const server = serve(echo, {.limits = {.body_bytes = 1000}});
  RawClient stated(server->port());
  stated.send(post("/", std::string(100'000, 'x')));
  auto const response = stated.read_all();
  EXPECT_EQ(status_of_response(response), 413);
  EXPECT_NE(response.find("larger than the limit of 1000 bytes"), std::string::npos);
  RawClient chunked(server->port());
  chunked.send("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 30; ++i) chunked.send("40\r\n" + std::string(64, 'x') + "\r\n");
  EXPECT_EQ(status_of_response(chunked.read_all()), 413);
}

TEST(HttpServer, RefusesALargeBodyWhenOthersHaveAllTheRoom) {
  Inbox inbox;
  auto const server = serve(inbox.handler(), {.limits = {.all_bodies_bytes = 200'000}});
  RawClient first(server->port());
  first.send(post("/", std::string(150'000, 'x')));
  auto item = std::make_unique<Inbox::Item>(inbox.take());
  RawClient second(server->port());
  second.send(post("/", std::string(100'000, 'y')));
  auto const refused = second.read_all();
  EXPECT_EQ(status_of_response(refused), 503);
  EXPECT_NE(refused.find("Retry-After: 1"), std::string::npos) << refused;
  RawClient small(server->port());
  small.send(post("/cancel", "{}"));
  inbox.take().responder.send({200, {}, "what is small has room"});
  EXPECT_EQ(status_of_response(small.read_response()), 200);
  item->responder.send({200, {}, ""});
  item.reset();
  EXPECT_EQ(status_of_response(first.read_response()), 200);
  RawClient third(server->port());
  third.send(post("/", std::string(500'000, 'z')));  // alone it always has room
  inbox.take().responder.send({200, {}, ""});
  EXPECT_EQ(status_of_response(third.read_response()), 200);
}

TEST(HttpServer, WhatIsOnlyAnnouncedKeepsNobodyOut) {
  auto const server = serve(echo, {.limits = {.all_bodies_bytes = 200'000}});
  std::vector<std::unique_ptr<RawClient>> slow;
  for (int i = 0; i < 10; ++i) {
    slow.push_back(std::make_unique<RawClient>(server->port()));
    slow.back()->send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 150000\r\n\r\nx");
  }
  RawClient client(server->port());
  client.send(post("/", std::string(150'000, 'y')));
  EXPECT_EQ(status_of_response(client.read_response()), 200);
}

TEST(HttpServer, RefusesAHeaderOverTheLimit) {
  auto const server = serve(echo, {.limits = {.header_bytes = 2000}});
  RawClient client(server->port());
  client.send(get("/", "X: " + std::string(10'000, 'x') + "\r\n"));
  EXPECT_EQ(status_of_response(client.read_all()), 431);
}

TEST(HttpServer, RefusesWhatIsNotHttp) {
  auto const server = serve(echo);
  for (char const* bytes :
       {"nonsense\r\n\r\n", "\x16\x03\x01\x02\r\n\r\n", "GET /a b HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET http://elsewhere/ HTTP/1.1\r\nHost: localhost\r\n\r\n"}) {
    RawClient client(server->port());
    client.send(bytes);
    EXPECT_EQ(status_of_response(client.read_all()), 400) << bytes;
  }
}

TEST(HttpServer, RefusesForeignHostsAndPages) {
  auto const server = serve(echo);
  RawClient rebound(server->port());
  rebound.send("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  auto const response = rebound.read_all();
  EXPECT_EQ(status_of_response(response), 403);
  EXPECT_NE(response.find("evil.example"), std::string::npos);
  RawClient crossing(server->port());
  crossing.send(post("/", "x", "Origin: http://evil.example\r\n"));
  EXPECT_EQ(status_of_response(crossing.read_all()), 403);
}

TEST(HttpServer, CutsSlowClientsOff) {
  Duration const soon = Duration::from_ms(50);
  auto const server = serve(echo, {.limits = {.idle = soon, .header = soon, .body = soon}});
  RawClient idle(server->port());
  RawClient slow_header(server->port());
  slow_header.send("GET / HT");
  RawClient slow_body(server->port());
  slow_body.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(idle.read_all(), "");
  EXPECT_EQ(status_of_response(slow_header.read_all()), 408);
  EXPECT_EQ(status_of_response(slow_body.read_all()), 408);
}

TEST(HttpServer, CutsAClientOffThatDoesNotTakeItsAnswer) {
  std::string const large(64U << 20U, 'x');
  auto const server = serve(
      [&](HttpRequest, Responder responder) {
        responder.send({200, {}, large});
      },
      {.limits = {.write = Duration::from_ms(50)}});
  RawClient client(server->port());
  client.send(get("/"));
  client.read_until("\r\n\r\n");
  while (server->connections() > 0) std::this_thread::yield();
}

// Both ends of each connection are in this process.
bool allow_descriptors(rlim_t wanted) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= wanted) return true;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= wanted;
}

TEST(HttpServer, ServesWhileTwoThousandClientsIdle) {
  if (!allow_descriptors(5000)) GTEST_SKIP() << "the limit of open files is too low";
  auto const server = serve(echo);
  std::vector<RawClient> idle;
  for (int i = 0; i < 2000; ++i) {
    idle.emplace_back(server->port());
    if (i % 2 == 0) continue;
    idle.back().send(get("/" + std::to_string(i)));
    EXPECT_EQ(status_of_response(idle.back().read_response()), 200);
  }
  RawClient client(server->port());
  client.send(get("/now"));
  EXPECT_EQ(body_of(client.read_response()), "/now ");
  EXPECT_EQ(server->connections(), 2001U);
}

TEST(HttpServer, TellsAClientThatItIsFull) {
  auto const server = serve(echo, {.limits = {.connections = 1}});
  RawClient first(server->port());
  first.send(get("/"));
  EXPECT_EQ(status_of_response(first.read_response()), 200);
  RawClient second(server->port());
  auto const response = second.read_all();
  EXPECT_EQ(status_of_response(response), 503);
  EXPECT_NE(response.find("Retry-After: 1"), std::string::npos);
}

TEST(HttpServer, AnswersForAHandlerThatDoesNot) {
  auto const server = serve([](HttpRequest const&, Responder const&) {});
  RawClient client(server->port());
  client.send(get("/"));
  EXPECT_EQ(status_of_response(client.read_response()), 500);
}

TEST(HttpServer, AnswersAHeadRequestWithoutABody) {
  auto const server = serve(echo);
  RawClient client(server->port());
  client.send("HEAD /abc HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  auto const response = client.read_all();
  EXPECT_NE(response.find("Content-Length: 5\r\n"), std::string::npos);
  EXPECT_EQ(body_of(response), "");
}

TEST(HttpServer, StreamsEvents) {
  Inbox inbox;
  auto const server = serve(inbox.handler());
  RawClient client(server->port());
  client.send(get("/watch"));
  auto item = inbox.take();
  item.responder.begin_stream({200, {{"Content-Type", "text/event-stream"}}, ""});
  EXPECT_TRUE(item.responder.write("data: 1\n\n"));
  auto const head = client.read_until("\r\n\r\n");
  EXPECT_NE(head.find("Transfer-Encoding: chunked"), std::string::npos);
  EXPECT_EQ(client.read_until("\n\n\r\n"), "9\r\ndata: 1\n\n\r\n");
  EXPECT_TRUE(item.responder.write("data: 2\n\n"));
  EXPECT_EQ(client.read_until("\n\n\r\n"), "9\r\ndata: 2\n\n\r\n");
  item.responder.end();
  EXPECT_EQ(client.read_all(), "0\r\n\r\n");
}

TEST(HttpServer, PingsASilentEventStream) {
  Inbox inbox;
  auto const server = serve(inbox.handler(), {.limits = {.ping = Duration::from_ms(10)}});
  RawClient client(server->port());
  client.send(get("/watch"));
  auto item = inbox.take();
  item.responder.begin_stream({200, {{"Content-Type", "text/event-stream"}}, ""});
  client.read_until("\r\n\r\n");
  EXPECT_EQ(client.read_until("\n\n\r\n"), "3\r\n:\n\n\r\n");
  EXPECT_EQ(client.read_until("\n\n\r\n"), "3\r\n:\n\n\r\n");
}

TEST(HttpServer, EndsAStreamWhoseHandlerForgetsIt) {
  auto const server = serve([](HttpRequest const&, Responder responder) {
    responder.begin_stream({200, {}, "first"});
  });
  RawClient client(server->port());
  client.send(get("/"));
  EXPECT_EQ(body_of(client.read_all()), "5\r\nfirst\r\n0\r\n\r\n");
}

TEST(HttpServer, TellsAStreamThatItsClientHasGone) {
  Inbox inbox;
  auto const server = serve(inbox.handler());
  RawClient client(server->port());
  client.send(get("/watch"));
  auto item = inbox.take();
  std::mutex mutex;
  std::condition_variable closed;
  bool is_closed = false;
  item.responder.on_close([&] {
    std::lock_guard const lock(mutex);
    is_closed = true;
    closed.notify_all();
  });
  item.responder.begin_stream({200, {}, ""});
  client.read_until("\r\n\r\n");
  client.close();
  std::unique_lock lock(mutex);
  EXPECT_TRUE(closed.wait_for(lock, std::chrono::seconds(10), [&] { return is_closed; }));
  EXPECT_TRUE(item.responder.is_closed());
  EXPECT_FALSE(item.responder.write("data"));
}

TEST(HttpServer, TellsASlowHandlerThatItsClientHasGone) {
  Inbox inbox;
  auto const server = serve(inbox.handler(), {.limits = {.notice = Duration::from_ms(1)}});
  RawClient patient(server->port());
  patient.send(get("/1") + get("/2"));
  auto first = inbox.take();
  RawClient client(server->port());
  client.send(get("/slow"));
  auto item = inbox.take();
  client.close();
  while (!item.responder.is_closed()) std::this_thread::yield();
  first.responder.send({200, {}, "1"});
  EXPECT_EQ(body_of(patient.read_response()), "1");
  inbox.take().responder.send({200, {}, "2"});
  EXPECT_EQ(body_of(patient.read_response()), "2");
}

TEST(HttpServer, BoundsWhatWaitsForASlowReader) {
  Inbox inbox;
  auto const server = serve(inbox.handler(), {.limits = {.stream_bytes = 100'000}});
  RawClient client(server->port());
  client.send(get("/watch"));
  auto item = inbox.take();
  item.responder.begin_stream({200, {}, ""});
  std::string const piece(10'000, 'x');
  bool taken = true;
  for (int i = 0; i < 100'000 && taken; ++i) taken = item.responder.write(piece);
  EXPECT_FALSE(taken);
}

TEST(HttpServer, SaysThatAPortIsInUse) {
  auto const server = serve(echo);
  auto const second = HttpServer::listen("127.0.0.1", server->port(), {}, echo);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::unavailable);
  std::string const port = std::to_string(server->port());
  EXPECT_EQ(second.error().message, "port " + port + " of 127.0.0.1 is in use by another program");
  EXPECT_NE(second.error().hint.find("--listen"), std::string::npos);
}

TEST(HttpServer, BindsOnlyLoopbackUnlessAllowed) {
  EXPECT_EQ(HttpServer::listen("0.0.0.0", 0, {}, echo).error().code, ErrorCode::invalid_argument);
  EXPECT_TRUE(HttpServer::listen("0.0.0.0", 0, {.allow_remote = true}, echo).ok());
  EXPECT_TRUE(HttpServer::listen("localhost", 0, {}, echo).ok());
  EXPECT_EQ(HttpServer::listen("no-such-name.invalid", 0, {}, echo).error().code,
            ErrorCode::invalid_argument);
}

TEST(HttpServer, FinishesWhatIsUnderWayWhenItStops) {
  Inbox inbox;
  auto const server = serve(inbox.handler());
  RawClient idle(server->port());
  RawClient waiting(server->port());
  waiting.send(get("/slow"));
  auto slow = inbox.take();
  RawClient watching(server->port());
  watching.send(get("/watch"));
  auto stream = inbox.take();
  stream.responder.begin_stream({200, {}, ""});
  std::thread stopper([&] { server->stop(Duration::from_seconds(10)); });
  EXPECT_EQ(idle.read_all(), "");
  EXPECT_EQ(body_of(watching.read_all()), "0\r\n\r\n");
  slow.responder.send({200, {}, "done"});
  auto const response = waiting.read_all();
  EXPECT_EQ(body_of(response), "done");
  EXPECT_NE(response.find("Connection: close"), std::string::npos);
  watching.close();
  waiting.close();
  stopper.join();
  EXPECT_EQ(server->connections(), 0U);
}

TEST(HttpServer, ARespondersHandleOutlivesTheServer) {
  Inbox inbox;
  auto server = serve(inbox.handler());
  RawClient client(server->port());
  client.send(get("/"));
  auto item = inbox.take();
  server.reset();
  EXPECT_TRUE(item.responder.is_closed());
  item.responder.send({200, {}, "too late"});
  EXPECT_EQ(client.read_all(), "");
}

}  // namespace
}  // namespace skald::runtime
