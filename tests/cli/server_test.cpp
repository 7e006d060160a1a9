// The commands that speak to a server, against `skald serve`.

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "base/json.hpp"
#include "tests/cli/command.hpp"
#include "tests/cli/served.hpp"
#include "tests/support/process.hpp"

namespace skald::cli {
namespace {

using namespace testing;

constexpr char const* kApproval =
    R"(document: { dsl: '1.0.3', namespace: demo, name: approval, version: '1.0.0' }
do:
  - ask:
      listen: { to: { one: { with: { type: demo.answer.v1 } } } }
      output: { as: '.[0]' }
)";

class ServerCommands : public ::testing::Test {
 protected:
  void SetUp() override {
    auto const deployed = call({"deploy", scratch_file("approval.yaml", kApproval)});
    ASSERT_EQ(deployed.code, 0) << deployed.err;
    EXPECT_NE(deployed.out.find("demo/approval/1.0.0 deployed"), std::string::npos);
  }

  Printed call(std::vector<std::string> const& arguments) const { return server_.call(arguments); }
  Json json(std::vector<std::string> const& arguments) const { return server_.json(arguments); }

  Served server_;
};

TEST_F(ServerCommands, StartSignalAndWait) {
  EXPECT_EQ(call({"start", "demo/approval", "--id", "a1"}).out, "a1\n");
  auto const shown = call({"show", "a1"});
  EXPECT_NE(shown.out.find("event demo.answer.v1"), std::string::npos) << shown.out;
  EXPECT_EQ(call({"wait", "a1", "--timeout", "50ms"}).code, 7);
  EXPECT_EQ(call({"signal", "a1", "demo.answer.v1", "--data", R"({"yes":true})"}).code, 0);
  auto const end = json({"wait", "a1"});
  EXPECT_EQ(end["status"], Json("completed"));
  EXPECT_EQ(to_text(end["output"]), R"({"yes":true})");
}

TEST_F(ServerCommands, SignalTellsWhatCameOfTheEvent) {
  call({"start", "demo/approval", "--id", "a1"});
  auto const kept = call({"signal", "a1", "somebody.else"});
  EXPECT_EQ(kept.code, 0);
  EXPECT_NE(kept.err.find("it listens for demo.answer.v1 now; the event is kept"),
            std::string::npos)
      << kept.err;
  auto const slip = call({"signal", "a1", "demo.anwser.v1"});
  EXPECT_NE(slip.err.find("(did you mean 'demo.answer.v1'?)"), std::string::npos) << slip.err;
  auto const answered = call({"signal", "a1", "demo.answer.v1", "--event-id", "e1"});
  EXPECT_NE(answered.err.find("run a1 took the event"), std::string::npos) << answered.err;
  auto const ended = call({"signal", "a1", "demo.answer.v1"});
  EXPECT_EQ(ended.code, 4);
  EXPECT_NE(ended.err.find("'a1' has ended (completed)"), std::string::npos) << ended.err;
  EXPECT_EQ(call({"signal", "nobody", "demo.answer.v1"}).code, 3);
}

// Whatever the server does, the time that was given and Ctrl-C count.
TEST_F(ServerCommands, WaitEndsInTimeAlthoughTheServerHangs) {
  call({"start", "demo/approval", "--id", "a1"});
  server_.signal(SIGSTOP);
  auto const late = call({"wait", "a1", "--timeout", "10ms"});
  EXPECT_EQ(late.code, 7) << late.err;
  auto const err = scratch_dir() + "/waiting";
  test::Process waiting(
      {std::string(SKALD_BINARY_DIR) + "/bin/skald", "wait", "a1", "--server", server_.url()}, err);
  while (read_text(err).find("does not answer") == std::string::npos) std::this_thread::yield();
  waiting.signal(SIGINT);
  EXPECT_EQ(waiting.wait(), 130) << read_text(err);
  server_.signal(SIGCONT);
}

TEST_F(ServerCommands, ANameWithoutNamespaceIsAnsweredWithTheWholeOne) {
  auto const printed = call({"start", "approval"});
  EXPECT_EQ(printed.code, 3);
  EXPECT_NE(printed.err.find("did you mean 'demo/approval'?"), std::string::npos) << printed.err;
  auto const misspelt = call({"start", "demo/aproval"});
  EXPECT_EQ(misspelt.code, 3);
  EXPECT_NE(misspelt.err.find("did you mean 'demo/approval'?"), std::string::npos) << misspelt.err;
}

TEST_F(ServerCommands, ABadCursorIsAnError) {
  auto const printed = call({"ls", "--after", "nonsense"});
  EXPECT_EQ(printed.code, 2);
  EXPECT_NE(printed.err.find("is no cursor"), std::string::npos) << printed.err;
}

TEST_F(ServerCommands, TheSameStartIsTheSameRunAndAnotherInputIsRefused) {
  EXPECT_EQ(json({"start", "demo/approval", "--id", "a1"})["created"], Json(true));
  EXPECT_EQ(json({"start", "demo/approval", "--id", "a1"})["created"], Json(false));
  auto const other = call({"start", "demo/approval", "--id", "a1", "-i", "{\"x\":1}"});
  EXPECT_EQ(other.code, 1);
  EXPECT_NE(other.err.find("error[conflict]"), std::string::npos) << other.err;
}

TEST_F(ServerCommands, ListsAndFilters) {
  call({"start", "demo/approval", "--id", "a1"});
  call({"start", "demo/approval", "--id", "a2"});
  call({"cancel", "a2", "--wait"});
  EXPECT_EQ(json({"ls"}).size(), 2U);
  auto const cancelled = json({"ls", "--status", "cancelled"});
  ASSERT_EQ(cancelled.size(), 1U);
  EXPECT_EQ(cancelled[0]["id"], Json("a2"));
  EXPECT_EQ(call({"ls"}).out.rfind("RUN", 0), 0U);
  EXPECT_EQ(json({"ls", "--workflows"})[0]["workflow"], Json("demo/approval/1.0.0"));
}

TEST_F(ServerCommands, LocksSaysWhoHoldsAndWhoWaits) {
  EXPECT_NE(call({"locks"}).err.find("no lock is held"), std::string::npos);
  auto const file =
      scratch_file("seat.yaml",
                   "document: { dsl: '1.0.3', namespace: demo, name: seat, version: '1.0.0' }\n"
                   "do: [ { hold: { lock: 'seat:7A', listen: { to: { one: { with: { type: paid "
                   "} } } } } } ]\n");
  ASSERT_EQ(call({"deploy", file}).code, 0);
  call({"start", "demo/seat", "--id", "s1"});
  while (json({"locks"}).size() == 0) {
  }
  call({"start", "demo/seat", "--id", "s2"});
  while (json({"locks", "seat:7A"})[0]["waiting"].size() == 0) {
  }
  auto const listed = call({"locks", "seat:7A"});
  EXPECT_EQ(listed.code, 0);
  EXPECT_NE(listed.out.find("seat:7A"), std::string::npos) << listed.out;
  EXPECT_NE(listed.out.find("waiting 1"), std::string::npos) << listed.out;
  EXPECT_NE(call({"show", "s2"}).out.find("held by s1"), std::string::npos);
  EXPECT_NE(call({"show", "s1"}).out.find("s2 waits for it"), std::string::npos);
  EXPECT_NE(call({"locks", "other"}).err.find("nobody holds lock 'other'"), std::string::npos);
}

TEST_F(ServerCommands, CancelEndsWithNine) {
  call({"start", "demo/approval", "--id", "a1"});
  auto const cancelled = call({"cancel", "a1", "--reason", "not needed", "--wait"});
  EXPECT_EQ(cancelled.code, 9);
  EXPECT_NE(cancelled.out.find("not needed"), std::string::npos) << cancelled.out;
  EXPECT_EQ(call({"cancel", "a1"}).code, 4);
}

TEST_F(ServerCommands, AKillThatLeavesNothingIsDone) {
  call({"start", "demo/approval", "--id", "a1"});
  auto const dry = call({"kill", "a1", "--dry-run"});
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_NE(dry.out.find("nothing is left behind"), std::string::npos) << dry.out;
  EXPECT_NE(json({"show", "a1"})["status"], Json("killed"));
  auto const killed = call({"kill", "a1", "--reason", "a test"});
  EXPECT_EQ(killed.code, 0) << killed.err;
  EXPECT_NE(killed.out.find("it is now killed"), std::string::npos) << killed.out;
  EXPECT_NE(killed.out.find("nothing is left behind"), std::string::npos) << killed.out;
  EXPECT_EQ(json({"show", "a1"})["status"], Json("killed"));
}

TEST_F(ServerCommands, HistoryPlanAndWatch) {
  call({"start", "demo/approval", "--id", "a1"});
  EXPECT_EQ(json({"history", "a1"})[0]["type"], Json("RunStarted"));
  EXPECT_EQ(json({"plan", "a1"})["undos"].size(), 0U);
  call({"cancel", "a1"});
  EXPECT_EQ(call({"watch", "a1"}).code, 9);
}

TEST_F(ServerCommands, AHistoryIsReadInPieces) {
  call({"start", "demo/approval", "--id", "a1"});
  call({"cancel", "a1", "--wait"});
  auto const all = json({"history", "a1"});
  ASSERT_GT(all.size(), 3U);
  EXPECT_EQ(json({"history", "a1", "--last", "2"})[1], all[all.size() - 1]);
  auto const piece = json({"history", "a1", "--after", "1", "--limit", "2"});
  ASSERT_EQ(piece.size(), 2U);
  EXPECT_EQ(piece[0], all[1]);
}

TEST_F(ServerCommands, WatchAsLinesHasEveryFactOnceAndInOrder) {
  call({"start", "demo/approval", "--id", "a1"});
  call({"signal", "a1", "demo.answer.v1"});
  auto const watched = call({"watch", "a1", "-o", "jsonl"});
  EXPECT_EQ(watched.code, 0) << watched.err;
  EXPECT_EQ(watched.out, call({"history", "a1", "-o", "jsonl"}).out);
}

TEST_F(ServerCommands, WhatIsNotThereIsNotFound) {
  for (auto const* command : {"show", "wait", "history", "plan", "cancel", "watch"}) {
    auto const printed = call({command, "nobody"});
    EXPECT_EQ(printed.code, 3) << command << ": " << printed.err;
  }
  EXPECT_EQ(call({"start", "demo/nothing"}).code, 3);
}

constexpr char const* kCallsSomething =
    R"(document: { dsl: '1.0.3', namespace: demo, name: calls, version: '1.0.0' }
do:
  - book: { call: bookHotel, timeout: { after: { seconds: 2 } } }
)";

