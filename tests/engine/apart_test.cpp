// A run and a child that go different ways: one that nobody waits for any more goes on undoing what
// it did, also across a restart, and one that had begun to stop when its parent went forward again
// is started anew. One partition on a virtual clock; calls wait until the test answers them.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "tests/support/one_partition.hpp"

namespace skald::runtime {
namespace {

using Kind = saga::Answer::Kind;

// What a child does is the undo.
constexpr char kGoods[] = R"(
document: { dsl: '1.0.3', namespace: t, name: order, version: '1.0.0' }
do:
  - ship:
      call: ship
      compensate: [ { back: { run: { workflow: { namespace: t, name: refund } } } } ]
  - pay:
      call: pay
      timeout: { after: { milliseconds: 100 } }
      compensate: [ { unpay: { call: unpay } } ]
)";

constexpr char kRefund[] = R"(
document: { dsl: '1.0.3', namespace: t, name: refund, version: '1.0.0' }
do:
  - credit: { call: credit, compensate: [ { uncredit: { call: uncredit } } ] }
  - notify: { call: notify }
)";

constexpr char kJourney[] = R"(
document: { dsl: '1.0.3', namespace: t, name: trip, version: '1.0.0' }
do:
  - room: { run: { workflow: { namespace: t, name: room } } }
  - last: { call: last }
)";

// Its undo is neither tried again nor sent again.
constexpr char kChamber[] = R"(
document: { dsl: '1.0.3', namespace: t, name: room, version: '1.0.0' }
saga: { retry: { delay: { milliseconds: 10 }, limit: { attempt: { count: 0 } } } }
do:
  - book: { call: book, compensate: [ { unbook: { call: unbook, redeliver: false } } ] }
)";

// The herald begins its note when the race is over and it has not heard of that.
constexpr char kRaceOfHeralds[] = R"(
document: { dsl: '1.0.3', namespace: t, name: race, version: '1.0.0' }
do:
  - race:
      fork:
        compete: true
        branches:
          - herald: { run: { workflow: { namespace: t, name: herald } } }
          - wins: { do: [ { a: { set: { n: 1 } } }, { b: { set: { n: 1 } } } ] }
)";

constexpr char kHerald[] = R"(
document: { dsl: '1.0.3', namespace: t, name: herald, version: '1.0.0' }
do:
  - a: { set: { n: 1 } }
  - b: { set: { n: 1 } }
  - c: { set: { n: 1 } }
  - d: { set: { n: 1 } }
  - note: { run: { workflow: { namespace: t, name: note }, await: false, onAbort: cancel } }
  - last: { call: last }
)";

constexpr char kNote[] = R"(
document: { dsl: '1.0.3', namespace: t, name: note, version: '1.0.0' }
do:
  - note: { set: { noted: true } }
)";

class Apart : public testing::Test, protected test::OnePartition {
 protected:
  Apart() : OnePartition({kGoods, kRefund, kJourney, kChamber, kRaceOfHeralds, kHerald, kNote}) {
    options_.entry_bytes = 1;
    read_log();
    begin();
  }

  void start_and_settle(std::string const& run, std::string const& workflow) {
    start(run, workflow);
    settle();
  }
  CallRequest take(std::string const& function) {
    auto const at = std::ranges::find(requests_, function, &CallRequest::function);
    if (at == requests_.end()) {
      ADD_FAILURE() << "nobody calls " << function << ": " << calls_;
      return {};
    }
    auto request = std::move(*at);
    requests_.erase(at);
    return request;
  }
  void answer_to(std::string const& function, Kind kind) {
    answer(take(function), kind);
    settle();
  }
  void operate(Verb verb, std::string const& run, std::string const& step = "",
               bool forward = false) {
    Operation const operation{verb, step, {}, forward, false, "storm", "olga"};
    partition_->operate(run, operation, now_, [](Result<Json> const& done) {
      EXPECT_TRUE(done.ok()) << done.error().message;
    });
    settle();
  }
  void cancel(std::string const& run) {
    partition_->cancel(run, "called off", "olga", now_, [](auto const&) {});
    settle();
  }
  std::string status(std::string const& run) const { return report(run).status; }
};

