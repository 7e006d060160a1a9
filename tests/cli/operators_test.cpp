// What an operator sees and does, against `skald serve`: suspended runs, their verbs, plans, kills.

#include <gtest/gtest.h>

#include "base/json.hpp"
#include "tests/cli/command.hpp"
#include "tests/cli/served.hpp"

namespace skald::cli {
namespace {

using namespace testing;

// An event that is out can not be taken back: its undo calls somebody who is not there.
constexpr char const* kOperated =
    R"(document: { dsl: '1.0.3', namespace: demo, name: trip, version: '1.0.0' }
saga: { retry: { delay: { milliseconds: 1 }, limit: { attempt: { count: 1 } } } }
do:
  - tell:
      emit: { event: { with: { type: demo.booked.v1, source: demo } } }
      compensate:
        - takeBack:
            call: http
            with: { method: delete, endpoint: http://127.0.0.1:1/booking }
  - ask:
      listen: { to: { one: { with: { type: demo.answer.v1 } } } }
      output: { as: '.[0]' }
)";

constexpr char const* kLoop =
    R"(document: { dsl: '1.0.3', namespace: demo, name: loop, version: '1.0.0' }
do:
  - each:
      for: { each: city, in: '["Bern", "Rome"]' }
      do:
        - hold: { listen: { to: { one: { with: { type: demo.answer.v1 } } } } }
)";

// What is inside of the try can not be undone, so that it goes on unwinding.
constexpr char const* kInner =
    R"(document: { dsl: '1.0.3', namespace: demo, name: inner, version: '1.0.0' }
saga: { retry: { delay: { milliseconds: 1 }, limit: { attempt: { count: 1 } } } }
do:
  - hotel:
      emit: { event: { with: { type: demo.booked.v1, source: demo } } }
      compensate: [ { noHotel: { emit: { event: { with: { type: demo.off.v1, source: demo } } } } } ]
  - transport:
      try:
        - car:
            emit: { event: { with: { type: demo.booked.v1, source: demo } } }
            compensate:
              - noCar: { emit: { event: { with: { type: demo.off.v1, source: demo } } } }
        - train:
            emit: { event: { with: { type: demo.booked.v1, source: demo } } }
            compensate:
              - noTrain:
                  call: http
                  with: { method: delete, endpoint: http://127.0.0.1:1/train }
        - seat: { raise: { error: { type: https://demo.example/full, status: 409, title: full } } }
      catch: { do: [ { walk: { set: { on: foot } } } ] }
)";

constexpr char const* kTotal =
    R"(document: { dsl: '1.0.3', namespace: demo, name: total, version: '1.0.0' }
saga: { recover: forward }
output: { as: '${ error("no total") }' }
do:
  - count: { set: { n: 1 } }
)";
constexpr char const* kOuter =
    R"(document: { dsl: '1.0.3', namespace: demo, name: outer, version: '1.0.0' }
do:
  - in: { run: { workflow: { namespace: demo, name: trip } } }
)";

constexpr char const* kDecisive =
    "document: { dsl: '1.0.3', namespace: demo, name: decisive, version: '1.0.0' }\n"
    "do:\n"
    "  - inside: { pivot: true, run: { workflow: { namespace: demo, name: trip } } }\n"
    "  - behind: { set: { done: true } }\n";

constexpr char const* kSender =
    R"(document: { dsl: '1.0.3', namespace: demo, name: sender, version: '1.0.0' }
do:
  - send: { run: { workflow: { namespace: demo, name: trip }, await: false } }
)";

class Operators : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(call({"deploy", scratch_file("trip.yaml", kOperated)}).code, 0);
    ASSERT_EQ(call({"deploy", scratch_file("loop.yaml", kLoop)}).code, 0);
  }

  Printed call(std::vector<std::string> const& arguments) const { return served_.call(arguments); }
  Json json(std::vector<std::string> const& arguments) const { return served_.json(arguments); }
  // Starts a trip, which then waits for an answer.
  void start(std::string const& id) const {
    ASSERT_EQ(call({"start", "demo/trip", "--id", id}).code, 0);
    while (json({"show", id})["status"] != Json("waiting")) {
    }
  }
  static void expect_has(std::string const& text, std::string const& words) {
    EXPECT_NE(text.find(words), std::string::npos) << "no '" << words << "' in:\n" << text;
  }

  Served served_;
};

