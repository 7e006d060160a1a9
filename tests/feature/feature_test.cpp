#include "runtime/feature/feature.hpp"

#include <gtest/gtest.h>

#include "runtime/feature/scenario.hpp"

namespace skald::feature {
namespace {

constexpr char const* kText = R"(Feature: Colours
  As somebody
  When in a description, this is no step

  Background:
    Given a workflow with definition:
    """yaml
    do:
      - paint
    """

  # a comment
  @fast @small
  Scenario: Red
    And given the workflow input is:
      """yaml
      colour: red
      """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    colours: [ red, blue ]
    size: { width: 6 }
    """
    And the workflow output should have properties 'colours', 'size.width'
    And the workflow output should have a 'colours' property containing 2 items
    And the workflow output should have a 'size.width' property with value:
    """yaml
    6
    """
    And paint should run first
    And dry should run after paint
    And dry should run last

  Scenario: Broken
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 404
    type: https://one.example/errors/communication
    """
)";

Execution execution() {
  return {"completed",
          parse_json(R"({"colours":["red","blue"],"size":{"width":6}})").value(),
          {},
          {"paint", "dry"}};
}

TEST(Feature, IsParsedIntoScenarios) {
  auto const feature = parse_feature(kText, "colours.feature");
  ASSERT_TRUE(feature.ok()) << feature.error().message;
  EXPECT_EQ(feature->name, "Colours");
  ASSERT_EQ(feature->scenarios.size(), 2U);
  auto const& red = feature->scenarios[0];
  EXPECT_EQ(red.name, "Red");
  EXPECT_EQ(red.tags, (std::vector<std::string>{"@fast", "@small"}));
  EXPECT_EQ(red.steps[0].doc, "do:\n  - paint\n");
  EXPECT_EQ(red.steps[1].text, "the workflow input is:");
  EXPECT_EQ(red.steps[1].doc, "colour: red\n");
}

TEST(Feature, ErrorsNameTheLine) {
  auto const error = [](char const* text) { return parse_feature(text, "f").error().message; };
  EXPECT_EQ(error("Feature: F\n"), "f:1: the file has no scenario");
  EXPECT_EQ(error("Feature: F\nScenario: S\nGiven x\n\"\"\"\nopen"),
            "f:4: the text block does not end");
  EXPECT_EQ(error("Feature: F\nScenario: S\nGiven x\nnonsense"),
            "f:4: this is neither a step nor a heading: 'nonsense'");
}

TEST(Scenario, HoldsWhenEveryStepDoes) {
  auto const feature = parse_feature(kText, "colours.feature").value();
  Json seen;
  Execute const execute = [&](std::string const&, Json const& input) {
    seen = input;
    return Result<Execution>(execution());
  };
  auto const verdict = run_scenario(feature.scenarios[0], execute);
  EXPECT_TRUE(verdict.passed) << verdict.why;
  EXPECT_EQ(to_text(seen), R"({"colour":"red"})");
}

TEST(Scenario, SaysWhichStepFailedAndWhy) {
  auto const feature = parse_feature(kText, "colours.feature").value();
  Execute const execute = [](std::string const&, Json const&) {
    auto other = execution();
    other.order = {"dry", "paint"};
    return Result<Execution>(other);
  };
  auto const verdict = run_scenario(feature.scenarios[0], execute);
  EXPECT_FALSE(verdict.passed);
  EXPECT_EQ(verdict.line, 31U);
  EXPECT_EQ(verdict.why, "'paint should run first': the tasks ran in another order: dry, paint");
}

TEST(Scenario, ErrorTypesAreComparedByTheirLastSegment) {
  auto const feature = parse_feature(kText, "colours.feature").value();
  Execute const execute = [](std::string const&, Json const&) {
    auto error =
        parse_json(R"({"type":"https://two.example/x/communication","status":404,"title":"t"})");
    return Result<Execution>(Execution{"faulted", {}, error.value(), {}});
  };
  auto const verdict = run_scenario(feature.scenarios[1], execute);
  EXPECT_TRUE(verdict.passed) << verdict.why;
}

TEST(Scenario, AStepThatIsNotKnownFails) {
  auto const feature =
      parse_feature("Feature: F\nScenario: S\nGiven the moon is full\n", "f").value();
  auto const verdict = run_scenario(feature.scenarios[0], {});
  EXPECT_EQ(verdict.why, "'the moon is full': the workflow has not been executed yet");
}

}  // namespace
}  // namespace skald::feature
