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
    type: https://serverlessworkflow.io/spec/1.0.0/errors/communication
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

Execute faulted_with(std::string const& type) {
  return [type](std::string const&, Json const&) {
    auto error = Json::object({{"type", type}, {"status", 404}, {"title", "t"}});
    return Result<Execution>(Execution{"faulted", {}, std::move(error), {}});
  };
}

TEST(Scenario, ErrorTypesAreComparedAsACatchDoes) {
  auto const feature = parse_feature(kText, "colours.feature").value();
  auto const passes = [&](std::string const& type) {
    return run_scenario(feature.scenarios[1], faulted_with(type)).passed;
  };
  EXPECT_TRUE(passes("https://open-workflow-specification.org/dsl/errors/types/communication"));
  EXPECT_FALSE(passes("https://open-workflow-specification.org/dsl/errors/types/timeout"));
  EXPECT_FALSE(passes("https://two.example/x/communication"));
}

TEST(Scenario, AnErrorThatIsNoMapIsToldAsTheStepsFault) {
  for (std::string const block : {"[ 1 ]", "text", "7"}) {
    auto const text =
        "Feature: F\nScenario: S\nWhen the workflow is executed\n"
        "Then the workflow should fault with error:\n\"\"\"yaml\n" +
        block + "\n\"\"\"\n";
    auto const feature = parse_feature(text, "f").value();
    auto const verdict = run_scenario(feature.scenarios[0], faulted_with("https://x/a"));
    EXPECT_FALSE(verdict.passed);
    EXPECT_NE(verdict.why.find("the text block must be a map"), std::string::npos) << verdict.why;
  }
}

TEST(Scenario, TheWorkflowShouldBeInAnyStatus) {
  auto const verdict = [](std::string const& step) {
    auto const feature = parse_feature(
        "Feature: F\nScenario: S\nWhen the workflow is executed\nThen " + step + "\n", "f");
    return run_scenario(feature.value().scenarios[0], [](std::string const&, Json const&) {
      return Result<Execution>(Execution{"compensated", {}, {}, {}});
    });
  };
  EXPECT_TRUE(verdict("the workflow should be compensated").passed);
  EXPECT_TRUE(verdict("the workflow should fault").passed);
  EXPECT_EQ(verdict("the workflow should be cancelled").why,
            "'the workflow should be cancelled': expected cancelled, found compensated");
  EXPECT_EQ(verdict("the workflow should be undone").why,
            "'the workflow should be undone': expected undone, found compensated");
  EXPECT_EQ(verdict("the workflow was undone").why,
            "'the workflow was undone': the step is not known; docs/cli.md lists the steps there "
            "are");
}

// A scenario whose one call, of the function 'book', gets these answers.
Verdict answered_with(std::string const& answers, std::string const& then) {
  auto const feature = parse_feature(
      "Feature: F\nScenario: S\nGiven a workflow with definition:\n\"\"\"yaml\n"
      "document: { dsl: '1.0.3', namespace: t, name: n, version: '1.0.0' }\n"
      "do: [ { a: { call: book, retry: { delay: PT1S, limit: { attempt: { count: 1 } } } } } ]\n"
      "\"\"\"\nAnd calls of 'book' are answered with:\n\"\"\"yaml\n" +
          answers + "\n\"\"\"\nWhen the workflow is executed\nThen " + then + "\n",
      "f");
  Execute const none = [](std::string const&, Json const&) {
    return Result<Execution>(Error{ErrorCode::io, "it is virtual", ""});
  };
  return run_scenario(feature.value().scenarios[0], none);
}

TEST(Scenario, CallsAreAnsweredAsInAStubFile) {
  for (auto const* first : {"timeout", "unreachable", "{ failed: no }", "{ lost: true }"}) {
    auto const answers = std::string("[ ") + first + ", { status: 201, content: { id: 7 } } ]";
    auto const done = answered_with(
        answers, "the workflow should complete with output:\n\"\"\"yaml\nid: 7\n\"\"\"");
    EXPECT_TRUE(done.passed) << first << ": " << done.why;
  }
  EXPECT_TRUE(answered_with("{ refused: sold out }", "'book' should have been called once").passed);
}

TEST(Scenario, AnAnswerWithAnUnknownKeyIsRefused) {
  auto const why = [](std::string const& answers) {
    return answered_with(answers, "the workflow should complete").why;
  };
  EXPECT_NE(why("{ contents: 1 }").find("unknown key \"contents\" in an answer"),
            std::string::npos);
  EXPECT_NE(why("[ { status: 200 }, 7 ]").find("an answer is a map"), std::string::npos);
  EXPECT_NE(why("lost").find("it is \"lost\""), std::string::npos);
}

TEST(Scenario, ALengthOfTimeThatNoClockHoldsIsRefused) {
  std::string const begin =
      "Feature: F\nScenario: S\nGiven a workflow with definition:\n\"\"\"yaml\n"
      "document: { dsl: '1.0.3', namespace: t, name: n, version: '1.0.0' }\n"
      "do: [ { a: { set: { x: 1 } } } ]\n\"\"\"\nWhen the workflow is started\n";
  for (std::string const length : {"106751992 days", "18446744073709551615 milliseconds"}) {
    auto const feature = parse_feature(begin + "And " + length + " pass\n", "f").value();
    auto const verdict = run_scenario(feature.scenarios[0], {});
    EXPECT_FALSE(verdict.passed);
    EXPECT_NE(verdict.why.find("'" + length + "' is not a length of time"), std::string::npos)
        << verdict.why;
  }
}

TEST(Scenario, AStepThatIsNotKnownFails) {
  auto const feature =
      parse_feature("Feature: F\nScenario: S\nGiven the moon is full\n", "f").value();
  auto const verdict = run_scenario(feature.scenarios[0], {});
  EXPECT_EQ(verdict.why, "'the moon is full': the workflow has not been executed yet");
}

}  // namespace
}  // namespace skald::feature
