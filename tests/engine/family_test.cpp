// A run and its children stand still together: what an operator does to the one reaches the others,
// also across a crash. One partition on a virtual clock; calls wait until the test answers them.

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

#include "tests/support/one_partition.hpp"

namespace skald::runtime {
namespace {

constexpr char kVoyage[] = R"(
document: { dsl: '1.0.3', namespace: t, name: trip, version: '1.0.0' }
do:
  - hotel: { run: { workflow: { namespace: t, name: hotel } } }
  - pay: { call: pay }
)";

constexpr char kHotel[] = R"(
document: { dsl: '1.0.3', namespace: t, name: hotel, version: '1.0.0' }
saga: { retry: { delay: { milliseconds: 10 }, limit: { attempt: { count: 1 } } } }
do:
  - room: { run: { workflow: { namespace: t, name: room } } }
  - pause: { wait: { seconds: 5 } }
)";

constexpr char kRoom[] = R"(
document: { dsl: '1.0.3', namespace: t, name: room, version: '1.0.0' }
saga: { retry: { delay: { milliseconds: 10 }, limit: { attempt: { count: 1 } } } }
do:
  - pause: { wait: { seconds: 2 } }
  - book: { call: book, compensate: [ { unbook: { call: unbook } } ] }
  - rest: { wait: { seconds: 2 } }
)";

constexpr char kTwo[] = R"(
document: { dsl: '1.0.3', namespace: t, name: two, version: '1.0.0' }
do:
  - both:
      fork:
        branches:
          - a: { run: { workflow: { namespace: t, name: room } } }
          - b: { run: { workflow: { namespace: t, name: room } } }
  - pay: { call: pay }
)";

constexpr char kAlone[] = R"(
document: { dsl: '1.0.3', namespace: t, name: alone, version: '1.0.0' }
do:
  - room: { run: { workflow: { namespace: t, name: room }, await: false } }
  - later: { wait: { seconds: 60 } }
)";

constexpr char kQuick[] = R"(
document: { dsl: '1.0.3', namespace: t, name: quick, version: '1.0.0' }
do:
  - note: { set: { noted: true } }
)";

constexpr char kHasty[] = R"(
document: { dsl: '1.0.3', namespace: t, name: hasty, version: '1.0.0' }
do:
  - quick: { run: { workflow: { namespace: t, name: quick }, await: false } }
  - later: { wait: { seconds: 60 } }
)";

constexpr char kBold[] = R"(
document: { dsl: '1.0.3', namespace: t, name: bold, version: '1.0.0' }
do:
  - both:
      fork:
        branches:
          - pay: { call: pay, redeliver: false }
          - quick:
              run: { workflow: { namespace: t, name: quick }, await: false, onAbort: cancel }
              compensate: [ { recall: { call: recall } } ]
)";

constexpr char kRace[] = R"(
document: { dsl: '1.0.3', namespace: t, name: race, version: '1.0.0' }
do:
  - race:
      fork:
        compete: true
        branches:
          - a: { run: { workflow: { namespace: t, name: quick }, await: false, onAbort: cancel } }
          - b: { run: { workflow: { namespace: t, name: quick }, await: false, onAbort: cancel } }
)";

constexpr char kStay[] = R"(
document: { dsl: '1.0.3', namespace: t, name: stay, version: '1.0.0' }
do:
  - hotel: { run: { workflow: { namespace: t, name: offer } } }
  - pause: { wait: { seconds: 5 } }
  - pay: { call: pay }
)";

constexpr char kOffer[] = R"(
document: { dsl: '1.0.3', namespace: t, name: offer, version: '1.0.0' }
do:
  - book: { call: book, compensate: [ { unbook: { call: unbook } } ] }
  - race:
      fork:
        compete: true
        branches:
          - slow:
              call: slow
              timeout: { after: { milliseconds: 100 } }
              compensate: [ { recall: { call: recall } } ]
          - fast: { call: fast }
)";

