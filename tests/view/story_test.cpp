// Real runs as pictures: a golden file holds a workflow, a script of what happens outside, and the
// picture of the run afterwards. The machine makes the records; no engine, no clock.
//
//   start JSON              answer TASK STATUS [JSON]     lost TASK        refused TASK TEXT
//   withdrawn TASK
//   pass DURATION           next                          event JSON       cancel REASON
//   kill REASON             restart                       history
//   late ACTIVATION ATTEMPT STATUS [JSON]                unoffered TASK FUNCTION
//   offered TASK                                          suspend REASON
//   complete TASK JSON                                    skip TASK
//   left (what a kill would leave now)

#include <gtest/gtest.h>

#include <sstream>

#include "compiler/compiler.hpp"
#include "dsl/yaml/reader.hpp"
#include "runtime/machine/find_step.hpp"
#include "runtime/machine/machine.hpp"
#include "runtime/view/draw_run.hpp"
#include "runtime/view/operation.hpp"
#include "runtime/view/run_view.hpp"
#include "tests/support/golden.hpp"

namespace skald::view {
namespace {

using namespace runtime;
using skald::testing::GoldenCase;
using skald::testing::GoldenOutput;

class Story {
 public:
  explicit Story(graph::StepGraph const& graph) : graph_(graph) {}

  // Returns what is wrong with the line, or "".
  std::string tell(std::string const& line) {
    std::istringstream in(line);
    std::string verb;
    in >> verb;
    std::string rest;
    if (verb == "answer" || verb == "lost" || verb == "refused" || verb == "withdrawn") {
      return answer(verb, in);
    }
    if (verb == "late") return late(in);
    if (verb == "unoffered" || verb == "offered") return offer(verb, in);
    if (verb == "complete" || verb == "skip") return operate(verb, in);
    std::getline(in >> std::ws, rest);
    if (verb == "left") {
      notes_ += "left behind " + left_text(left_behind(graph_, state_)) + "\n";
      return "";
    }
    if (verb == "not") return refuse(rest);
    if (verb == "suspend") return feed(SuspendRun{rest, "olga"});
    if (verb == "start") return start(parse_json(rest).value());
    if (verb == "pass") return pass(parse_iso8601_duration(rest).value());
    if (verb == "next") return next();
    if (verb == "event") return feed(EventArrived{parse_json(rest).value()});
    if (verb == "cancel") return feed(CancelRun{rest, "olga"});
    if (verb == "kill") return feed(KillRun{rest, "olga"});
    if (verb == "restart") return feed(Recovered{});
    if (verb == "history") with_history_ = true;
    return verb == "history" ? "" : "no such verb: " + verb;
  }

  std::string picture() const {
    auto const view = run_view(records_, graph_);
    auto text = draw_run(view, {.width = 110, .now = now_});
    text += "\nundone " + to_text(view["undone"]) + "\n" + notes_;
    if (with_history_) {
      auto const all = history(records_, graph_);
      for (auto const& record : all.items()) text += to_text(record) + "\n";
    }
    return text;
  }

 private:
  std::string feed(InputBody body) {
    auto turn = advance(graph_, state_, {now_, 1, std::move(body)});
    for (auto& record : turn.records) records_.push_back(std::move(record));
    publish();
    return turn.ignored.empty() ? "" : "ignored: " + turn.ignored;
  }

  // A line that must be wrong; what it says stands below the picture.
  std::string refuse(std::string const& line) {
    auto const wrong = tell(line);
    if (wrong.empty()) return "not refused";
    notes_ += line + ": " + wrong + "\n";
    return "";
  }

  // Emitted events are accepted at once.
  void publish() {
    for (auto const& effect : pending(graph_, state_)) {
      if (auto const* publish = std::get_if<PublishEffect>(&effect)) {
        feed(EventAccepted{publish->activation});
        return;
      }
    }
  }

  std::string start(Json input) {
    return feed(StartRun{"trip-42", "d1gest", "", "", std::move(input)});
  }

