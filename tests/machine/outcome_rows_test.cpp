// Every row of the table of outcomes, executed: the call fails or what follows it does, the run is
// cancelled or its time is up while the call is open, the engine is restarted, the call may be
// repeated, its refusal is to be undone, and it is itself an undo. Each time the machine does what
// saga/outcome says, and so what the table in docs/sagas says.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "compiler/compiler.hpp"
#include "dsl/yaml/reader.hpp"
#include "runtime/machine/machine.hpp"
#include "tests/support/outcome_rows.hpp"

namespace skald::runtime {
namespace {

using saga::Answer;
using saga::Outcome;
using testing::OutcomeRow;

class Play {
 public:
  explicit Play(std::string const& tasks) {
    std::string const head =
        "document: { dsl: '1.0.3', namespace: test, name: row, version: '1.0.0' }\n";
    auto const read = dsl::read_yaml(head + tasks, "row.yaml");
    auto made = compiler::compile(read.document.value());
    EXPECT_NE(made.graph, nullptr) << dsl::render(made.diagnostics);
    graph_ = made.graph;
    feed(StartRun{"run", "digest", "", "", Json::object()});
  }

  void feed(InputBody body) {
    auto const turn = advance(*graph_, state_, Input{now_, 0, std::move(body)});
    records_.insert(records_.end(), turn.records.begin(), turn.records.end());
  }
  void answer(std::string const& task, Answer const& answer) {
    auto const call = open(task);
    ASSERT_TRUE(call.has_value()) << task << " is not open";
    feed(AttemptAnswered{call->activation, call->attempt, answer});
  }
  // The next deadline comes.
  void pass() {
    auto const next = next_deadline(state_);
    ASSERT_TRUE(next.has_value());
    now_ = *next;
    feed(TimePassed{});
  }

  std::optional<CallEffect> open(std::string const& task) const {
    for (auto const& effect : pending(*graph_, state_)) {
      auto const* call = std::get_if<CallEffect>(&effect);
      if (call != nullptr && call->step.ends_with("/" + task)) return *call;
    }
    return std::nullopt;
  }
  // True when the plan of the run's unwinding holds the task.
  bool undoes(std::string const& task) const {
    for (auto const& record : records_) {
      auto const* plan = std::get_if<PlanRecorded>(&record.body);
      if (plan == nullptr) continue;
      return std::ranges::any_of(plan->undos, [&](ActivationId id) {
        return graph_->task(state_.armed.at(id).task).name == task;
      });
    }
    ADD_FAILURE() << "nothing was planned";
    return false;
  }
  bool unwinds() const { return state_.root_unwinding.valid(); }
  bool delayed() const { return next_deadline(state_).has_value(); }
  std::optional<EndStatus> end() const { return state_.end; }