TEST_F(ServerCommands, AFunctionThatNobodyOffersIsSaidAndWaitedFor) {
  auto const deployed = call({"deploy", scratch_file("calls.yaml", kCallsSomething)});
  EXPECT_EQ(deployed.code, 0);
  EXPECT_NE(deployed.err.find("no worker offers 'bookHotel'"), std::string::npos) << deployed.err;
  call({"start", "demo/calls", "--id", "c1"});
  std::string picture;
  while (picture.find("a worker that offers 'bookHotel'") == std::string::npos) {
    picture = call({"show", "c1"}).out;
    ASSERT_EQ(picture.find("faulted"), std::string::npos) << picture;
  }
  EXPECT_EQ(json({"show", "c1"})["status"], Json("waiting"));
  EXPECT_EQ(call({"cancel", "c1", "--wait"}).code, 9);
}

TEST(ServeCommand, AFaultyFileIsReportedAsDeployReportsIt) {
  auto const file = scratch_file("bad.yaml", "document: { dsl: '1.0.3' }\ndo: []\n");
  auto const served =
      skald({"serve", "-d", scratch_dir() + "/data", "-l", "127.0.0.1:0", "--deploy", file});
  auto const checked = skald({"check", file}).err;
  EXPECT_EQ(served.code, 1);
  EXPECT_EQ(served.err, checked);
}