class Family : public testing::Test, protected test::OnePartition {
 protected:
  Family()
      : OnePartition(
            {kVoyage, kHotel, kRoom, kTwo, kAlone, kQuick, kHasty, kBold, kRace, kStay, kOffer}) {
    options_.entry_bytes = 1;  // a crash can come between any two facts
    read_log();
    begin();
  }

  // All that was written survives, but for the last entries.
  void crash(std::uint64_t lost = 0) {
    reread_log(lost);
    begin();
  }
  void reread_log(std::uint64_t lost = 0) {
    OnePartition::crash(Lsn{journal_.last().value - lost});
  }

  void start(std::string const& run, std::string const& workflow) {
    OnePartition::start(run, "t/" + workflow);
    settle();
  }

  void pass(std::int64_t seconds) {
    for (std::int64_t i = 0; i < seconds * 10; ++i) {
      OnePartition::pass(Duration::from_ms(100));
      answer_all();
    }
  }

  void answer_all() {
    for (auto const& request : std::exchange(requests_, {})) {
      bool const fails = fails_.contains(request.function);
      auto kind = fails ? saga::Answer::Kind::failed : saga::Answer::Kind::returned;
      if (request.function == "pay" && refuses_) kind = saga::Answer::Kind::refused;
      answer(request, kind);
      settle();
    }
  }

  Result<Json> operate(Verb verb, std::string const& run, std::string const& step = {},
                       bool forward = false) {
    Operation operation{verb, step, {}, forward, false, "storm", "olga"};
    auto const before = journal_.last();
    auto const preview = partition_->preview(run, operation, now_);
    EXPECT_EQ(journal_.last(), before) << "a dry run did something";
    Result<Json> result = Error{ErrorCode::unavailable, "no answer", ""};
    partition_->operate(run, operation, now_, [&](auto effect) { result = std::move(effect); });
    settle();
    EXPECT_EQ(preview.ok(), result.ok()) << "the dry run says something else";
    if (preview.ok() && result.ok()) {
      EXPECT_EQ(*preview, *result);
    }
    return result;
  }
  std::string refused(Verb verb, std::string const& run, std::string const& step = {}) {
    auto const result = operate(verb, run, step);
    return result.ok() ? "done" : result.error().message;
  }

  bool held(std::string const& run) const { return partition_->state(run)->held; }
  std::string status(std::string const& run) const { return report(run).status; }

  std::set<std::string> fails_;
  bool refuses_ = false;
};

TEST_F(Family, IsHeldAsAWholeAndGoesOnAsAWhole) {
  start("p", "trip");
  auto const effect = operate(Verb::suspend, "p");
  ASSERT_TRUE(effect.ok()) << effect.error().message;
  EXPECT_EQ((*effect)["then"], Json::array({"no attempt begins until the run is resumed",
                                            "held with it: p:1, p:1:1"}));
  EXPECT_TRUE(held("p:1") && held("p:1:1"));
  EXPECT_EQ(partition_->state("p:1:1")->held_reason, "storm");
  EXPECT_EQ(partition_->state("p:1:1")->held_actor, "olga");
  pass(20);
  EXPECT_EQ(calls_, "");
  auto const resumed = operate(Verb::resume, "p");
  ASSERT_TRUE(resumed.ok()) << resumed.error().message;
  EXPECT_EQ((*resumed)["then"],
            Json::array({"the run goes on", "what was held with it goes on: p:1, p:1:1"}));
  EXPECT_EQ((*resumed)["becomes"], Json("running"));
  pass(20);
  EXPECT_EQ(calls_, "book pay");
  EXPECT_EQ(status("p"), "completed");
}

TEST_F(Family, OfAHeldRunThatIsCancelledUndoesNothingUntilItIsResumed) {
  start("p", "trip");
  pass(3);
  ASSERT_EQ(calls_, "book");
  ASSERT_TRUE(operate(Verb::suspend, "p").ok());
  ASSERT_TRUE(operate(Verb::cancel, "p").ok());
  pass(10);
  EXPECT_EQ(calls_, "book");
  ASSERT_TRUE(operate(Verb::resume, "p").ok());
  pass(10);
  EXPECT_EQ(calls_, "book unbook");
  EXPECT_EQ(status("p"), "cancelled");
}

