// The sweep finds what is wrong with a workflow, and finds nothing where all is well.

#include "runtime/sweep/sweep.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/compiler.hpp"
#include "dsl/yaml/reader.hpp"

namespace skald::sweep {
namespace {

Subject subject(std::string const& tasks, std::string const& stubs = "calls: {}",
                std::string const& saga = "{}") {
  auto const text =
      "document: { dsl: '1.0.3', namespace: test, name: swept, version: '1.0.0' }\nsaga: " + saga +
      "\ndo:\n" + tasks;
  auto const read = dsl::read_yaml(text, "workflow.yaml");
  auto const made = compiler::compile(*read.document);
  if (!made.graph) throw std::runtime_error(dsl::render(made.diagnostics));
  Subject out{made.graph, graph::digest(*made.graph).hex(), Json::object(), {}};
  std::vector<dsl::Diagnostic> findings;
  auto const yaml = dsl::read_yaml(stubs, "stubs.yaml");
  out.stubs = runtime::Stubs::read(*yaml.document, *out.graph, findings);
  if (!findings.empty()) throw std::runtime_error(dsl::render(findings));
  return out;
}

constexpr char kHotel[] =
    "  - hotel:\n"
    "      call: bookHotel\n"
    "      retry: { delay: PT1S, limit: { attempt: { count: 2 } } }\n"
    "      compensate: [ { cancelHotel: { call: cancelHotel, with: { of: '${ $undo.input }' } } } "
    "]\n";
constexpr char kFlight[] =
    "  - flight:\n"
    "      call: bookFlight\n"
    "      compensate: [ { cancelFlight: { call: cancelFlight } } ]\n";

std::string words(std::vector<Finding> const& findings) {
  std::string out;
  for (auto const& each : findings) out += each.what + " | " + to_text(each.schedule) + '\n';
  return out;
}

TEST(Sweep, FindsNothingWhereAllIsWell) {
  auto const report = sweep(subject(std::string(kHotel) + kFlight));
  EXPECT_EQ(words(report.problems), "");
  EXPECT_EQ(words(report.left), "");
  EXPECT_EQ(words(report.unsure), "");
  EXPECT_EQ(report.plain.status, "completed");
  EXPECT_EQ(report.left_out, 0U);
  for (auto const* kind : {"crash", "cancel", "refuse", "error", "timeout", "silence", "lost",
                           "late", "unsent", "twice"}) {
    EXPECT_GT(report.kinds.at(kind), 0U) << kind;
  }
  EXPECT_GT(report.ends.at("compensated"), 0U);
  EXPECT_GT(report.ends.at("cancelled"), 0U);
}

TEST(Sweep, PlaysParallelBranchesTriesWaitsAndEvents) {
  auto const report = sweep(subject(
      "  - both:\n"
      "      fork:\n"
      "        branches:\n"
      "          - hotel: { call: bookHotel, compensate: [ { ch: { call: cancelHotel } } ] }\n"
      "          - flight: { call: bookFlight, compensate: [ { cf: { call: cancelFlight } } ] }\n"
      "  - pause: { wait: PT1H }\n"
      "  - approval: { listen: { to: { one: { with: { type: test.approved } } } } }\n"
      "  - pay:\n"
      "      try: [ { charge: { call: charge, compensate: [ { refund: { call: refund } } ] } } ]\n"
      "      catch:\n"
      "        retry: { delay: PT1S, limit: { attempt: { count: 1 } } }\n"
      "  - items:\n"
      "      for: { each: item, in: '${ [1, 2] }' }\n"
      "      do: [ { ship: { call: ship, compensate: [ { recall: { call: recall } } ] } } ]\n",
      "events: [ { type: test.approved } ]"));
  EXPECT_EQ(words(report.problems), "");
  EXPECT_EQ(report.plain.status, "completed");
  EXPECT_GT(report.played, 1000U);
}

TEST(Sweep, PlaysCallsWhoseParticipantsCallBack) {
  auto const report =
      sweep(subject("  - paint:\n"
                    "      call: paint\n"
                    "      await: callback\n"
                    "      timeout: PT1M\n"
                    "      compensate: [ { unpaint: { call: unpaint } } ]\n" +
                    std::string(kFlight)));
  EXPECT_EQ(words(report.problems), "");
  EXPECT_EQ(words(report.left), "");
  EXPECT_EQ(report.plain.status, "completed");
  EXPECT_GT(report.ends.at("compensated"), 0U);
}

// The tasks of the parent, and those of its child test/child.
Subject family(std::string const& tasks, std::string const& child) {
  auto out = subject(tasks);
  auto const read = dsl::read_yaml(
      "document: { dsl: '1.0.3', namespace: test, name: child, version: '1.0.0' }\ndo:\n" + child,
      "child.yaml");
  auto const made = compiler::compile(*read.document);
  if (!made.graph) throw std::runtime_error(dsl::render(made.diagnostics));
  out.others.emplace(graph::digest(*made.graph).hex(), made.graph);
  return out;
}

constexpr char kRuns[] = "  - child: { run: { workflow: { namespace: test, name: child } } }\n";

TEST(Sweep, PlaysChildRuns) {
  auto const swept = family(std::string(kRuns) + kFlight, kHotel);
  auto const report = sweep(swept);
  EXPECT_EQ(words(report.problems), "");
  EXPECT_EQ(words(report.left), "");
  EXPECT_EQ(report.never, std::vector<std::string>{});
  EXPECT_EQ(report.plain.status, "completed");
  auto const trace = Player(swept, {{Kind::refuse, 0, "do/1/flight:1"}}).play();
  EXPECT_EQ(trace.runs.size(), 2U);
  EXPECT_EQ(trace.calls.front().name, ":1/do/0/hotel:1");
  EXPECT_EQ(judge(swept, trace).undone, std::vector<std::string>{"child"});
  // The faults meet the calls of the child too.
  auto const refused = Player(swept, {{Kind::refuse, 0, ":1/do/0/hotel:1"}}).play();
  EXPECT_EQ(judge(swept, refused).status, "faulted");
  EXPECT_TRUE(judge(swept, refused).problems.empty());
}

TEST(Sweep, PlaysChildrenOfManyKinds) {
  auto const report = sweep(family(
      "  - aside: { run: { workflow: { namespace: test, name: child }, await: false } }\n"
      "  - covered:\n"
      "      run: { workflow: { namespace: test, name: child } }\n"
      "      compensate: [ { undoAll: { call: undoAll } } ]\n"
      "  - both:\n"
      "      fork:\n"
      "        branches:\n"
      "          - one: { run: { workflow: { namespace: test, name: child } } }\n" +
          std::string("          - flight: { call: bookFlight, compensate: [ { cancelFlight: { "
                      "call: cancelFlight } } ] }\n"),
      kHotel));
  EXPECT_EQ(words(report.problems), "");
  EXPECT_EQ(report.plain.status, "completed");
}

TEST(Sweep, SaysWhichChildItMisses) {
  auto const report = sweep(subject(kRuns));
  ASSERT_FALSE(report.problems.empty());
  auto const swept = subject(kRuns);
  auto const trace = Player(swept, {}).play();
  EXPECT_EQ(trace.waits_for, "the workflow test/child: give its file with --with");
}

// What a completed child did must be gone once its parent has unwound.
TEST(Judge, SeesWhatAChildHasLeftBehind) {
  auto const swept = family(std::string(kRuns) + kFlight, kHotel);
  auto trace = Player(swept, {{Kind::refuse, 0, "do/1/flight:1"}}).play();
  ASSERT_TRUE(judge(swept, trace).problems.empty());
  auto& child = trace.runs.at(1).records;
  auto const ended = std::find_if(child.begin(), child.end(), [](runtime::Record const& record) {
    return std::holds_alternative<runtime::RunEnded>(record.body);
  });
  ASSERT_NE(ended, child.end());
  child.erase(std::next(ended), child.end());  // as if nobody had told it to unwind
  trace.books = {};
  trace.books.act(trace.calls.front().key);
  auto const verdict = judge(swept, trace);
  ASSERT_FALSE(verdict.problems.empty());
  EXPECT_EQ(verdict.problems.front(),
            "the child run :1 is completed, and this is left behind: :1/do/0/hotel:1");
}

TEST(Sweep, FindsAnUndoThatNeedsAnAnswerThatWasLost) {
  auto const swept = subject(
      "  - hotel:\n"
      "      call: http\n"
      "      with: { method: post, endpoint: 'http://h.example/b' }\n"
      "      compensate:\n"
      "        - cancelHotel: { call: http, with: { method: delete, endpoint: '${ "
      "$undo.output.self }' } }\n"
      "  - flight: { call: bookFlight, compensate: [] }\n",
      "calls: { hotel: { status: 201, content: { self: 'http://h.example/b/1' } } }",
      "{ retry: { limit: { attempt: { count: 2 } } } }");
  auto const report = sweep(swept);
  ASSERT_FALSE(report.problems.empty());
  auto const& first = report.problems.front();
  EXPECT_NE(first.what.find("the run is stuck (suspended): undo 'cancelHotel'"), std::string::npos)
      << first.what;
  EXPECT_EQ(first.schedule.size(), 1U);
  ASSERT_EQ(report.unsure.size(), 1U);
  // The schedule can be played again, from its text.
  auto const again = parse_schedule(to_text(first.schedule));
  ASSERT_TRUE(again.ok());
  auto const trace = Player(swept, *again, true).play();
  EXPECT_EQ(judge(swept, trace).problems.front(), first.what);
  EXPECT_FALSE(trace.story.empty());
}

TEST(Sweep, FindsAnUndoThatNeverSucceeds) {
  auto const report = sweep(subject(kHotel, "calls: { cancelHotel: { refused: never } }"));
  ASSERT_FALSE(report.problems.empty());
  EXPECT_EQ(report.problems.front().what,
            "do/0/hotel/compensate/0/cancelHotel:1 is tried again and again, and never succeeds");
}

TEST(Sweep, SaysWhatStaysBecauseItHasNoUndo) {
  auto const report = sweep(
      subject(std::string(kHotel) + "  - mail: { call: sendMail, compensate: [] }\n" + kFlight));
  EXPECT_EQ(words(report.problems), "");
  ASSERT_EQ(report.left.size(), 1U);
  EXPECT_EQ(report.left.front().what, "do/1/mail:1");
}

TEST(Sweep, StopsAtItsLimitAndSaysHowManyAreLeft) {
  auto const report = sweep(subject(std::string(kHotel) + kFlight), {.schedules = 20});
  EXPECT_EQ(report.played, 20U);
  EXPECT_GT(report.left_out, 0U);
}

// A judge that sees nothing would make every sweep green: here it is shown what must not be.
TEST(Judge, SeesABookingThatIsLeftBehind) {
  auto const swept = subject(std::string(kHotel) + kFlight);
  auto trace = Player(swept, {{Kind::refuse, 0, "do/1/flight:1"}}).play();
  ASSERT_EQ(judge(swept, trace).status, "compensated");
  ASSERT_TRUE(judge(swept, trace).problems.empty());
  auto const hotel = std::find_if(trace.calls.begin(), trace.calls.end(),
                                  [](Call const& call) { return call.name == "do/0/hotel:1"; });
  ASSERT_NE(hotel, trace.calls.end());
  trace.books = {};
  trace.books.act(hotel->key);
  auto const verdict = judge(swept, trace);
  ASSERT_EQ(verdict.problems.size(), 1U);
  EXPECT_EQ(verdict.problems.front(), "it was undone and is still there: do/0/hotel:1");
}

TEST(Judge, SeesACompletedRunWhoseWorkWasUndone) {
  auto const swept = subject(kHotel);
  auto trace = Player(swept, {}).play();
  ASSERT_TRUE(judge(swept, trace).problems.empty());
  trace.books = {};
  EXPECT_EQ(judge(swept, trace).problems.front(),
            "the run completed, and this was undone: do/0/hotel:1");
}

TEST(Schedule, IsReadAsItIsWritten) {
  for (auto const* text :
       {"no fault", "crash at 17", "refuse do/1/flight:1, crash at 31", "lost :2/do/0/room:1",
        "late do/0/hotel:2, twice do/0/hotel/compensate/0/cancel:1"}) {
    auto const schedule = parse_schedule(text);
    ASSERT_TRUE(schedule.ok()) << text;
    EXPECT_EQ(to_text(*schedule), text);
  }
  for (auto const* text : {"", "crash", "crash at x", "explode at 3", "refuse"}) {
    EXPECT_FALSE(parse_schedule(text).ok()) << text;
  }
}

}  // namespace
}  // namespace skald::sweep