 private:
  std::shared_ptr<graph::StepGraph const> graph_;
  State state_;
  Time now_{1'000'000};
  std::vector<Record> records_;
};

// The call of a row, as task `name`, with more keys.
std::string call_of(OutcomeRow const& row, std::string const& name, std::string const& keys) {
  auto const* const method = row.is_delete ? "delete" : "put";
  auto const call =
      row.function
          ? std::string("call: work")
          : fmt::format("call: http, with: {{ method: {}, endpoint: http://a.local }}", method);
  return fmt::format("{}: {{ {}{} }}", name, call, keys.empty() ? keys : ", " + keys);
}

std::string const kUndo = "compensate: [ { undo: { call: undo } } ]";

std::string acting(OutcomeRow const& row, std::string const& keys, std::string const& head = {}) {
  return head + "do: [ { " + call_of(row, "act", keys + kUndo) + " }, { later: { call: later } } ]";
}

void each(std::function<void(OutcomeRow const&, Answer const&, Outcome)> const& check) {
  for (auto const& row : testing::outcome_rows()) {
    for (auto const& answer : row.answers) {
      SCOPED_TRACE(fmt::format("{} ({})", row.words, answer.status));
      check(row, answer, saga::outcome_of(answer, saga::Direction::forward, row.is_delete, {}));
    }
  }
}

TEST(OutcomeRows, WhenItOrWhatFollowsFails) {
  each([](OutcomeRow const& row, Answer const& answer, Outcome outcome) {
    Play play(acting(row, ""));
    play.answer("act", answer);
    EXPECT_EQ(play.unwinds(), outcome != Outcome::succeeded);
    if (outcome == Outcome::succeeded) play.answer("later", testing::response(422));
    EXPECT_EQ(play.undoes("act"), saga::must_undo(outcome, {}));
  });
}

TEST(OutcomeRows, WhenARefusalIsToBeUndone) {
  graph::EffectPolicy policy;
  policy.undo_on_refused = true;
  each([&policy](OutcomeRow const& row, Answer const& answer, Outcome outcome) {
    Play play(acting(row, "undoOn: [refused], "));
    play.answer("act", answer);
    if (outcome == Outcome::succeeded) play.answer("later", testing::response(422));
    EXPECT_EQ(play.undoes("act"), saga::must_undo(outcome, policy));
  });
}

TEST(OutcomeRows, WhenTheRunIsCancelledWhileItIsOpen) {
  each([](OutcomeRow const& row, Answer const& answer, Outcome outcome) {
    Play play(acting(row, "retry: { delay: PT1S, limit: { attempt: { count: 5 } } }, "));
    play.feed(CancelRun{"enough", "olga"});
    play.answer("act", answer);
    EXPECT_EQ(play.undoes("act"), saga::must_undo(outcome, {}));
  });
}

TEST(OutcomeRows, WhenTheTimeOfTheRunIsUpWhileItIsOpen) {
  each([](OutcomeRow const& row, Answer const& answer, Outcome outcome) {
    Play play(acting(row, "", "timeout: { after: PT1S }\n"));
    play.pass();
    play.answer("act", answer);
    EXPECT_EQ(play.undoes("act"), saga::must_undo(outcome, {}));
  });
}

// The attempt before the restart may have arrived.
TEST(OutcomeRows, AfterARestartItIsInDoubtAtLeast) {
  each([](OutcomeRow const& row, Answer const& answer, Outcome outcome) {
    Play play(acting(row, ""));
    play.feed(Recovered{});
    EXPECT_EQ(play.open("act")->attempt, 2U);
    play.answer("act", answer);
    if (outcome == Outcome::succeeded) play.answer("later", testing::response(422));
    EXPECT_TRUE(play.undoes("act"));
  });
}

TEST(OutcomeRows, WhenItMayBeRepeated) {
  each([](OutcomeRow const& row, Answer const& answer, Outcome outcome) {
    Play play(acting(row, "retry: { delay: PT1S, limit: { attempt: { count: 1 } } }, "));
    auto const key = play.open("act")->key;
    play.answer("act", answer);
    bool const again = outcome != Outcome::succeeded && saga::retriable(answer, outcome);
    EXPECT_EQ(play.delayed() && !play.open("later"), again);
    if (!again) return;
    play.pass();
    ASSERT_TRUE(play.open("act").has_value());
    EXPECT_EQ(play.open("act")->key, key);
    play.answer("act", testing::response(422));
    // Any attempt in doubt leaves the effect in doubt.
    EXPECT_EQ(play.undoes("act"), outcome == Outcome::in_doubt);
  });
}

TEST(OutcomeRows, WhenItIsAnUndo) {
  each([](OutcomeRow const& row, Answer const& answer, Outcome) {
    Play play("do: [ { act: { call: work, compensate: [ { " + call_of(row, "undo", "") +
              " } ] } }, { later: { call: later } } ]");
    play.answer("act", testing::answer_of(Answer::Kind::returned));
    play.answer("later", testing::response(422));
    play.answer("undo", answer);
    auto const outcome = saga::outcome_of(answer, saga::Direction::undo, row.is_delete, {});
    bool const done = outcome == Outcome::succeeded;
    EXPECT_EQ(play.end() == EndStatus::compensated, done);
    EXPECT_EQ(play.delayed(), !done) << "an undo can not be refused: it is tried again";
  });
}

// doneOn names more answers that mean "nothing is left".
TEST(OutcomeRows, WhenItIsAnUndoAndTheStatusIsListed) {
  each([](OutcomeRow const& row, Answer const& answer, Outcome) {
    if (answer.kind != Answer::Kind::response || row.is_delete) return;
    auto const listed = fmt::format("doneOn: [{}]", answer.status);
    Play play("do: [ { act: { call: work, compensate: [ { " + call_of(row, "undo", listed) +
              " } ] } }, { later: { call: later } } ]");
    play.answer("act", testing::answer_of(Answer::Kind::returned));
    play.answer("later", testing::response(422));
    play.answer("undo", answer);
    EXPECT_EQ(play.end(), EndStatus::compensated);
  });
}

}  // namespace
}  // namespace skald::runtime