TEST(ServerCommand, ANobodyThereSaysWhatToDo) {
  auto const printed = skald({"ls", "--server", "http://127.0.0.1:1"});
  EXPECT_EQ(printed.code, 1);
  EXPECT_NE(printed.err.find("error[unavailable]"), std::string::npos) << printed.err;
  EXPECT_NE(printed.err.find("skald serve"), std::string::npos) << printed.err;
}

TEST(ServerCommand, TheServerMayStandBeforeTheCommand) {
  auto const printed = skald({"--server", "http://127.0.0.1:1", "ls"});
  EXPECT_EQ(printed.code, 1);
  EXPECT_NE(printed.err.find("127.0.0.1:1"), std::string::npos) << printed.err;
}

TEST(CommandLine, AFileAsInputIsMentioned) {
  auto const file = scratch_file("trip.json", "{}");
  auto const printed = skald({"start", "a/b", "--input", file});
  EXPECT_EQ(printed.code, 2);
  EXPECT_NE(printed.err.find("to read the file write --input @" + file), std::string::npos)
      << printed.err;
}

TEST(CommandLine, NearWordsAreSuggested) {
  auto const says = [](std::vector<std::string> const& arguments, std::string const& words) {
    auto const printed = skald(arguments);
    EXPECT_EQ(printed.code, 2);
    EXPECT_NE(printed.err.find(words), std::string::npos) << printed.err;
  };
  says({"shw", "a1"}, "did you mean 'skald show'?");
  says({"bogus"}, "there is no command 'bogus'");
  says({"list"}, "'skald ls' lists runs");
  says({"terminate", "a1"}, "'skald cancel RUN' stops a run and undoes what it did");
  says({"start", "a/b/1.0.0/c"}, "write namespace/name, or namespace/name/version");
  says({"bogus"}, "'skald --help' lists the commands");
  says({"ls", "--lmit", "3"}, "skald ls has no option '--lmit'");
  says({"ls", "--lmit=3"}, "did you mean '--limit'?");
  says({"wait", "a1", "a2"}, "skald wait does not know what to do with 'a2'");
  says({"serve", "--partitions", "0"}, "'0' is not a number from 1 to 256");
  says({"ls", "--limit", "0"}, "'0' is not a number from 1 to 1000");
}

TEST(ServeCommand, ALockedDirectoryAndAPortInUseAreClearErrors) {
  auto const data = scratch_dir() + "/data";
  auto const program = std::string(SKALD_BINARY_DIR) + "/bin/skald";
  test::Process first({program, "serve", "--data-dir", data, "--listen", "127.0.0.1:0"},
                      scratch_dir() + "/first");
  auto const line = first.read_line(std::chrono::seconds(30)).value_or("");
  auto const at = line.find("http://") + 7;
  auto const address = line.substr(at, line.find(' ', at) - at);
  auto const locked = skald({"serve", "--data-dir", data, "--listen", "127.0.0.1:0"});
  EXPECT_EQ(locked.code, 4);
  EXPECT_NE(locked.err.find(data), std::string::npos) << locked.err;
  auto const used = skald({"serve", "--data-dir", data + "2", "--listen", address});
  EXPECT_EQ(used.code, 1);
  EXPECT_NE(used.err.find("error[unavailable]"), std::string::npos) << used.err;
  EXPECT_FALSE(std::filesystem::exists(data + "2")) << "before anything is made";
  EXPECT_EQ(skald({"serve", "--listen", "nonsense"}).code, 2);
}

}  // namespace
}  // namespace skald::cli
