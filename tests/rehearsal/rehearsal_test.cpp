#include "runtime/rehearsal/rehearsal.hpp"

#include <gtest/gtest.h>

#include "compiler/compiler.hpp"
#include "dsl/yaml/reader.hpp"
#include "runtime/view/draw_run.hpp"
#include "runtime/view/run_view.hpp"
#include "tests/support/golden.hpp"

namespace skald::runtime {
namespace {

using skald::testing::GoldenCase;
using skald::testing::GoldenOutput;

constexpr Time kStart{1'767'225'600'000'000};  // 2026-01-01T00:00:00Z

std::string shown(Rehearsed const& rehearsed, graph::StepGraph const& graph) {
  auto text = view::draw_run(view::run_view(rehearsed.records, graph));
  for (auto const& failure : rehearsed.failures) {
    text += "if it failed at " + failure.task + ":";
    for (auto const& name : failure.undone) text += " " + name;
    text += "\n";
  }
  if (!rehearsed.ended) text += "waits for " + rehearsed.waiting_for + "\n";
  return text;
}

// tests/golden/rehearsal: the workflow's tasks, the stubs, and what is shown.
GoldenOutput rehearse_case(GoldenCase const& file) {
  std::string const head =
      "document: { dsl: '1.0.3', namespace: test, name: rehearsal, version: '1.0.0' }\n";
  auto const workflow = dsl::read_yaml(head + file.input, "workflow.yaml");
  if (!workflow.document) return {dsl::render(workflow.diagnostics), true};
  auto const made = compiler::compile(*workflow.document);
  if (!made.graph) return {dsl::render(made.diagnostics), true};
  auto const yaml = dsl::read_yaml(file.sections.size() > 1 ? file.sections[1] : "", "stubs.yaml");
  auto findings = yaml.diagnostics;
  if (!yaml.document) return {dsl::render(findings), true};
  auto stubs = Stubs::read(*yaml.document, *made.graph, findings);
  if (!findings.empty()) return {dsl::render(findings), true};
  auto const rehearsed = rehearse(*made.graph, Json::object({{"trip", "t-1"}}), stubs, kStart);
  if (!rehearsed) return {rehearsed.error().message + "\n", true};
  auto text = shown(*rehearsed, *made.graph);
  for (auto const& name : stubs.unknown()) text += "no stub: " + name + "\n";
  return {text, false};
}

[[maybe_unused]] bool const registered =
    skald::testing::golden("Rehearsal", "rehearsal", rehearse_case);

}  // namespace
}  // namespace skald::runtime
