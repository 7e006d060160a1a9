// The table of outcomes in docs/sagas is made from saga/outcome. Run with --update to write it.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "saga/outcome.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/outcome_rows.hpp"

namespace skald::saga {
namespace {

using testing::OutcomeRow;

std::string row_text(OutcomeRow const& row, Answer const& answer) {
  graph::EffectPolicy const plain;
  graph::EffectPolicy refused_too;
  refused_too.undo_on_refused = true;
  auto const outcome = outcome_of(answer, Direction::forward, row.is_delete, plain);
  bool const undone = must_undo(outcome, plain);
  bool const on_demand = !undone && must_undo(outcome, refused_too);
  bool const again = outcome != Outcome::succeeded && retriable(answer, outcome);
  bool const done = outcome_of(answer, Direction::undo, row.is_delete, plain) == Outcome::succeeded;
  std::string text = "| " + row.words + " | " + to_string(outcome) + " | ";
  text += outcome == Outcome::succeeded ? "" : again ? "yes" : "no";
  text += std::string(" | ") + (undone ? "yes" : on_demand ? "with `undoOn: [refused]`" : "no");
  return text + " | " + (done ? "done" : "tried again") + " |\n";
}

std::string table() {
  std::string text =
      "| an attempt | the effect | repeated by `retry` | undone | as an undo |\n"
      "|---|---|---|---|---|\n";
  for (auto const& row : testing::outcome_rows()) {
    auto const first = row_text(row, row.answers.front());
    for (auto const& answer : row.answers) {
      EXPECT_EQ(row_text(row, answer), first) << row.words << " holds answers of two kinds";
    }
    text += first;
  }
  return text;
}

TEST(OutcomeDocument, ShowsTheTableAsItIs) {
  std::string const path = std::string(SKALD_SOURCE_DIR) + "/docs/sagas/README.md";
  std::string const begin = "<!-- outcomes -->\n";
  std::string const end = "<!-- end of outcomes -->\n";
  std::string text = testing::golden_detail::read(path);
  auto const from = text.find(begin);
  auto const to = text.find(end);
  ASSERT_TRUE(from != std::string::npos && to != std::string::npos && from < to) << path;
  auto const start = from + begin.size();
  if (testing::golden_detail::updating()) {
    text.replace(start, to - start, table());
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  EXPECT_EQ(text.substr(start, to - start), table()) << "run saga_test --update";
}

}  // namespace
}  // namespace skald::saga