TEST_F(Apart, AChildThatUndoesItsWorkSurvivesTheRestartBehindTheEndOfItsParent) {
  start_and_settle("p", "t/order");
  answer_to("ship", Kind::returned);
  answer_to("pay", Kind::refused);
  answer_to("credit", Kind::returned);
  operate(Verb::skip, "p", "ship");
  answer_to("notify", Kind::failed);
  answer_to("uncredit", Kind::failed);
  ASSERT_EQ(status("p"), "compensated");
  ASSERT_EQ(status("p:3"), "compensating");
  crash();
  begin();
  EXPECT_EQ(status("p:3"), "compensating");
  pass(Duration::from_ms(60'000));
  answer_to("uncredit", Kind::returned);
  EXPECT_EQ(status("p:3"), "cancelled");
}

TEST_F(Apart, AChildThatNobodyWaitsForDoesNotHoldItsParentUp) {
  start_and_settle("p", "t/order");
  answer_to("ship", Kind::returned);
  auto const pay = take("pay");
  pass(Duration::from_ms(200));
  answer_to("unpay", Kind::returned);
  operate(Verb::suspend, "p:4");
  operate(Verb::skip, "p", "ship");
  operate(Verb::resume, "p:4");
  answer_to("credit", Kind::returned);
  answer_to("uncredit", Kind::returned);
  pass(Duration::from_ms(10));
  ASSERT_EQ(partition_->state("p:4"), nullptr) << "it has left the memory";
  answer(pay, Kind::returned);  // what comes late opens the run again
  settle();
  EXPECT_EQ(status("p"), "compensating");
  answer_to("unpay", Kind::returned);
  EXPECT_EQ(status("p"), "compensated");
}

TEST_F(Apart, ACallThatTheRestartItselfLeadsToIsNotLost) {
  start_and_settle("p", "t/trip");
  answer_to("book", Kind::returned);
  cancel("p");
  crash();
  calls_.clear();
  begin();
  settle();
  EXPECT_EQ(calls_, "unbook");
  EXPECT_EQ(count_of<AttemptEnded>("p:1"), 1) << "of the booking";
  answer_to("unbook", Kind::returned);
  EXPECT_EQ(status("p"), "cancelled");
}

TEST_F(Apart, AChildThatStopsWhileItsParentGoesForwardAgainIsStartedAnew) {
  for (bool const crashes : {false, true}) {
    std::string const run = crashes ? "q" : "p";
    start_and_settle(run, "t/trip");
    cancel(run);
    ASSERT_EQ(status(run + ":1"), "compensating");
    operate(Verb::resume, run, "", true);
    EXPECT_EQ(status(run), "running");
    if (crashes) {  // the booking is lost with it
      crash();
      begin();
      settle();
    } else {
      answer_to("book", Kind::returned);
    }
    answer_to("unbook", Kind::returned);
    ASSERT_EQ(status(run + ":1"), "cancelled");
    pass(Duration::from_ms(1));
    answer_to("book", Kind::returned);
    EXPECT_EQ(status(run + ":1.2"), "completed");
    answer_to("last", Kind::refused);  // ... and can be undone
    EXPECT_EQ(status(run + ":1.2"), "compensating");
    answer_to("unbook", Kind::returned);
    EXPECT_EQ(status(run), "compensated");
  }
}

// ... and the process ends at each place in the log, where turns are as short as they can be.
TEST_F(Apart, AChildThatNobodyWaitsForIsKnownToItsParentAlsoWhenTheRestartStopsThat) {
  options_.limits.turn_records = 1;
  crash();
  begin();
  int begun = 0;
  for (std::uint64_t cut = 1; cut <= 24; ++cut) {
    auto const run = "p" + std::to_string(cut);
    auto const from = journal_.last().value;
    start(run, "t/race");
    for (int i = 0; i < 60 && journal_.last().value < from + cut; ++i) write();
    auto const end = std::min(from + cut, journal_.last().value);
    journal_.commit(Lsn{end});
    crash(Lsn{end});
    begin();
    for (int i = 0; i < 60; ++i) {
      settle();
      for (auto const& last : std::exchange(requests_, {})) answer(last, Kind::refused);
    }
    auto const herald = run + ":2";
    auto const notes = count_of<RunStarted>(herald + ":5");
    begun += notes;
    EXPECT_EQ(count_of<ChildStarted>(herald), notes) << run;
    EXPECT_EQ(status(run), "completed") << run;
  }
  EXPECT_GT(begun, 5);
}

}  // namespace
}  // namespace skald::runtime
