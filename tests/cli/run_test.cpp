// skald run: durable, resumable, and its end in the exit code.

#include <gtest/gtest.h>
#include <httplib.h>

#include <csignal>
#include <thread>

#include "base/json.hpp"
#include "tests/cli/command.hpp"
#include "tests/support/process.hpp"

namespace skald::cli {
namespace {

using namespace testing;

std::string workflow(std::string const& tasks) {
  return "document: { dsl: '1.0.3', namespace: demo, name: flow, version: '1.0.0' }\n" + tasks;
}

std::string data_dir() {
  return scratch_dir() + "/data";
}

Json object(Printed const& printed) {
  auto value = parse_json(printed.out);
  EXPECT_TRUE(value.ok()) << printed.out << printed.err;
  return value ? *value : Json();
}

// A participant that books and unbooks, and refuses to be paid.
class Participant {
 public:
  Participant() {
    server_.Put("/book", [this](httplib::Request const&, httplib::Response& answer) {
      ++booked;
      answer.set_content(R"({"id":"b-1"})", "application/json");
    });
    server_.Delete("/book", [this](httplib::Request const&, httplib::Response& answer) {
      if (refuses) {
        answer.status = 500;
        return;
      }
      --booked;
      answer.status = 204;
    });
    server_.Put("/pay",
                [](httplib::Request const&, httplib::Response& answer) { answer.status = 402; });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
  }
  ~Participant() {
    server_.stop();
    thread_.join();
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  std::atomic<int> booked{0};
  std::atomic<bool> refuses{false};  // to be undone

 private:
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

TEST(RunCommand, PrintsThePinnedObject) {
  auto const file =
      scratch_file("w.yaml", workflow("do: [ { a: { set: { x: '${ .n + 1 }' } } } ]\n"));
  auto const printed = skald(
      {"run", file, "--input", R"({"n":1})", "--data-dir", data_dir(), "--id", "r1", "-o", "json"});
  EXPECT_EQ(printed.code, 0) << printed.err;
  EXPECT_EQ(to_text(object(printed)),
            R"({"id":"r1","workflow":"demo/flow/1.0.0","status":"completed","output":{"x":2},)"
            R"("error":null,"undone":[]})");
}

TEST(RunCommand, WithoutATerminalNothingIsCut) {
  auto const file =
      scratch_file("w.yaml", workflow("do: [ { a: { set: { text: '${ .x * 300 }' } } } ]\n"));
  auto const printed = skald({"run", file, "--input", R"({"x":"x"})", "--data-dir", data_dir()});
  EXPECT_EQ(printed.code, 0) << printed.err;
  auto const whole = "  output {\"text\":\"" + std::string(300, 'x') + "\"}\n";
  EXPECT_TRUE(printed.out.ends_with(whole)) << printed.out;
}

TEST(RunCommand, UndoesWhatWasDoneAndEndsWithFive) {
  Participant participant;
  auto const file = scratch_file("w.yaml", workflow(R"(do:
  - book:
      call: http
      with: { method: put, endpoint: 'http://hotel.local/book' }
      compensate:
        - unbook: { call: http, with: { method: delete, endpoint: 'http://hotel.local/book' } }
  - pay:
      call: http
      with: { method: put, endpoint: 'http://hotel.local/pay' }
)"));
  std::vector<std::string> const arguments{"run",        file,
                                           "--data-dir", data_dir(),
                                           "--rewrite",  "http://hotel.local=" + participant.url(),
                                           "-o",         "json"};
  auto const printed = skald(arguments);
  EXPECT_EQ(printed.code, 5) << printed.err;
  auto const run = object(printed);
  EXPECT_EQ(run["status"], Json("compensated"));
  EXPECT_EQ(run["error"]["status"], Json(402));
  EXPECT_EQ(to_text(run["undone"]), R"([{"task":"book","status":"done","attempts":1}])");
  EXPECT_EQ(participant.booked, 0);
}

TEST(RunCommand, AFaultEndsWithEight) {
  auto const file = scratch_file(
      "w.yaml",
      workflow("do: [ { a: { raise: { error: { type: 'https://e/x', status: 400 } } } } ]\n"));
  auto const printed = skald({"run", file, "--data-dir", data_dir()});
  EXPECT_EQ(printed.code, 8);
  EXPECT_NE(printed.out.find("✗ a"), std::string::npos) << printed.out;
}

TEST(RunCommand, CtrlCLeavesTheRunAndTheIdGoesOn) {
  auto const text = workflow("do: [ { a: { wait: { seconds: 2 } } }, { b: { set: { x: 1 } } } ]\n");
  auto const file = scratch_file("w.yaml", text);
  auto const err = scratch_dir() + "/interrupted";
  test::Process process({std::string(SKALD_BINARY_DIR) + "/bin/skald", "run", file, "--data-dir",
                         data_dir(), "--id", "r1"},
                        err);
  while (read_text(err).find("has started") == std::string::npos) std::this_thread::yield();
  process.signal(SIGINT);
  EXPECT_EQ(process.wait(), 130);
  EXPECT_NE(read_text(err).find("--id r1"), std::string::npos) << read_text(err);

  auto const changed = scratch_file("w.yaml", text + "# changed\n");
  auto const printed =
      skald({"run", changed, "--data-dir", data_dir(), "--id", "r1", "-o", "json"});
  EXPECT_EQ(printed.code, 0) << printed.err;
  EXPECT_EQ(object(printed)["output"]["x"], Json(1));
  EXPECT_NE(printed.err.find("goes on"), std::string::npos) << printed.err;
  EXPECT_EQ(printed.err.find("has changed"), std::string::npos) << "only a comment has changed";
}

TEST(RunCommand, TellsWhatToDoAboutAFunctionWhichItCanNotHave) {
  auto const file = scratch_file("w.yaml", workflow("do: [ { a: { call: fetch } } ]\n"));
  auto const own = skald({"run", file, "--data-dir", data_dir()});
  EXPECT_EQ(own.code, 1);
  EXPECT_NE(own.err.find("or rehearse the workflow with --dry"), std::string::npos) << own.err;
  auto const parent = scratch_file("p.yaml", workflow("do: [ { a: { set: { x: 1 } } } ]\n"));
  auto const child = skald({"run", parent, "--with", file, "--data-dir", data_dir()});
  EXPECT_NE(child.err.find("calls the function 'fetch', and 'skald run' has none"),
            std::string::npos)
      << child.err;
}

TEST(RunCommand, SaysWhenTheFileHasChanged) {
  auto const file = scratch_file("w.yaml", workflow("do: [ { a: { set: { x: 1 } } } ]\n"));
  EXPECT_EQ(skald({"run", file, "--data-dir", data_dir(), "--id", "r1"}).code, 0);
  scratch_file("w.yaml", workflow("do: [ { a: { set: { x: 2 } } } ]\n"));
  auto const again = skald({"run", file, "--data-dir", data_dir(), "--id", "r1", "-o", "json"});
  EXPECT_EQ(object(again)["output"]["x"], Json(1));
  EXPECT_NE(again.err.find("has changed"), std::string::npos) << again.err;
}

// Trying things out: the file counts for a new run, whatever its version says.
TEST(RunCommand, AnEditedFileRunsWithoutANewVersion) {
  auto const first = workflow("do: [ { a: { set: { x: 1 } } } ]\n");
  auto const second = workflow("do: [ { a: { set: { x: 2 } } } ]\n");
  auto const run = [&](std::string const& text, std::string const& id) {
    auto const file = scratch_file("w.yaml", text);
    return skald({"run", file, "--data-dir", data_dir(), "--id", id, "-o", "json"});
  };
  EXPECT_EQ(run(first, "r1").err.find("has changed"), std::string::npos);
  auto const edited = run(second, "r2");
  EXPECT_EQ(object(edited)["output"]["x"], Json(2));
  EXPECT_NE(edited.err.find("takes the new definition"), std::string::npos) << edited.err;
  EXPECT_EQ(object(run(second, "r3"))["output"]["x"], Json(2));
  EXPECT_EQ(object(run(first, "r4"))["output"]["x"], Json(1)) << "back to what it was";
  EXPECT_EQ(object(run(first, "r5"))["output"]["x"], Json(1));
  EXPECT_EQ(object(run(first, "r2"))["output"]["x"], Json(2)) << "a run keeps its definition";
}

TEST(RunCommand, ASuspendedRunSaysWhyAndGoesOnWithItsId) {
  Participant participant;
  participant.refuses = true;
  auto const file = scratch_file("w.yaml", workflow(R"(do:
  - book:
      call: http
      with: { method: put, endpoint: 'http://hotel.local/book' }
      compensate:
        - unbook:
            call: http
            with: { method: delete, endpoint: 'http://hotel.local/book' }
            retry: { delay: { milliseconds: 1 }, limit: { attempt: { count: 1 } } }
  - pay:
      call: http
      with: { method: put, endpoint: 'http://hotel.local/pay' }
)"));
  std::vector<std::string> const arguments{"run",        file,
                                           "--data-dir", data_dir(),
                                           "--rewrite",  "http://hotel.local=" + participant.url(),
                                           "--id",       "r1",
                                           "-o",         "json"};
  auto const suspended = skald(arguments);
  EXPECT_EQ(suspended.code, 6) << suspended.err;
  EXPECT_NE(to_text(object(suspended)["reason"]).find("unbook"), std::string::npos)
      << suspended.out;
  EXPECT_NE(suspended.err.find("--id r1"), std::string::npos) << suspended.err;
  participant.refuses = false;
  auto const resumed = skald(arguments);
  EXPECT_EQ(resumed.code, 5) << resumed.err;
  EXPECT_NE(resumed.err.find("was suspended"), std::string::npos) << resumed.err;
  EXPECT_EQ(participant.booked, 0);
}

TEST(RunCommand, ATimeoutOfZeroIsRefused) {
  auto const file = scratch_file("w.yaml", workflow("do: [ { a: { set: { x: 1 } } } ]\n"));
  auto const printed = skald({"run", file, "-d", data_dir(), "--timeout", "0"});
  EXPECT_EQ(printed.code, 2);
  EXPECT_NE(printed.err.find("longer than 0"), std::string::npos) << printed.err;
}

TEST(RunCommand, RefusesAnotherInputForTheSameId) {
  auto const file = scratch_file("w.yaml", workflow("do: [ { a: { set: { x: 1 } } } ]\n"));
  EXPECT_EQ(skald({"run", file, "-d", data_dir(), "--id", "r1", "-i", R"({"a":1})"}).code, 0);
  auto const printed = skald({"run", file, "-d", data_dir(), "--id", "r1", "-i", R"({"a":2})"});
  EXPECT_EQ(printed.code, 1);
  EXPECT_NE(printed.err.find("another input"), std::string::npos) << printed.err;
}

TEST(RunCommand, TimeoutLeavesTheRun) {
  auto const file = scratch_file("w.yaml", workflow("do: [ { a: { wait: { hours: 1 } } } ]\n"));
  auto const printed = skald({"run", file, "-d", data_dir(), "--timeout", "100ms"});
  EXPECT_EQ(printed.code, 7) << printed.err;
}

TEST(RunCommand, SaysWhatIsTriedAgainAndAgain) {
  auto const file = scratch_file("again.yaml", workflow(R"(
do:
  - pay:
      call: http
      with: { method: put, endpoint: 'http://127.0.0.1:1/pay' }
      retry: { delay: { milliseconds: 50 } }
)"));
  auto const err = scratch_dir() + "/again";
  test::Process process(
      {std::string(SKALD_BINARY_DIR) + "/bin/skald", "run", file, "--data-dir", data_dir()}, err);
  auto const* const wanted = "pay is tried again and again: ";
  while (read_text(err).find(wanted) == std::string::npos) std::this_thread::yield();
  process.signal(SIGINT);
  EXPECT_EQ(process.wait(), 130);
  auto const told = read_text(err);
  EXPECT_EQ(told.find(wanted), told.rfind(wanted)) << told;
}

TEST(RunCommand, SaysWhatEventItWaitsFor) {
  auto const file = scratch_file("human.yaml", workflow(R"(
do:
  - human: { listen: { to: { one: { with: { type: claim.decided } } } } }
)"));
  auto const printed = skald({"run", file, "-d", data_dir(), "--id", "h1", "--timeout", "100ms"});
  EXPECT_NE(printed.err.find("human waits for event claim.decided; if no step here sends it"),
            std::string::npos)
      << printed.err;
  EXPECT_NE(printed.err.find("skald signal h1 TYPE"), std::string::npos) << printed.err;
}

TEST(TestCommand, SaysAtOnceThatNobodyOffersAFunction) {
  auto const file = scratch_file("f.feature", R"(Feature: F
  Scenario: Waits
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: d, name: n, version: '1.0.0' }
    do: [ { a: { call: price } } ]
    """
    When the workflow is executed
    Then the workflow should complete
)");
  auto const printed = skald({"test", file});
  EXPECT_EQ(printed.code, 1);
  EXPECT_NE(printed.out.find("nobody here offers the function 'price'; say what it answers: And "
                             "calls of 'price' are answered with:"),
            std::string::npos)
      << printed.out;
}

TEST(TestCommand, RunsFeaturesAndCounts) {
  auto const file = scratch_file("f.feature", R"(Feature: F
  Scenario: Good
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: d, name: n, version: '1.0.0' }
    do: [ { a: { set: { x: 1 } } } ]
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    x: 1
    """
  Scenario: Bad
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: d, name: n, version: '1.0.0' }
    do: [ { a: { set: { x: 1 } } } ]
    """
    When the workflow is executed
    Then the workflow should fault
)");
  auto const printed = skald({"test", file});
  EXPECT_EQ(printed.code, 1);
  EXPECT_TRUE(printed.out.ends_with("1 passed, 1 failed\n")) << printed.out;
  EXPECT_EQ(skald({"test", file, "--filter", "Good"}).code, 0);
}

}  // namespace
}  // namespace skald::cli
