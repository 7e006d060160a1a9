// The table of outcomes in docs/sagas is made from saga/outcome. Run with --update to write it.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "saga/outcome.hpp"
#include "tests/support/golden.hpp"

namespace skald::saga {
namespace {

struct Row {
  std::string words;
  std::vector<Answer> answers;  // all of them are treated alike
  bool is_delete = false;
};

Answer response(int status) {
  Answer answer;
  answer.kind = Answer::Kind::response;
  answer.status = status;
  return answer;
}

Answer other(Answer::Kind kind) {
  Answer answer;
  answer.kind = kind;
  return answer;
}

std::vector<Row> rows() {
  using Kind = Answer::Kind;
  return {
      {"2xx", {response(200), response(201), response(202), response(204)}, false},
      {"a function returned", {other(Kind::returned)}, false},
      {"3xx that is not followed", {response(301), response(304)}, false},
      {"4xx, but for the next three rows",
       {response(400), response(401), response(403), response(409), response(422)},
       false},
      {"404 to a DELETE", {response(404)}, true},
      {"410", {response(410)}, false},
      {"408, 425, 429", {response(408), response(425), response(429)}, false},
      {"5xx", {response(500), response(502), response(503), response(504)}, false},
      {"a function said `refused(…)`", {other(Kind::refused)}, false},
      {"a function returned another error, or threw", {other(Kind::failed)}, false},
      {"the deadline passed, or the connection was lost after the request may have left",
       {other(Kind::lost)},
       false},
      {"no such name, no connection, withdrawn from a queue", {other(Kind::not_sent)}, false},
  };
}

std::string row_text(Row const& row, Answer const& answer) {
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
  for (auto const& row : rows()) {
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