TEST_F(Family, KeepsAChildHeldThatSomebodyHoldsOnItsOwn) {
  start("p", "trip");
  ASSERT_TRUE(operate(Verb::suspend, "p:1").ok());
  ASSERT_TRUE(operate(Verb::suspend, "p").ok());
  EXPECT_EQ(refused(Verb::resume, "p:1"),
            "resume of run 'p:1' is not possible: run 'p', which waits for it, is held");
  auto const effect = operate(Verb::resume, "p");
  ASSERT_TRUE(effect.ok()) << effect.error().message;
  EXPECT_EQ((*effect)["becomes"], Json("suspended"));
  EXPECT_TRUE(held("p:1") && held("p:1:1"));
  EXPECT_EQ(refused(Verb::resume, "p:1:1"),
            "resume of run 'p:1:1' is not possible: run 'p:1', which waits for it, is held");
  ASSERT_TRUE(operate(Verb::resume, "p:1").ok());
  pass(20);
  EXPECT_EQ(status("p"), "completed");
}

TEST_F(Family, LeavesAChildAloneThatNobodyWaitsFor) {
  start("p", "alone");
  ASSERT_TRUE(operate(Verb::suspend, "p").ok());
  pass(10);
  EXPECT_EQ(calls_, "book");
  EXPECT_EQ(status("p:1"), "completed");
}

TEST_F(Family, DoesNotGrowWhileItIsHeld) {
  deployed_ = false;
  start("p", "trip");
  ASSERT_TRUE(operate(Verb::suspend, "p").ok());
  deployed_ = true;
  partition_->workflows_changed(now_);
  pass(10);
  EXPECT_EQ(partition_->state("p:1"), nullptr);
  ASSERT_TRUE(operate(Verb::resume, "p").ok());
  pass(20);
  EXPECT_EQ(status("p"), "completed");
}

TEST_F(Family, IsHeldByTheRestartWhenACrashComesInBetween) {
  start("p", "trip");
  pass(1);
  ASSERT_TRUE(operate(Verb::suspend, "p").ok());
  crash(2);  // the children's own facts are lost
  EXPECT_TRUE(held("p") && held("p:1") && held("p:1:1"));
  EXPECT_EQ(partition_->state("p:1:1")->held_actor, "olga");
  pass(20);
  EXPECT_EQ(calls_, "");
}

TEST_F(Family, GoesOnByTheRestartWhenACrashComesInBetween) {
  start("p", "trip");
  ASSERT_TRUE(operate(Verb::suspend, "p").ok());
  crash();
  EXPECT_TRUE(held("p") && held("p:1") && held("p:1:1"));
  ASSERT_TRUE(operate(Verb::resume, "p").ok());
  crash(2);
  EXPECT_FALSE(held("p") || held("p:1") || held("p:1:1"));
  pass(20);
  EXPECT_EQ(calls_, "book pay");
  EXPECT_EQ(status("p"), "completed");
}

TEST_F(Family, ThatWaitsForStuckUndosGoesOnWithAResumeOfTheRunAtTheTop) {
  refuses_ = true;
  fails_ = {"unbook"};
  start("p", "two");
  pass(20);
  ASSERT_EQ(status("p"), "suspended");
  fails_.clear();
  auto const effect = operate(Verb::resume, "p");
  ASSERT_TRUE(effect.ok()) << effect.error().message;
  EXPECT_EQ((*effect)["status"], Json("suspended"));
  EXPECT_EQ((*effect)["becomes"], Json("compensating"));
  EXPECT_EQ((*effect)["then"][0], Json("in run p:3: the run goes on"));
  pass(20);
  EXPECT_EQ(status("p"), "compensated");
  EXPECT_NE(refused(Verb::resume, "p"), "done");
}

