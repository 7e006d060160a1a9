// What an operator is told of an event that a run did not take.

#include "runtime/cli/listening.hpp"

#include <gtest/gtest.h>

#include "tests/compiler/compile.hpp"

namespace skald::cli {
namespace {

constexpr char const* kText = R"(
document: { dsl: '1.0.3', namespace: demo, name: claims, version: '1.0.0' }
do:
  - human:
      listen:
        to:
          any:
            - with: { type: claim.decided }
              correlate: { claim: { from: .data.claim, expect: '${ $workflow.id }' } }
            - with: { type: claim.withdrawn, source: https://front.example }
)";

std::string why(Json const& event, char const* result = "waiting") {
  auto const compiled = skald::testing::compile_yaml(kText);
  EXPECT_NE(compiled.compilation.graph, nullptr);
  auto const step = Json::object({{"kind", "listen"}, {"path", "/do/0/human"}, {"result", result}});
  auto const view = Json::object({{"steps", Json::array({step})}});
  return why_not_taken(view, *compiled.compilation.graph, event);
}

Json event(char const* type, Json data = {}) {
  return Json::object({{"type", type}, {"source", "skald/cli"}, {"data", std::move(data)}});
}

TEST(WhyNotTaken, NamesTheCorrelationThatDoesNotFit) {
  EXPECT_EQ(why(event("claim.decided", Json::object({{"approved", true}}))),
            "listens for claim.decided, but correlate 'claim' (.data.claim) gives null, and "
            "$workflow.id is expected");
}

TEST(WhyNotTaken, NamesTheAttributeThatDoesNotFit) {
  EXPECT_EQ(why(event("claim.withdrawn")),
            "listens for claim.withdrawn, but 'source' must be \"https://front.example\" and is "
            "\"skald/cli\"");
}

TEST(WhyNotTaken, SuggestsTheTypeThatWasMeant) {
  EXPECT_EQ(why(event("claim.decidd")),
            "listens for claim.decided or claim.withdrawn now (did you mean 'claim.decided'?)");
  EXPECT_EQ(why(event("order.paid")), "listens for claim.decided or claim.withdrawn now");
}

TEST(WhyNotTaken, SaysThatNothingIsListenedFor) {
  EXPECT_EQ(why(event("claim.decided"), "completed"), "listens for no event now");
}

}  // namespace
}  // namespace skald::cli
