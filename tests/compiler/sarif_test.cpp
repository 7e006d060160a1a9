#include "compiler/explain/sarif.hpp"

#include <gtest/gtest.h>

#include "tests/compiler/compile.hpp"

namespace skald::testing {
namespace {

TEST(Sarif, HasRulesPlacesAndNotes) {
  auto const compiled =
      compile_yaml(R"(document: { dsl: '1.0.3', namespace: a, name: b, version: '1.0.0' }
do:
  - one: { sett: { x: 1 } }
  - one: { set: { x: 1 } }
)");
  auto const sarif = compiler::to_sarif(compiled.diagnostics(), "1.2.3");
  EXPECT_EQ(sarif["version"], Json("2.1.0"));
  auto const& run = sarif["runs"][0];
  auto const& driver = run["tool"]["driver"];
  EXPECT_EQ(driver["version"], Json("1.2.3"));
  ASSERT_EQ(run["results"].size(), 2U);
  auto const& first = run["results"][0];
  EXPECT_EQ(first["ruleId"], Json("E206"));
  EXPECT_EQ(first["level"], Json("error"));
  auto const& place = first["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], Json("workflow.yaml"));
  EXPECT_EQ(to_text(place["region"]), R"({"startLine":3,"startColumn":12,"endColumn":16})");
  auto const& second = run["results"][1];
  EXPECT_EQ(second["ruleId"], Json("E208"));
  EXPECT_EQ(driver["rules"][1]["id"], Json("E208"));
  EXPECT_EQ(second["relatedLocations"].size(), 1U);
}

TEST(Sarif, EncodesFileNames) {
  dsl::Source const source{"./my flows/ä.yaml", ""};
  auto const sarif = compiler::to_sarif(
      {dsl::Diagnostic{dsl::Code::yaml_syntax, "broken", {&source, 1, 1, 1}, "", {}}}, "1");
  auto const& place = sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], Json("my%20flows/%C3%A4.yaml"));
}

}  // namespace
}  // namespace skald::testing
