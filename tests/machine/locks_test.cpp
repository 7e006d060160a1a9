#include "runtime/machine/locks.hpp"

#include <gtest/gtest.h>

namespace skald::runtime {
namespace {

using Answer = LockAnswered::Answer;

constexpr Time kNow{1'767'225'600'000'000};

struct Home {
  LockTable table;
  LockTable replayed;

  // What the run hears at once; "waits" when it hears nothing.
  std::string ask(std::string const& lock, std::string const& run, std::uint32_t request,
                  std::string above = {}, std::vector<std::string> family = {}) {
    auto const reply = runtime::ask(
        table, {lock, run, ActivationId{request}, std::move(above), std::move(family)}, kNow);
    fold(reply.facts);
    if (!reply.answer) return "waits";
    switch (reply.answer->answer) {
      case Answer::granted: return "granted";
      case Answer::refused: return "refused for " + reply.answer->holder;
      case Answer::family: return "held by its parent " + reply.answer->holder;
      case Answer::withdrawn: break;
    }
    return "withdrawn";
  }
  // The facts in words: "a leaves, b has it".
  std::string withdraw(std::string const& lock, std::string const& run, std::uint32_t request) {
    return fold(runtime::withdraw(table, lock, run, ActivationId{request}, kNow));
  }
  std::string over(std::string const& lock, std::string const& run) {
    return fold(run_over(table, lock, run, kNow));
  }

  std::string fold(std::vector<LockFact> const& facts) {
    std::string words;
    for (auto const& fact : facts) {
      evolve(replayed, fact);
      words += words.empty() ? "" : ", ";
      if (auto const* released = std::get_if<LockReleased>(&fact.body)) {
        words += released->run + " leaves";
      } else if (auto const* granted = std::get_if<LockGranted>(&fact.body)) {
        words += granted->run + " has it";
      }
    }
    EXPECT_EQ(to_text(to_json(table)), to_text(to_json(replayed))) << "replay differs";
    return words;
  }
};

TEST(LockTable, GivesALockToWhoHasWaitedLongest) {
  Home home;
  EXPECT_EQ(home.ask("seat", "a", 1), "granted");
  EXPECT_EQ(home.ask("seat", "b", 1), "waits");
  EXPECT_EQ(home.ask("seat", "c", 1), "waits");
  EXPECT_EQ(home.over("seat", "a"), "a leaves, b has it");
  EXPECT_EQ(home.over("seat", "b"), "b leaves, c has it");
  EXPECT_EQ(home.over("seat", "c"), "c leaves");
  EXPECT_TRUE(home.table.empty());
}

TEST(LockTable, AnswersAQuestionThatIsAskedAgainAsBefore) {
  Home home;
  EXPECT_EQ(home.ask("seat", "a", 1), "granted");
  EXPECT_EQ(home.ask("seat", "a", 1), "granted");
  EXPECT_EQ(home.ask("seat", "b", 1), "waits");
  EXPECT_EQ(home.ask("seat", "b", 1, "z"), "waits");
  EXPECT_EQ(home.over("seat", "a"), "a leaves, b has it");
  EXPECT_EQ(home.ask("seat", "b", 1), "granted");
}

TEST(LockTable, LetsNobodyWaitBelowWhatHeHas) {
  Home home;
  EXPECT_EQ(home.ask("b", "one", 1), "granted");
  EXPECT_EQ(home.ask("b", "two", 1, "c"), "refused for one");
  EXPECT_EQ(home.ask("b", "two", 1, "b"), "refused for one");
  EXPECT_EQ(home.ask("b", "two", 1, "a"), "waits");
  EXPECT_EQ(home.ask("a", "two", 2, "z"), "granted");
}

TEST(LockTable, IsNotWaitedForByAChildOfItsHolder) {
  Home home;
  EXPECT_EQ(home.ask("seat", "trip", 1), "granted");
  EXPECT_EQ(home.ask("seat", "trip:2", 1, "", {"trip"}), "held by its parent trip");
  EXPECT_EQ(home.ask("seat", "trip:2", 1), "waits");
}

TEST(LockTable, ForgetsARequestThatIsWithdrawnWhetherItWasGrantedOrNot) {
  Home home;
  EXPECT_EQ(home.ask("seat", "a", 1), "granted");
  EXPECT_EQ(home.ask("seat", "b", 4), "waits");
  EXPECT_EQ(home.ask("seat", "c", 1), "waits");
  EXPECT_EQ(home.withdraw("seat", "b", 3), "");
  EXPECT_EQ(home.withdraw("seat", "b", 4), "b leaves");
  EXPECT_EQ(home.withdraw("seat", "b", 4), "");
  EXPECT_EQ(home.withdraw("seat", "a", 1), "a leaves, c has it");
  EXPECT_EQ(home.withdraw("other", "a", 1), "");
}

// Messages may overtake each other: a withdrawal comes before its request, which is then granted to
// nobody, and is withdrawn once more when the run has asked anew.
TEST(LockTable, TakesNothingFromANewerRequestWhenAnOldOneIsWithdrawn) {
  Home home;
  EXPECT_EQ(home.withdraw("seat", "a", 1), "");
  EXPECT_EQ(home.ask("seat", "a", 1), "granted");
  EXPECT_EQ(home.ask("seat", "a", 2), "granted");
  EXPECT_EQ(home.ask("seat", "b", 1), "waits");
  EXPECT_EQ(home.withdraw("seat", "a", 1), "");
  EXPECT_EQ(home.ask("seat", "a", 1), "waits");  // it hears of the newer one only
  EXPECT_EQ(home.withdraw("seat", "a", 2), "a leaves, b has it");
}

TEST(LockTable, KeepsThePlaceOfARunThatAsksAnew) {
  Home home;
  EXPECT_EQ(home.ask("seat", "a", 1), "granted");
  EXPECT_EQ(home.ask("seat", "b", 1), "waits");
  EXPECT_EQ(home.ask("seat", "c", 1), "waits");
  EXPECT_EQ(home.ask("seat", "b", 2), "waits");
  EXPECT_EQ(home.withdraw("seat", "b", 1), "");
  EXPECT_EQ(home.ask("seat", "c", 2, "table"), "refused for a");  // it has taken more meanwhile
  EXPECT_EQ(home.over("seat", "a"), "a leaves, b has it");
  EXPECT_EQ(home.over("seat", "b"), "b leaves");
}

}  // namespace
}  // namespace skald::runtime
