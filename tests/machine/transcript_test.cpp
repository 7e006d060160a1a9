// Transcripts: a golden file under tests/golden/machine holds a workflow, a script of what the
// outside says, and every record and pending effect that follows. After each line the laws are
// checked: replaying gives the same state, and decide() says what advance() did.
//
//   start JSON               answer TASK STATUS [JSON]      return TASK [JSON]
//   refused TASK [WORDS]     failed TASK [WORDS]            lost TASK        unsent TASK
//   advance DURATION         next (to the next deadline)    event JSON       accept TASK
//   cancel [REASON]          kill [REASON]                  resume           restart
//   plan (what a cancel would undo now)                     continue         budget N (of a turn)
//   facts N (of the run, at most)
//   suspend [REASON]         forward [REASON]               retry TASK [INPUT]
//   complete TASK OUTPUT     skip TASK (the undo of it)     retry - [INPUT] (what could not begin)
//   startchild JSON (as a child that keeps)  found TASK     unwind (of the parent)
//   locked TASK              lockorder TASK (refused)       lockfamily TASK  unlocked TASK
//   child TASK completed|keeps|faulted|... [JSON of its output or error]
//
// TASK is a task's name, "name#2" its second activation, "name@1" a late answer of attempt 1.

#include <gtest/gtest.h>

#include <sstream>

#include "compiler/compiler.hpp"
#include "dsl/yaml/reader.hpp"
#include "runtime/machine/machine.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/record_words.hpp"

namespace skald::runtime {
namespace {

using skald::testing::GoldenCase;
using skald::testing::GoldenOutput;

class Transcript {
 public:
  explicit Transcript(graph::StepGraph const& graph) : graph_(graph), words_(graph) {}

  void play(std::string const& line) {
    out_ << "> " << line << '\n';
    std::istringstream in(line);
    std::string verb;
    in >> verb;
    if (verb == "plan") return show_plan();
    if (verb == "budget" || verb == "facts") {
      in >> (verb == "facts" ? limits_.run_records : limits_.turn_records);
      return;
    }
    if (auto body = input(verb, in)) feed(std::move(*body));
    show_pending();
  }

  std::string text() const { return out_.str(); }

 private:
  static std::string rest(std::istringstream& in) {
    std::string text;
    std::getline(in >> std::ws, text);
    return text;
  }
  static Json json(std::istringstream& in) {
    auto const text = rest(in);
    return text.empty() ? Json() : parse_json(text).value();
  }

  std::optional<InputBody> input(std::string const& verb, std::istringstream& in) {
    if (verb == "start") return StartRun{"run", "digest", "", "", json(in)};
    if (verb == "startchild") {
      return StartRun{"run:7", "digest", "", "", json(in), Parent{"run", {7}, 1, false, true}};
    }
    if (verb == "unwind") return UnwindRun{"the parent unwinds"};
    if (verb == "event") return EventArrived{json(in)};
    if (verb == "cancel") return CancelRun{rest(in), "olga"};
    if (verb == "kill") return KillRun{rest(in), "olga"};
    if (verb == "resume") return ResumeRun{rest(in), "olga"};
    if (verb == "forward") return ResumeRun{rest(in), "olga", true};
    if (verb == "suspend") return SuspendRun{rest(in), "olga"};
    if (verb == "restart") return Recovered{};
    if (verb == "continue") return Continue{};
    if (verb == "advance") {
      now_ = now_ + parse_iso8601_duration(rest(in)).value();
      return TimePassed{};
    }
    if (verb == "next") {
      auto const deadline = next_deadline(state_);
      if (!deadline) {
        out_ << "  no deadline\n";
        return std::nullopt;
      }
      out_ << "  after " << to_human(*deadline - now_) << '\n';
      now_ = *deadline;
      return TimePassed{};
    }
    std::string task;
    in >> task;
    if (verb.starts_with("lock") || verb == "unlocked") return lock_answer(verb, task);
    if (verb == "accept") return EventAccepted{words_.find(task)};
    if (verb == "offered") return FunctionOffered{words_.find(task)};
    if (verb == "found") return ChildResolved{words_.find(task), "test/child/1.0.0", "c0ffee"};
    if (verb == "child") return child_report(task, in);
    if (verb == "retry") return retry(task, in);
    if (verb == "complete") return CompleteStep{words_.find(task), json(in), "seen", "olga"};
    if (verb == "skip") return skip(words_.find(task));
    if (verb == "callback") return callback(words_.find(task), in);
    return answer(verb, task, in);
  }

  // What the lock's home says: locked, lockorder, lockfamily, unlocked (the withdrawal).
  InputBody lock_answer(std::string const& verb, std::string const& task) {
    using LockAnswer = LockAnswered::Answer;
    LockAnswered input{words_.find(task), LockAnswer::granted, "other", "z"};
    if (verb == "lockorder") input.answer = LockAnswer::refused;
    if (verb == "lockfamily") input.answer = LockAnswer::family;
    if (verb == "unlocked") input.answer = LockAnswer::withdrawn;
    return input;
  }

