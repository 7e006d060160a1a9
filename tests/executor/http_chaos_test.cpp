// Thousands of calls against a server that misbehaves in every way it can. Whatever happens, each
// attempt is answered once, and what the answer claims is true.

#include <algorithm>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "runtime/executor/http_executor.hpp"
#include "tests/executor/answers.hpp"
#include "tests/executor/raw_server.hpp"

namespace skald::runtime {
namespace {

using Kind = saga::Answer::Kind;
using test::RawConnection;
using test::RawServer;

constexpr std::uint64_t kCalls = 3000;

// What the server saw and said, by the number of the call.
class Ledger {
 public:
  void saw(std::uint64_t call) {
    std::lock_guard const lock(mutex_);
    seen_.insert(call);
  }
  void answered(std::uint64_t call) {
    std::lock_guard const lock(mutex_);
    answered_.insert(call);
  }
  bool has_seen(std::uint64_t call) {
    std::lock_guard const lock(mutex_);
    return seen_.contains(call);
  }
  bool has_answered(std::uint64_t call) {
    std::lock_guard const lock(mutex_);
    return answered_.contains(call);
  }

 private:
  std::mutex mutex_;
  std::set<std::uint64_t> seen_;
  std::set<std::uint64_t> answered_;
};

std::uint64_t number_of(std::string const& request) {
  auto const at = request.find("Idempotency-Key: key-");
  return at == std::string::npos ? kCalls : std::stoull(request.substr(at + 21));
}

// How a call is treated follows from its number, so that a run can be repeated.
void misbehave(RawConnection& connection, Ledger& ledger, test::Gate& end) {
  while (true) {
    std::string const request = connection.read_request();
    if (request.empty()) return;
    std::uint64_t const call = number_of(request);
    ledger.saw(call);
    switch (call * 2654435761U % 11) {
      case 0: return;
      case 1: return connection.reset();
      case 2: return connection.send("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf");
      case 3: return connection.send("HTTP/1.1 2");
      case 4: return end.wait();
      case 5: connection.answer(503, "busy"); break;
      case 6:
        ledger.answered(call);
        connection.answer(200, "once", "Connection: close\r\n");
        return;
      case 7:
        // Answers and hangs up, although it said nothing of it.
        ledger.answered(call);
        connection.answer(200, "gone");
        return connection.reset();
      default: ledger.answered(call); connection.answer(200, "fine");
    }
  }
}

TEST(HttpChaos, EveryAnswerIsTrueAndComesOnce) {
  Ledger ledger;
  test::Gate end;
  test::Answers answers;
  RawServer server([&](RawConnection& connection) { misbehave(connection, ledger, end); });
  auto executor = HttpExecutor::make({.in_flight = 40}, answers.callback()).value();
  std::mt19937 random(7);
  std::string const dead = "http://127.0.0.1:" + std::to_string(test::closed_port()) + "/";
  for (std::uint64_t call = 0; call < kCalls; ++call) {
    std::string const url = random() % 20 == 0 ? dead : server.url("/r");
    Json const with = Json::object(
        {{"method", "post"}, {"endpoint", url}, {"body", std::string(random() % 3000, 'x')}});
    executor->submit(test::call(call, "http", with, Duration::from_ms(20 + random() % 400)));
    if (random() % 10 == 0) executor->withdraw({random() % (call + 1), 1, 1});
  }
  answers.wait_for_count(kCalls);
  EXPECT_EQ(answers.all().size(), kCalls);
  std::map<Kind, int> kinds;
  for (auto const& [call, answer] : answers.all()) {
    ++kinds[answer.kind];
    if (answer.kind == Kind::not_sent) {
      EXPECT_FALSE(ledger.has_seen(call)) << call << ": " << answer.message;
    } else if (answer.status == 200) {
      EXPECT_TRUE(ledger.has_answered(call)) << call;
    }
    EXPECT_TRUE(answer.kind == Kind::response || !answer.message.empty());
  }
  EXPECT_GT(kinds[Kind::response], 0);
  EXPECT_GT(kinds[Kind::lost], 0);
  EXPECT_GT(kinds[Kind::not_sent], 0);
  EXPECT_EQ(executor->stats().in_flight, 0U);
  EXPECT_EQ(executor->stats().queued, 0U);
  executor.reset();
  EXPECT_EQ(answers.count(), kCalls);
  end.open();
}

}  // namespace
}  // namespace skald::runtime