TEST_F(Family, IsResumedFromTheTopAlsoWhenSomebodyHoldsTheChild) {
  start("p", "trip");
  ASSERT_TRUE(operate(Verb::suspend, "p:1").ok());
  ASSERT_EQ(status("p"), "suspended");
  ASSERT_TRUE(operate(Verb::resume, "p").ok());
  EXPECT_FALSE(held("p:1") || held("p:1:1"));
  EXPECT_EQ(refused(Verb::resume, "p"),
            "resume of run 'p' is not possible: the run is not suspended");
}

TEST_F(Family, SkipsTheUndosOfAChildInTheChild) {
  refuses_ = true;
  fails_ = {"unbook"};
  start("p", "trip");
  pass(20);
  ASSERT_EQ(status("p"), "suspended");
  EXPECT_EQ(refused(Verb::skip, "p", "hotel"),
            "skip of 'hotel' in run 'p' is not possible: it is being undone in p:1; skip it there: "
            "skald skip p:1 STEP");
  ASSERT_TRUE(operate(Verb::skip, "p:1:1", "book").ok());
  pass(5);
  EXPECT_EQ(status("p"), "compensated");
  EXPECT_EQ(status("p:1:1"), "compensated");
}

TEST_F(Family, TellsOfAKilledUndoAlsoWhenACrashComesBeforeTheParentHasHeardOfIt) {
  refuses_ = true;
  fails_ = {"unbook"};
  start("p", "trip");
  pass(20);
  ASSERT_EQ(status("p"), "suspended");
  auto const before = journal_.last();
  partition_->kill("p:1:1", "lost", "olga", now_, [](auto const&) {});
  partition_->flush();
  ASSERT_GT(journal_.last().value, before.value + 1);
  crash(journal_.last().value - before.value - 1);  // all but the end of the child is lost
  pass(5);
  EXPECT_EQ(status("p:1:1"), "killed");
  EXPECT_EQ(status("p"), "compensated");
  auto const exceptions = report("p:1").exceptions;
  ASSERT_EQ(exceptions.size(), 1U);
  EXPECT_EQ(exceptions[0]["reason"], Json("the child run was killed before it was undone"));
}

// The child had completed, and a late success had opened it again.
TEST_F(Family, TellsThatWhatAChildKeptIsNotUndoneWhenItWasKilledBehindItsEnd) {
  start("p", "stay");
  answer_all();
  ASSERT_EQ(calls_, "book slow fast");
  auto const slow = requests_.front();
  requests_.erase(requests_.begin());
  answer_all();
  pass(1);
  ASSERT_EQ(status("p:1"), "completed");
  answer(slow, saga::Answer::Kind::returned);
  settle();
  ASSERT_EQ(calls_, "book slow fast recall recall");
  partition_->kill("p:1", "lost", "olga", now_, [](auto const&) {});
  settle();
  ASSERT_EQ(status("p:1"), "killed");
  pass(1);  // it would leave the memory now
  refuses_ = true;
  pass(10);
  EXPECT_EQ(status("p"), "compensated");
  auto const exceptions = report("p").exceptions;
  ASSERT_EQ(exceptions.size(), 1U);
  EXPECT_EQ(exceptions[0]["reason"], Json("the child run was killed before it was undone"));
}

TEST_F(Family, DoesNotGoForwardInAChildThatItsParentUndoes) {
  options_.limits.turn_records = 1;  // an operator can come between the stop and its plan
  crash();
  start("p", "trip");
  for (int i = 0; i < 200 && (requests_.empty() || requests_[0].function != "pay"); ++i) {
    answer_all();
    OnePartition::pass(Duration::from_ms(100));
  }
  ASSERT_EQ(calls_, "book pay");
  answer(requests_[0], saga::Answer::Kind::refused);
  requests_.clear();
  auto const& child = *partition_->state("p:1");
  for (int i = 0; i < 50 && !child.root_unwinding.valid(); ++i) write(), make_durable();
  ASSERT_TRUE(child.root_unwinding.valid());
  ASSERT_FALSE(child.unwindings.at(child.root_unwinding).planned);
  Operation const forward{Verb::resume, {}, {}, true, false, "storm", "olga"};
  Result<Json> told = Json();
  partition_->operate("p:1", forward, now_, [&](auto effect) { told = std::move(effect); });
  ASSERT_FALSE(told.ok());
  EXPECT_EQ(told.error().message,
            "resume of run 'p:1' is not possible: run 'p', which waits for it, has stopped it");
  pass(5);
  EXPECT_EQ(status("p"), "compensated");
  EXPECT_EQ(calls_, "book pay unbook");
}

