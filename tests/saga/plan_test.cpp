#include "saga/plan.hpp"

#include <gtest/gtest.h>

namespace skald::saga {
namespace {

graph::EffectPolicy const kPolicy;

TEST(UndoPlan, IsNewestStartFirst) {
  auto const made = plan({{2, Outcome::succeeded, &kPolicy},
                          {9, Outcome::in_doubt, &kPolicy},
                          {4, Outcome::succeeded, &kPolicy}});
  EXPECT_EQ(made, (std::vector<std::uint32_t>{9, 4, 2}));
}

TEST(UndoPlan, LeavesOutWhatDidNothing) {
  graph::EffectPolicy refused_too;
  refused_too.undo_on_refused = true;
  auto const made = plan({{1, Outcome::refused, &kPolicy},
                          {2, Outcome::not_sent, &kPolicy},
                          {3, Outcome::refused, &refused_too},
                          {4, Outcome::not_sent, &refused_too}});
  EXPECT_EQ(made, (std::vector<std::uint32_t>{3}));
}

TEST(UndoPlan, OfNothingIsEmpty) {
  EXPECT_TRUE(plan({}).empty());
}

}  // namespace
}  // namespace skald::saga