TEST_F(Operators, ASuspendedRunNamesTheVerbsThatHelp) {
  start("t1");
  auto const cancelled = call({"cancel", "t1", "--wait"});
  EXPECT_EQ(cancelled.code, 6) << cancelled.err;
  auto const shown = call({"show", "t1"}).out;
  for (auto const* verb : {"skald resume t1", "skald retry t1 takeBack",
                           "skald complete t1 takeBack --result JSON", "skald skip t1 tell"}) {
    expect_has(shown, verb);
    expect_has(cancelled.out, verb);
  }
  // They are what they say.
  EXPECT_EQ(call({"retry", "t1", "takeBack", "--dry-run"}).code, 0);
  EXPECT_EQ(call({"complete", "t1", "takeBack", "--result", "1", "--dry-run"}).code, 0);
  EXPECT_EQ(call({"skip", "t1", "tell"}).code, 0);
  auto const end = json({"show", "t1"});
  EXPECT_EQ(end["status"], Json("cancelled"));
  EXPECT_EQ(end["exceptions"].size(), 1U);
}

TEST_F(Operators, AHeldRunSaysHowItGoesOn) {
  start("t1");
  EXPECT_EQ(call({"suspend", "t1", "--reason", "lunch"}).code, 0);
  expect_has(call({"show", "t1"}).out, "skald resume t1");
  EXPECT_EQ(call({"resume", "t1"}).code, 0);
  EXPECT_EQ(call({"show", "t1"}).out.find("skald resume"), std::string::npos);
}

TEST_F(Operators, ThePlanIsReadBeforeWhileAndAfter) {
  start("t1");
  auto const before = call({"plan", "t1"});
  expect_has(before.err, "a cancel now would undo");
  expect_has(before.out, "DELETE http://127.0.0.1:1/booking");
  call({"cancel", "t1", "--wait"});
  auto const meanwhile = call({"plan", "t1"});
  expect_has(meanwhile.err, "its plan, first to last");
  expect_has(meanwhile.out, "suspended");
  EXPECT_EQ(json({"plan", "t1"})["phase"], Json("undoing"));
  call({"skip", "t1", "tell", "--reason", "all know"});
  auto const after = json({"plan", "t1"});
  EXPECT_EQ(after["phase"], Json("done"));
  EXPECT_EQ(after["undos"][0]["status"], Json("skipped"));
  EXPECT_EQ(after["undos"][0]["reason"], Json("all know"));
}

TEST_F(Operators, APlanShowsWhatUnwindsInside) {
  ASSERT_EQ(call({"deploy", scratch_file("inner.yaml", kInner)}).code, 0);
  ASSERT_EQ(call({"start", "demo/inner", "--id", "i1"}).code, 0);
  while (json({"show", "i1"})["status"] != Json("suspended")) {
  }
  auto const inside = call({"plan", "i1"});
  expect_has(inside.err,
             "'transport' unwinds after error 409 full; then transport handles it; next: train, "
             "which is suspended\na cancel now would then undo the rest, in this order:");
  expect_has(inside.out, "transport  1  train  succeeded  suspended  2         DELETE");
  expect_has(inside.out, "transport  2  car    succeeded  pending    0         noCar");
  expect_has(inside.out, "the run    1  hotel  succeeded  planned");
  ASSERT_EQ(call({"cancel", "i1"}).code, 0);
  expect_has(call({"plan", "i1"}).err,
             "'transport' unwinds after error 409 full; next: train, which is suspended\n"
             "then the run undoes the rest, in this order:");
  ASSERT_EQ(call({"skip", "i1", "train"}).code, 0);
  EXPECT_EQ(call({"wait", "i1"}).code, 9);
  auto const after = call({"plan", "i1"});
  expect_has(after.err, "'transport' has unwound after error 409 full");
  expect_has(after.out, "transport  1  train  succeeded  skipped");
  expect_has(after.out, "the run    1  hotel  succeeded  done");
}

