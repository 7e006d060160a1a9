// A run of very many steps: its view is bounded, and what it leaves out is counted.

#include <gtest/gtest.h>

#include "compiler/compiler.hpp"
#include "dsl/yaml/reader.hpp"
#include "runtime/machine/machine.hpp"
#include "runtime/view/draw_run.hpp"
#include "runtime/view/run_view.hpp"

namespace skald::view {
namespace {

using namespace runtime;

constexpr int kItems = 12'000;

graph::StepGraph long_loop() {
  auto const yaml = dsl::read_yaml(
      "document: { dsl: '1.0.3', namespace: t, name: loop, version: '1.0.0' }\n"
      "do:\n"
      "  - all: { for: { in: '${ [range(" +
          std::to_string(kItems) +
          ")] }' }, do: [ { each: { set: { x: '${ $item }' } } } ] }\n"
          "  - wait: { wait: { hours: 1 } }\n",
      "loop.yaml");
  return *compiler::compile(*yaml.document).graph;
}

std::vector<Record> records_of(graph::StepGraph const& graph) {
  State state;
  std::vector<Record> records;
  Time const now{1'000'000};
  auto turn = advance(graph, state, {now, 1, StartRun{"r", "digest", "", "", Json::object()}});
  while (!turn.records.empty()) {
    for (auto& record : turn.records) records.push_back(std::move(record));
    turn = advance(graph, state, {now, 1, Continue{}});
  }
  return records;
}

TEST(RunFold, LeavesOutTheMiddleOfVeryManySteps) {
  auto const graph = long_loop();
  auto const records = records_of(graph);
  RunFold fold(graph);
  for (auto const& record : records) fold.add(record);
  auto const view = fold.view();
  auto const& steps = view["steps"];
  EXPECT_LE(steps.size(), 5'000U);
  EXPECT_EQ(static_cast<double>(steps.size()) + view["omitted"].as_number(), kItems + 2);
  EXPECT_EQ(steps[0]["task"], Json("all"));
  EXPECT_EQ(steps[1]["item"], Json(0));
  EXPECT_EQ(steps[steps.size() - 1]["task"], Json("wait"));
  EXPECT_NE(draw_run(view).find("steps that have ended are left out"), std::string::npos);
}

// What comes later costs no more than itself, and the view is the same as of all at once.
TEST(RunFold, IsTheSameInPieces) {
  auto const graph = long_loop();
  auto const records = records_of(graph);
  RunFold fold(graph);
  for (std::size_t i = 0; i < records.size(); ++i) {
    fold.add(records[i]);
    if (i == records.size() / 2) {
      EXPECT_EQ(fold.view()["status"], Json("running"));
    }
  }
  EXPECT_EQ(fold.view(), run_view(records, graph));
}

TEST(HistoryWriter, WhatIsSkippedStillNamesTasks) {
  auto const graph = long_loop();
  auto const records = records_of(graph);
  auto const all = history(records, graph);
  HistoryWriter writer(graph);
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (i + 100 < records.size()) {
      writer.skip(records[i]);
    } else {
      EXPECT_EQ(writer.write(records[i]), all[i]);
    }
  }
}

}  // namespace
}  // namespace skald::view