  std::string answer(std::string const& verb, std::istringstream& in) {
    std::string task;
    in >> task;
    saga::Answer answer;
    if (verb == "answer") {
      answer.kind = saga::Answer::Kind::response;
      in >> answer.status;
      std::string body;
      if (std::getline(in >> std::ws, body) && !body.empty()) {
        answer.output = parse_json(body).value();
      }
      if (answer.status >= 400) answer.message = "HTTP " + std::to_string(answer.status);
    } else {
      std::getline(in >> std::ws, answer.message);
      answer.kind = kind_of(verb);
      if (answer.message.empty() && verb == "lost") answer.message = "the connection broke";
    }
    for (auto const& effect : pending(graph_, state_)) {
      auto const* call = std::get_if<CallEffect>(&effect);
      if (call == nullptr || !call->step.ends_with("/" + task)) continue;
      return feed(AttemptAnswered{call->activation, call->attempt, std::move(answer)});
    }
    return "no open call of " + task;
  }

  static saga::Answer::Kind kind_of(std::string const& verb) {
    if (verb == "refused") return saga::Answer::Kind::refused;
    return verb == "withdrawn" ? saga::Answer::Kind::not_sent : saga::Answer::Kind::lost;
  }

  // Nobody offers the function of a call; later somebody does.
  std::string offer(std::string const& verb, std::istringstream& in) {
    std::string task;
    in >> task;
    for (auto const& [id, call] : state_.activations) {
      if (!graph_.task(call.task).path.ends_with("/" + task)) continue;
      if (verb == "offered") return feed(FunctionOffered{id});
      AttemptAnswered answered{id, call.attempt, {}};
      answered.answer.kind = saga::Answer::Kind::not_sent;
      in >> answered.answer.unoffered;
      answered.answer.message = "no worker offers '" + answered.answer.unoffered + "'";
      return feed(answered);
    }
    return "no call of " + task;
  }

  std::string operate(std::string const& verb, std::istringstream& in) {
    std::string task;
    in >> task;
    if (verb == "skip") {
      auto const undo = find_undo(graph_, state_, task);
      if (!undo.ok()) return undo.error().message + "; " + undo.error().hint;
      return feed(SkipUndo{undo->unwinding, undo->index, "by hand", "olga"});
    }
    auto const step = find_step(graph_, state_, task);
    if (!step.ok()) return step.error().message;
    std::string output;
    std::getline(in >> std::ws, output);
    return feed(CompleteStep{step->activation, parse_json(output).value(), "seen", "olga"});
  }

  // An answer of an attempt that has been given up.
  std::string late(std::istringstream& in) {
    AttemptAnswered answered;
    in >> answered.activation.value >> answered.attempt >> answered.answer.status;
    answered.answer.kind = saga::Answer::Kind::response;
    return feed(answered);
  }

  std::string pass(Duration duration) {
    now_ = now_ + duration;
    auto const due = next_deadline(state_);
    return due && *due <= now_ ? feed(TimePassed{}) : "";
  }

  std::string next() {
    auto const due = next_deadline(state_);
    if (!due) return "nothing is due";
    now_ = std::max(now_, *due);
    return feed(TimePassed{});
  }

  graph::StepGraph const& graph_;
  State state_;
  std::vector<Record> records_;
  Time now_ = parse_iso8601("2026-11-23T05:30:00Z").value();
  bool with_history_ = false;
  std::string notes_;
};

GoldenOutput tell(GoldenCase const& file) {
  auto const yaml = dsl::read_yaml(file.input, file.name);
  if (!yaml.document) return {dsl::render(yaml.diagnostics), true};
  auto const compiled = compiler::compile(*yaml.document);
  if (!compiled.graph) return {dsl::render(compiled.diagnostics), true};
  if (file.sections.size() < 2) return {"a script is missing", true};
  Story story(*compiled.graph);
  std::istringstream script(file.sections[1]);
  for (std::string line; std::getline(script, line);) {
    if (line.empty()) continue;
    auto const wrong = story.tell(line);
    if (!wrong.empty()) return {line + ": " + wrong, true};
  }
  return {story.picture(), false};
}

static bool const story_golden = skald::testing::golden("RunViewGolden", "view", tell);

}  // namespace
}  // namespace skald::view