TEST_F(Operators, APlanTellsWhatATryHasUndone) {
  ASSERT_EQ(call({"deploy", scratch_file("inner.yaml", kInner)}).code, 0);
  ASSERT_EQ(call({"start", "demo/inner", "--id", "i1"}).code, 0);
  while (json({"show", "i1"})["status"] != Json("suspended")) {
  }
  ASSERT_EQ(call({"skip", "i1", "train", "--reason", "it has left"}).code, 0);
  EXPECT_EQ(call({"wait", "i1"}).code, 0);
  auto const after = call({"plan", "i1"});
  expect_has(after.err, "nothing else was undone");
  expect_has(after.out, "transport  2  car    succeeded  done");
  auto const data = json({"plan", "i1"});
  EXPECT_EQ(data["phase"], Json("none"));
  EXPECT_EQ(data["unwinding"][0]["undos"][0]["reason"], Json("it has left"));
}

TEST_F(Operators, CancelAndWaitTellsOnlyWhatIsNew) {
  start("t1");
  auto const cancelled = call({"cancel", "t1", "--wait"});
  EXPECT_EQ(cancelled.err.find("tell started"), std::string::npos) << cancelled.err;
  expect_has(cancelled.err, "stopping after cancel");
}

TEST_F(Operators, ABulkKillSaysWhatItWouldLeaveAndIsRefused) {
  start("t1");
  ASSERT_EQ(call({"start", "demo/loop", "--id", "l1"}).code, 0);
  std::vector<std::string> const kill{"kill", "--where", "workflow=demo/trip", "--yes"};
  auto with = [&kill](std::vector<std::string> const& more) {
    auto all = kill;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  auto const dry = call(with({"--dry-run"}));
  EXPECT_EQ(dry.code, 4);
  expect_has(dry.out, "it would leave 'tell' behind");
  expect_has(dry.err, "1 run would be refused");
  auto const refused = call(kill);
  EXPECT_EQ(refused.code, 4);
  EXPECT_EQ(json({"show", "t1"})["status"], Json("waiting"));
  auto const known = call(with({"--leave-effects", "--dry-run"}));
  EXPECT_EQ(known.code, 0) << known.err;
  expect_has(known.out, "WOULD LEAVE BEHIND");
  EXPECT_EQ(call(with({"--leave-effects"})).code, 0);
  EXPECT_EQ(json({"show", "t1"})["status"], Json("killed"));
}

TEST_F(Operators, ADryRunOfAKillIsRefusedAsTheKillIs) {
  start("t1");
  auto const dry = call({"kill", "t1", "--dry-run"});
  EXPECT_EQ(dry.code, 4);
  expect_has(dry.out, "left behind:");
  expect_has(dry.err, "a kill would leave 'tell' behind");
  expect_has(dry.err, "skald kill t1 --leave-effects");
  auto const killed = call({"kill", "t1"});
  EXPECT_EQ(killed.code, 4);
  EXPECT_EQ(killed.err, dry.err);
  EXPECT_EQ(json({"show", "t1"})["status"], Json("waiting"));
  EXPECT_EQ(call({"kill", "t1", "--dry-run", "--leave-effects"}).code, 0);
}

TEST_F(Operators, AFilterThatFitsNoWorkflowIsSaid) {
  auto const list = call({"ls", "--workflow", "trip"});
  EXPECT_EQ(list.code, 0);
  expect_has(list.err, "did you mean 'demo/trip'?");
  EXPECT_EQ(call({"ls", "--workflow", "demo/trip"}).err, "no runs\n");
  auto const bulk = call({"cancel", "--where", "workflow=nope", "--yes"});
  EXPECT_EQ(bulk.code, 3);
  expect_has(bulk.err, "no run matches workflow=nope");
  expect_has(bulk.err, "no workflow 'nope' is deployed");
  auto const none = call({"cancel", "--where", "workflow=demo/trip", "--yes"});
  EXPECT_EQ(none.code, 0);
  expect_has(none.err, "no run matches");
}

TEST_F(Operators, AnEndedRunSaysHowItEndedAndWhatToDo) {
  start("t1");
  ASSERT_EQ(call({"kill", "t1", "--leave-effects"}).code, 0);
  for (auto const* verb : {"cancel", "suspend", "resume"}) {
    auto const printed = call({verb, "t1"});
    EXPECT_EQ(printed.code, 4);
    expect_has(printed.err, "run 't1' has ended (killed)");
    expect_has(printed.err, "skald start demo/trip");
  }
}

TEST_F(Operators, AListenIsCompletedWithAListOfEvents) {
  start("t1");
  auto const refused = call({"complete", "t1", "ask", "--result", R"({"yes":true})"});
  EXPECT_EQ(refused.code, 4);
  expect_has(refused.err, R"(give an array, such as [{"yes":true}])");
  EXPECT_EQ(call({"complete", "t1", "ask", "--result", R"([{"yes":true}])"}).code, 0);
  EXPECT_EQ(to_text(json({"wait", "t1"})["output"]), R"({"yes":true})");
}

TEST_F(Operators, AStepHasOneNameEverywhere) {
  ASSERT_EQ(call({"start", "demo/loop", "--id", "l1"}).code, 0);
  EXPECT_EQ(call({"signal", "l1", "demo.answer.v1"}).code, 0);
  std::string shown;
  while (shown.find("hold:2") == std::string::npos) {
    shown = call({"show", "l1"}).out;
    ASSERT_EQ(shown.find("completed  item 1"), std::string::npos);
  }
  expect_has(call({"history", "l1"}).out, "hold:2");
  auto const wrong = call({"complete", "l1", "hold:7", "--result", "[]"});
  EXPECT_EQ(wrong.code, 4);
  expect_has(wrong.err, "those that are: hold:2");
  EXPECT_EQ(call({"complete", "l1", "hold:2", "--result", "[]"}).code, 0);
  expect_has(call({"watch", "l1"}).err, "hold:2 completed");
}

TEST_F(Operators, AHistoryCutsDetailsAndSaysSo) {
  auto const text = std::string(300, 'x');
  ASSERT_EQ(call({"start", "demo/trip", "--id", "t1", "--input", "\"" + text + "\""}).code, 0);
  auto const cut = call({"history", "t1"});
  EXPECT_EQ(cut.out.find(text), std::string::npos);
  expect_has(cut.err, "--full");
  auto const full = call({"history", "t1", "--full"});
  expect_has(full.out, text);
  EXPECT_EQ(full.err, "");
}

TEST_F(Operators, AFamilyIsHeldAndGoesOnTogether) {
  ASSERT_EQ(call({"deploy", scratch_file("outer.yaml", kOuter)}).code, 0);
  ASSERT_EQ(call({"start", "demo/outer", "--id", "o1"}).code, 0);
  while (json({"show", "o1:1"})["status"] != Json("waiting")) {
  }
  auto const held = call({"suspend", "o1", "--reason", "storm"});
  EXPECT_EQ(held.code, 0) << held.err;
  expect_has(held.out + held.err, "held with it: o1:1");
  auto const child = json({"show", "o1:1"});
  EXPECT_EQ(child["heldWith"], Json("o1"));
  EXPECT_EQ(child["reason"], Json("storm"));
  expect_has(call({"show", "o1:1"}).out, "skald resume o1 ");
  auto const refused = call({"resume", "o1:1"});
  EXPECT_EQ(refused.code, 4);
  expect_has(refused.err, "run 'o1', which waits for it, is held");
  EXPECT_EQ(json({"resume", "--where", "status=suspended", "--dry-run"}).size(), 2U);
  auto const resumed = call({"resume", "--where", "status=suspended", "--yes"});
  EXPECT_EQ(resumed.code, 0) << resumed.out;
  EXPECT_EQ(json({"show", "o1:1"})["status"], Json("waiting"));
}

TEST_F(Operators, AParentThatWaitsForASuspendedChildIsResumedInItsPlace) {
  ASSERT_EQ(call({"deploy", scratch_file("outer.yaml", kOuter)}).code, 0);
  ASSERT_EQ(call({"start", "demo/outer", "--id", "o1"}).code, 0);
  while (json({"show", "o1:1"})["status"] != Json("waiting")) {
  }
  EXPECT_EQ(call({"cancel", "o1", "--wait"}).code, 6);
  EXPECT_EQ(call({"watch", "o1"}).code, 6);
  expect_has(call({"show", "o1"}).out, "skald resume o1 ");
  auto const resumed = call({"resume", "o1"});
  EXPECT_EQ(resumed.code, 0) << resumed.err;
  expect_has(resumed.out + resumed.err, "in run o1:1: the run goes on");
  EXPECT_EQ(call({"wait", "o1"}).code, 6);
  EXPECT_EQ(call({"resume", "--where", "status=suspended", "--yes"}).code, 0);
}

// Of a step that waits for an operator only those verbs are named that it takes.
TEST_F(Operators, APivotWhoseRunWasKilledIsCompletedWithEvidence) {
  ASSERT_EQ(call({"deploy", scratch_file("decisive.yaml", kDecisive)}).code, 0);
  ASSERT_EQ(call({"start", "demo/decisive", "--id", "d1"}).code, 0);
  auto const killed = call({"kill", "d1:1", "--leave-effects", "--yes"});
  ASSERT_EQ(killed.code, 0) << killed.err;
  EXPECT_EQ(call({"wait", "d1"}).code, 6);
  auto const shown = call({"show", "d1"}).out;
  expect_has(shown, "skald retry d1 inside ");
  expect_has(shown, "skald complete d1 inside --result JSON");
  EXPECT_EQ(shown.find("--input"), std::string::npos) << shown;
  EXPECT_NE(call({"retry", "d1", "inside", "--input", "{}"}).code, 0);
  EXPECT_EQ(call({"retry", "d1", "inside", "--dry-run"}).code, 0);
  EXPECT_EQ(call({"complete", "d1", "inside", "--result", "1"}).code, 0);
  EXPECT_EQ(call({"wait", "d1"}).code, 0);
}

TEST_F(Operators, ARunWhoseOutputCanNotBeMadeIsShownAndCanBeEnded) {
  auto const file = scratch_file("total.yaml", kTotal);
  ASSERT_EQ(call({"deploy", file}).code, 0);
  ASSERT_EQ(call({"start", "demo/total", "--id", "t1"}).code, 0);
  EXPECT_EQ(call({"wait", "t1"}).code, 6);
  auto const shown = call({"show", "t1"}).out;
  expect_has(shown, "the output of the workflow failed: no total");
  expect_has(shown, "skald kill t1 --leave-effects");
  EXPECT_EQ(call({"retry", "t1", "count"}).code, 4);
  EXPECT_EQ(call({"resume", "t1"}).code, 0);
  EXPECT_EQ(call({"kill", "t1", "--leave-effects", "--yes"}).code, 0);
}

TEST_F(Operators, AnEndedRunIsNotSuspendedByWhatItHasStarted) {
  ASSERT_EQ(call({"deploy", scratch_file("sender.yaml", kSender)}).code, 0);
  ASSERT_EQ(call({"start", "demo/sender", "--id", "s1"}).code, 0);
  while (json({"show", "s1:1"})["status"] != Json("waiting")) {
  }
  EXPECT_EQ(call({"wait", "s1"}).code, 0);
  EXPECT_EQ(call({"cancel", "s1:1", "--wait"}).code, 6);
  EXPECT_EQ(json({"show", "s1"})["status"], Json("completed"));
  EXPECT_EQ(call({"wait", "s1"}).code, 0);
}

}  // namespace
}  // namespace skald::cli
