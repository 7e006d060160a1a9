// The registry of locks, as stories: each line says what comes to the home of the locks and, behind
// the colon, what comes of it.
//
//   RUN asks LOCK REQUEST [above LOCK] [under RUN]    RUN withdraws LOCK REQUEST    RUN ends LOCK

#include "runtime/machine/locks.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace skald::runtime {
namespace {

constexpr Time kNow{1'767'225'600'000'000};

class Home {
 public:
  // The story as it went.
  std::string play(std::string const& story) {
    std::istringstream in(story);
    std::string told;
    for (std::string line; std::getline(in, line);) {
      auto const said = line.substr(0, line.find(": "));
      told += said.empty() ? "\n" : said + ": " + hear(said) + "\n";
    }
    return told;
  }
  bool empty() const { return table_.empty(); }

 private:
  std::string hear(std::string const& line) {
    std::istringstream in(line);
    std::string run;
    std::string verb;
    std::string lock;
    std::uint32_t request = 0;
    in >> run >> verb >> lock >> request;
    if (verb == "ends") return fold(run_over(table_, lock, run, kNow));
    if (verb == "withdraws") return fold(withdraw(table_, lock, run, ActivationId{request}, kNow));
    LockAsk question{lock, run, ActivationId{request}, {}, {}};
    for (std::string word; in >> word;) {
      if (word == "above") in >> question.above;
      if (word == "under") in >> question.family.emplace_back();
    }
    auto const reply = ask(table_, question, kNow);
    fold(reply.facts);
    return reply.answer ? words_of(*reply.answer) : "waits";
  }

  static std::string words_of(LockAnswered const& answer) {
    switch (answer.answer) {
      case LockAnswered::Answer::granted: return "granted";
      case LockAnswered::Answer::refused: return "refused for " + answer.holder;
      case LockAnswered::Answer::family: return "held by its parent " + answer.holder;
      case LockAnswered::Answer::withdrawn: break;
    }
    return "withdrawn";
  }

  // The facts in words. They must make of another table what the decision made of this one.
  std::string fold(std::vector<LockFact> const& facts) {
    std::string words;
    for (auto const& fact : facts) {
      evolve(replayed_, fact);
      if (auto const* released = std::get_if<LockReleased>(&fact.body)) {
        words += (words.empty() ? "" : ", ") + released->run + " leaves";
      } else if (auto const* granted = std::get_if<LockGranted>(&fact.body)) {
        words += (words.empty() ? "" : ", ") + granted->run + " has it";
      }
    }
    EXPECT_EQ(to_text(to_json(table_)), to_text(to_json(replayed_))) << "replay differs";
    return words.empty() ? "nothing" : words;
  }

  LockTable table_;
  LockTable replayed_;
};

// Gives the home at the story's end.
Home expect(std::string const& story) {
  Home home;
  EXPECT_EQ(home.play(story), story);
  return home;
}

TEST(LockTable, GivesALockToWhoHasWaitedLongest) {
  auto const home = expect(R"(
a asks seat 1: granted
b asks seat 1: waits
c asks seat 1: waits
a ends seat: a leaves, b has it
b ends seat: b leaves, c has it
c ends seat: c leaves
)");
  EXPECT_TRUE(home.empty());
}

TEST(LockTable, AnswersAQuestionThatIsAskedAgainAsBefore) {
  expect(R"(
a asks seat 1: granted
a asks seat 1: granted
b asks seat 1: waits
b asks seat 1 above z: waits
a ends seat: a leaves, b has it
b asks seat 1: granted
)");
}

TEST(LockTable, LetsNobodyWaitBelowWhatHeHas) {
  expect(R"(
one asks b 1: granted
two asks b 1 above c: refused for one
two asks b 1 above b: refused for one
two asks b 1 above a: waits
two asks a 2 above z: granted
)");
}

TEST(LockTable, IsNotWaitedForByAChildOfItsHolder) {
  expect(R"(
trip asks seat 1: granted
trip:2 asks seat 1 under trip: held by its parent trip
trip:2 asks seat 1: waits
)");
}

TEST(LockTable, ForgetsARequestThatIsWithdrawnWhetherItWasGrantedOrNot) {
  expect(R"(
a asks seat 1: granted
b asks seat 4: waits
c asks seat 1: waits
b withdraws seat 3: nothing
b withdraws seat 4: b leaves
b withdraws seat 4: nothing
a withdraws seat 1: a leaves, c has it
a withdraws other 1: nothing
)");
}

// Messages may overtake each other: a withdrawal comes before its request, which is then granted to
// nobody, and is withdrawn once more when the run has asked anew. Then it hears of the newer one
// only.
TEST(LockTable, TakesNothingFromANewerRequestWhenAnOldOneIsWithdrawn) {
  expect(R"(
a withdraws seat 1: nothing
a asks seat 1: granted
a asks seat 2: granted
b asks seat 1: waits
a withdraws seat 1: nothing
a asks seat 1: waits
a withdraws seat 2: a leaves, b has it
)");
}

// But when it has taken more meanwhile, it may not wait any longer.
TEST(LockTable, KeepsThePlaceOfARunThatAsksAnew) {
  expect(R"(
a asks seat 1: granted
b asks seat 1: waits
c asks seat 1: waits
b asks seat 2: waits
b withdraws seat 1: nothing
c asks seat 2 above table: refused for a
a ends seat: a leaves, b has it
b ends seat: b leaves
)");
}

}  // namespace
}  // namespace skald::runtime
