#include "saga/outcome.hpp"

#include <gtest/gtest.h>

namespace skald::saga {
namespace {

using Kind = Answer::Kind;

Answer answer(Kind kind, int status = 0) {
  Answer result;
  result.kind = kind;
  result.status = status;
  return result;
}

Outcome forward(Answer const& given) {
  return outcome_of(given, Direction::forward, false, {});
}

TEST(Outcome, OfEveryStatusOfAResponse) {
  for (int status = 100; status < 600; ++status) {
    auto expected = Outcome::in_doubt;
    if (status / 100 == 2) expected = Outcome::succeeded;
    if (status / 100 == 4) expected = Outcome::refused;
    if (status == 408 || status == 425 || status == 429) expected = Outcome::in_doubt;
    EXPECT_EQ(forward(answer(Kind::response, status)), expected) << status;
  }
}

TEST(Outcome, OfAFunction) {
  EXPECT_EQ(forward(answer(Kind::returned)), Outcome::succeeded);
  EXPECT_EQ(forward(answer(Kind::refused)), Outcome::refused);
  EXPECT_EQ(forward(answer(Kind::failed)), Outcome::in_doubt);
}

TEST(Outcome, OfSilence) {
  EXPECT_EQ(forward(answer(Kind::lost)), Outcome::in_doubt);
  EXPECT_EQ(forward(answer(Kind::not_sent)), Outcome::not_sent);
}

TEST(Outcome, UndoOfSomethingGoneIsDone) {
  EXPECT_EQ(outcome_of(answer(Kind::response, 410), Direction::undo, false, {}),
            Outcome::succeeded);
  EXPECT_EQ(outcome_of(answer(Kind::response, 404), Direction::undo, true, {}), Outcome::succeeded);
  EXPECT_EQ(outcome_of(answer(Kind::response, 404), Direction::undo, false, {}), Outcome::refused);
  EXPECT_EQ(forward(answer(Kind::response, 410)), Outcome::refused);
}

TEST(Outcome, DoneOnAddsStatusesToUndosOnly) {
  graph::EffectPolicy policy;
  policy.done_on = {409};
  EXPECT_EQ(outcome_of(answer(Kind::response, 409), Direction::undo, false, policy),
            Outcome::succeeded);
  EXPECT_EQ(outcome_of(answer(Kind::response, 409), Direction::forward, false, policy),
            Outcome::refused);
}

TEST(Outcome, OverAllAttemptsIsTheMostThatMayHaveHappened) {
  Outcome const all[] = {Outcome::not_sent, Outcome::refused, Outcome::in_doubt,
                         Outcome::succeeded};
  for (auto const before : all) {
    for (auto const attempt : all) {
      auto const both = combine(before, attempt);
      EXPECT_EQ(both, before < attempt ? attempt : before);
      EXPECT_EQ(both, combine(attempt, before));
    }
  }
  EXPECT_EQ(combine(Outcome::in_doubt, Outcome::refused), Outcome::in_doubt);
}

TEST(Outcome, WhatIsUndone) {
  graph::EffectPolicy policy;
  EXPECT_TRUE(must_undo(Outcome::succeeded, policy));
  EXPECT_TRUE(must_undo(Outcome::in_doubt, policy));
  EXPECT_FALSE(must_undo(Outcome::refused, policy));
  EXPECT_FALSE(must_undo(Outcome::not_sent, policy));
  policy.undo_on_refused = true;
  EXPECT_TRUE(must_undo(Outcome::refused, policy));
  EXPECT_FALSE(must_undo(Outcome::not_sent, policy));
}

TEST(Outcome, WhatMayBeTriedAgain) {
  for (int const status : {408, 425, 429, 500, 503}) {
    auto const given = answer(Kind::response, status);
    EXPECT_TRUE(retriable(given, forward(given))) << status;
  }
  for (int const status : {200, 400, 404, 409, 422}) {
    auto const given = answer(Kind::response, status);
    EXPECT_FALSE(retriable(given, forward(given))) << status;
  }
  EXPECT_TRUE(retriable(answer(Kind::not_sent), Outcome::not_sent));
  EXPECT_TRUE(retriable(answer(Kind::lost), Outcome::in_doubt));
  EXPECT_FALSE(retriable(answer(Kind::refused), Outcome::refused));
}

TEST(Ongoing, AStatusThatIsListedOrTheHeaderMeansNotFinished) {
  graph::EffectPolicy policy;
  Answer answer;
  answer.kind = Answer::Kind::response;
  answer.status = 202;
  EXPECT_FALSE(is_ongoing(answer, policy));
  EXPECT_EQ(outcome_of(answer, Direction::forward, false, policy), Outcome::succeeded);
  policy.ongoing = graph::Ongoing{{202, 425}, {}};
  EXPECT_TRUE(is_ongoing(answer, policy));
  EXPECT_EQ(outcome_of(answer, Direction::forward, false, policy), Outcome::in_doubt);
  answer.status = 200;
  EXPECT_FALSE(is_ongoing(answer, policy));
  answer.ongoing = Duration::from_ms(100);
  EXPECT_TRUE(is_ongoing(answer, policy));
}

TEST(Probe, OnlyGoneAndNotFoundSayThatNothingHasHappened) {
  EXPECT_EQ(outcome_of_probe(404), Outcome::refused);
  EXPECT_EQ(outcome_of_probe(410), Outcome::refused);
  for (int const status : {0, 400, 403, 408, 409, 500, 503}) {
    EXPECT_EQ(outcome_of_probe(status), Outcome::in_doubt) << status;
  }
}

}  // namespace
}  // namespace skald::saga
