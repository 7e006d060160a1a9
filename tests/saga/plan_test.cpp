#include "saga/plan.hpp"

#include <gtest/gtest.h>

namespace skald::saga {
namespace {

using Numbers = std::vector<std::uint32_t>;

graph::EffectPolicy const kPolicy;

TEST(UndoPlan, IsNewestStartFirst) {
  auto const made = plan({{2, Outcome::succeeded, &kPolicy},
                          {9, Outcome::in_doubt, &kPolicy},
                          {4, Outcome::succeeded, &kPolicy}});
  EXPECT_EQ(made.undos, (Numbers{9, 4, 2}));
  EXPECT_TRUE(made.waits_for.empty());
  EXPECT_TRUE(made.opens.empty());
}

TEST(UndoPlan, LeavesOutWhatDidNothing) {
  graph::EffectPolicy refused_too;
  refused_too.undo_on_refused = true;
  auto const made = plan({{1, Outcome::refused, &kPolicy},
                          {2, Outcome::not_sent, &kPolicy},
                          {3, Outcome::refused, &refused_too},
                          {4, Outcome::not_sent, &refused_too}});
  EXPECT_EQ(made.undos, Numbers{3});
}

TEST(UndoPlan, OfNothingIsEmpty) {
  EXPECT_TRUE(plan({}).undos.empty());
}

Candidate in(std::uint32_t start, std::vector<Lane> const& lanes) {
  return {start, Outcome::succeeded, &kPolicy, &lanes};
}

// a, then (b, then c) beside d, then e.
TEST(UndoPlan, OlderUndosOfAPathWaitForNewerOnes) {
  std::vector<Lane> const none;
  std::vector<Lane> const left = {{2, 0}};
  std::vector<Lane> const right = {{2, 1}};
  auto const made = plan({in(1, none), in(3, left), in(4, right), in(5, left), in(6, none)});
  EXPECT_EQ(made.undos, (Numbers{6, 5, 4, 3, 1}));
  EXPECT_EQ(made.waits_for, (Numbers{0, 1, 1, 2, 3}));
  EXPECT_EQ(made.opens, (Numbers{1, 2, 3, 3, 0}));
}

TEST(UndoPlan, AForkInsideABranchIsOneStepOfIt) {
  std::vector<Lane> const left = {{1, 0}};
  std::vector<Lane> const inner0 = {{1, 0}, {3, 0}};
  std::vector<Lane> const inner1 = {{1, 0}, {3, 1}};
  std::vector<Lane> const right = {{1, 1}};
  auto const made = plan({in(2, left), in(4, inner0), in(5, inner1), in(6, right)});
  EXPECT_EQ(made.undos, (Numbers{6, 5, 4, 2}));
  EXPECT_EQ(made.waits_for, (Numbers{0, 0, 0, 1}));
  EXPECT_EQ(made.opens, (Numbers{0, 1, 1, 0}));
}

TEST(UndoPlan, ForkBehindForkIsNoLargerThanItsEffects) {
  std::vector<std::vector<Lane>> lanes;
  for (std::uint32_t i = 0; i < 200; ++i) lanes.push_back({{i < 100 ? 1U : 2U, i}});
  std::vector<Candidate> candidates;
  for (std::uint32_t i = 0; i < 200; ++i) candidates.push_back(in(10 + i, lanes[i]));
  auto const made = plan(candidates);
  Numbers waits(100, 0);
  waits.insert(waits.end(), 100, 1);
  Numbers opens(100, 1);
  opens.insert(opens.end(), 100, 0);
  EXPECT_EQ(made.waits_for, waits);
  EXPECT_EQ(made.opens, opens);
}

}  // namespace
}  // namespace skald::saga