TEST_F(Family, IsKilledAsAWholeAlsoWhileItIsUndone) {
  refuses_ = true;
  fails_ = {"unbook"};
  start("p", "trip");
  pass(20);
  ASSERT_EQ(status("p"), "suspended");
  partition_->kill("p", "lost", "olga", now_, [](auto const&) {});
  settle();
  EXPECT_EQ(status("p"), "killed");
  EXPECT_EQ(status("p:1"), "killed");
  EXPECT_EQ(status("p:1:1"), "killed");
}

TEST_F(Family, IsStartedOnceAlsoWhenItHasEndedBeforeItsParentHasWrittenDownThatItBegan) {
  deployed_ = false;
  start("p", "hasty");
  auto const before = journal_.last();
  deployed_ = true;
  partition_->workflows_changed(now_);
  partition_->flush();
  ASSERT_GT(journal_.last().value, before.value + 1);
  crash(journal_.last().value - before.value - 1);
  EXPECT_EQ(count_of<RunStarted>("p:1"), 1);
  EXPECT_EQ(status("p:1"), "completed");
  reread_log();
  EXPECT_EQ(partition_->state("p:1"), nullptr);
  EXPECT_NE(partition_->state("p"), nullptr);
}

TEST_F(Family, DoesNotBeginInABranchThatHasLostTheRaceInTheSameTurn) {
  start("p", "race");
  EXPECT_EQ(status("p"), "completed");
  EXPECT_EQ(count_of<RunStarted>("p:2") + count_of<RunStarted>("p:3"), 1);
}

// The restart itself stops the parent, whose payment it may not send again.
TEST_F(Family, IsNotForgottenByAParentThatTheRestartStopsBeforeItHasWrittenDownThatItBegan) {
  deployed_ = false;
  start("p", "bold");
  ASSERT_EQ(calls_, "pay");
  auto const before = journal_.last();
  deployed_ = true;
  partition_->workflows_changed(now_);
  partition_->flush();
  ASSERT_GT(journal_.last().value, before.value + 1);
  crash(journal_.last().value - before.value - 1);
  EXPECT_EQ(status("p:3"), "completed");
  pass(5);
  EXPECT_EQ(calls_, "pay recall");
  EXPECT_EQ(status("p"), "compensated");
}

TEST_F(Family, LeavesTheMemoryAsAWholeWhileTheLogIsRead) {
  start("p", "trip");
  pass(8);
  ASSERT_EQ(status("p:1"), "waiting");
  ASSERT_EQ(status("p:1:1"), "completed");
  reread_log();
  ASSERT_NE(partition_->state("p:1:1"), nullptr);  // it may have to be undone
  begin();
  pass(10);
  ASSERT_EQ(status("p"), "completed");
  reread_log();
  for (auto const* run : {"p", "p:1", "p:1:1"}) {
    EXPECT_EQ(partition_->state(run), nullptr) << run;
    EXPECT_EQ(status(run), "completed");
  }
}

TEST_F(Family, IsNotTakenForwardInAChildThatItsParentHasStopped) {
  start("p", "trip");
  OnePartition::pass(Duration::from_ms(2100));  // the booking is asked for and not answered
  ASSERT_TRUE(operate(Verb::cancel, "p").ok());
  auto const child = operate(Verb::resume, "p:1:1", {}, true);
  ASSERT_FALSE(child.ok());
  EXPECT_EQ(child.error().message,
            "resume of run 'p:1:1' is not possible: run 'p:1', which waits for it, has stopped it");
  pass(10);
  EXPECT_EQ(calls_, "book unbook");
  EXPECT_EQ(status("p"), "cancelled");
}

}  // namespace
}  // namespace skald::runtime