  InputBody retry(std::string const& task, std::istringstream& in) {
    RetryStep input;
    input.activation = words_.find(task);
    if (task == "-" && !state_.suspensions.empty()) input.scope = state_.suspensions[0].scope;
    if (auto const text = rest(in); !text.empty()) input.input = parse_json(text).value();
    input.reason = "mended";
    input.actor = "olga";
    return input;
  }

  // callback TASK [STATUS] [JSON]
  static InputBody callback(ActivationId task, std::istringstream& in) {
    CalledBack input{task, {}};
    input.answer.kind = saga::Answer::Kind::returned;
    if (in >> input.answer.status) {
      input.answer.kind = saga::Answer::Kind::response;
      input.answer.message = "sold out";
    } else {
      in.clear();
      input.answer.status = 0;
    }
    input.answer.output = json(in);
    return input;
  }

  InputBody skip(ActivationId undoes) {
    SkipUndo input{{}, 0, "gone", "olga"};
    for (auto const& [id, unwinding] : state_.unwindings) {
      for (std::uint32_t i = 0; i < unwinding.plan.size(); ++i) {
        if (unwinding.plan[i].undoes == undoes) input = {id, i, "gone", "olga"};
      }
    }
    return input;
  }

  ChildReported child_report(std::string const& task, std::istringstream& in) {
    ChildReported report;
    report.activation = words_.find(task);
    auto const live = state_.activations.find(report.activation);
    if (live != state_.activations.end()) report.attempt = live->second.attempt;
    std::string word;
    in >> word;
    report.undoable = word == "keeps";
    for (auto const status :
         {EndStatus::faulted, EndStatus::compensated, EndStatus::cancelled, EndStatus::killed}) {
      if (word == to_string(status)) report.status = status;
    }
    (report.status == EndStatus::completed ? report.output : report.error) = json(in);
    return report;
  }

  std::optional<InputBody> answer(std::string const& verb, std::string const& task,
                                  std::istringstream& in) {
    auto const at = task.find('@');
    AttemptAnswered input;
    input.activation = words_.find(task.substr(0, at));
    if (!input.activation.valid()) {
      out_ << "  no such task\n";
      return std::nullopt;
    }
    auto const live = state_.activations.find(input.activation);
    input.attempt = live == state_.activations.end() ? 1 : live->second.attempt;
    if (at != std::string::npos) {
      input.attempt = static_cast<std::uint32_t>(std::stoul(task.substr(at + 1)));
    }
    using Kind = saga::Answer::Kind;
    auto& answer = input.answer;
    if (verb == "answer") {
      answer.kind = Kind::response;
      in >> answer.status;
      answer.output = json(in);
    } else if (verb == "return") {
      answer.kind = Kind::returned;
      answer.output = json(in);
    } else {
      answer.kind = verb == "refused"  ? Kind::refused
                    : verb == "failed" ? Kind::failed
                    : verb == "lost"   ? Kind::lost
                                       : Kind::not_sent;
      answer.message = rest(in);
    }
    if (verb == "unoffered") answer.unoffered = answer.message;
    return input;
  }

  void feed(InputBody body) {
    Input const input{now_, 7, std::move(body)};
    auto const decided = decide(graph_, state_, input, limits_);
    auto turn = advance(graph_, state_, input, limits_);
    EXPECT_EQ(decided.records.size(), turn.records.size()) << "decide() and advance() differ";
    for (auto const& record : turn.records) {
      evolve(graph_, replayed_, record);
      out_ << "  " << words_.of(record) << '\n';
    }
    if (!turn.ignored.empty()) out_ << "  ignored: " << turn.ignored << '\n';
    EXPECT_EQ(to_text(to_json(state_)), to_text(to_json(replayed_))) << "replay differs";
  }

  void show_pending() {
    std::string now;
    for (auto const& effect : pending(graph_, state_)) {
      now += "  ... " + words_.of(effect, state_) + '\n';
    }
    if (now != pending_) out_ << (now.empty() ? "  ... nothing\n" : now);
    pending_ = now;
  }

  void show_plan() {
    for (auto const id : preview_plan(graph_, state_)) {
      out_ << "  would undo " << words_.name(id) << '\n';
    }
  }

  graph::StepGraph const& graph_;
  Words words_;
  State state_;
  State replayed_;
  Limits limits_;
  Time now_ = Time{1'767'225'600'000'000};  // 2026-01-01T00:00:00Z
  std::string pending_;
  std::ostringstream out_;
};

GoldenOutput play(GoldenCase const& file) {
  std::string const header =
      "document: { dsl: '1.0.3', namespace: test, name: transcript, version: '1.0.0' }\n";
  auto read = dsl::read_yaml(header + file.input, file.name + ".yaml");
  if (!read.document) return {dsl::render(read.diagnostics), true};
  auto made = compiler::compile(*read.document);
  if (made.graph == nullptr) return {dsl::render(made.diagnostics), true};
  Transcript transcript(*made.graph);
  std::istringstream script(file.sections.size() > 1 ? file.sections[1] : "");
  for (std::string line; std::getline(script, line);) {
    if (!line.empty() && line.front() != '#') transcript.play(line);
  }
  return {transcript.text(), false};
}

bool const registered = skald::testing::golden("MachineTranscript", "machine", play);

}  // namespace
}  // namespace skald::runtime
