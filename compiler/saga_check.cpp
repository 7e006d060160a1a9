// What a compensate block may hold, and the lint of sagas: places where a rollback would leave
// something behind.

#include <algorithm>

#include "compiler/check.hpp"
#include "compiler/fallible.hpp"
#include "compiler/lower.hpp"

namespace skald::compiler {

namespace {

using dsl::Code;
using dsl::Node;
using graph::ListRole;

class SagaCheck {
 public:
  SagaCheck(Outline const& outline, std::vector<bool> const& behind_pivot, Report& report)
      : outline_(outline), behind_pivot_(behind_pivot), report_(report), fallible_(outline) {}

  void run() {
    for (TaskInfo const& task : outline_.tasks) {
      if (task.body == nullptr || !task.body->is_map()) continue;
      if (task.part == TaskInfo::Part::arguments) continue;
      if (task.probe) {
        probe_task(task);
      } else if (task.undo) {
        undo_task(task);
      } else if (task.finally) {
        finally_task(task);
      } else {
        forward_task(task);
      }
      calls_only(task);
      asked_or_called_back(task);
      nothing_to_undo(task);
    }
    Node const* saga = outline_.document->root.get("saga");
    if (saga != nullptr) limited(saga->get("retry"));
  }

 private:
  // The span of a key of the task, for messages about the key.
  static dsl::Span key_span(TaskInfo const& task, std::string_view key) {
    return task.body->find(key)->key.span;
  }

  void undo_task(TaskInfo const& task) {
    Node const& body = *task.body;
    if (body.find("probe") != nullptr) {
      report_.add(Code::not_in_undo, key_span(task, "probe"),
                  "a 'probe' in a compensate block is never asked",
                  "an undo in doubt is repeated until it is done: leave the probe out");
    }
    if (body.find("compensate") != nullptr) {
      report_.add(Code::nested_compensate, key_span(task, "compensate"),
                  "an undo can not be undone: 'compensate' inside of a compensate block");
    }
    if (body.find("lock") != nullptr) {
      report_.add(Code::not_in_undo, key_span(task, "lock"),
                  "'lock' can not stand in a compensate block: an undo can not be refused",
                  "take the lock on the task that is undone; the run holds it to its end");
    }
    if (task.kind == Kind::listen || task.kind == Kind::fork || task.kind == Kind::raise) {
      auto const keyword = std::string(kind_of(body)->keyword);
      report_.add(Code::not_in_undo, key_span(task, keyword),
                  "'" + keyword + "' can not stand in a compensate block",
                  "a block may hold call, do, set, switch, for, try, wait, emit and run");
    }
    for (Node const* then : ends(task)) {
      report_.add(Code::end_in_undo, then->span, "a compensate block can not end the workflow",
                  "'exit' ends the block");
    }
    limited(policy(task, "retry"));
  }

  // What runs before the end of a run is as the undos are: it comes through, and is never undone.
  void finally_task(TaskInfo const& task) {
    Node const& body = *task.body;
    if (body.find("compensate") != nullptr) {
      report_.add(Code::not_in_finally, key_span(task, "compensate"),
                  "what saga.finally does is not undone: the run is at its end",
                  "remove 'compensate'");
    }
    if (body.find("lock") != nullptr) {
      report_.add(Code::not_in_finally, key_span(task, "lock"),
                  "'lock' can not stand in saga.finally: the run is at its end",
                  "take the lock on a task before it; the run holds it to its end");
    }
    if (task.kind == Kind::listen || task.kind == Kind::fork || task.kind == Kind::raise) {
      auto const keyword = std::string(kind_of(body)->keyword);
      report_.add(Code::not_in_finally, key_span(task, keyword),
                  "'" + keyword + "' can not stand in saga.finally",
                  "it may hold call, do, set, switch, for, try, wait, emit and run");
    }
    for (Node const* then : ends(task)) {
      report_.add(Code::not_in_finally, then->span, "saga.finally can not end the workflow",
                  "'exit' ends the list; the run ends by itself behind it");
    }
    limited(policy(task, "retry"));
  }

  // Every `then: end` of a task.
  static std::vector<Node const*> ends(TaskInfo const& task) {
    std::vector<Node const*> found;
    auto look = [&found](Node const* then) {
      if (then != nullptr && then->text() == "end") found.push_back(then);
    };
    Node const& body = *task.body;
    look(body.get("then"));
    if (Node const* handler = body.get("catch")) look(handler->get("then"));
    if (task.kind != Kind::switch_) return found;
    for (Node const& item : body.get("switch")->items) {
      if (item.is_map() && item.entries.size() == 1) look(item.entries[0].value.get("then"));
    }
    return found;
  }

  // A probe only looks: it is asked again after a crash, and nothing undoes it.
  void probe_task(TaskInfo const& task) {
    Node const& body = *task.body;
    bool const looks = task.kind == Kind::call || task.kind == Kind::do_ ||
                       task.kind == Kind::set || task.kind == Kind::switch_ ||
                       task.kind == Kind::for_ || task.kind == Kind::try_ ||
                       task.kind == Kind::wait || task.kind == Kind::raise;
    auto const* kind = kind_of(body);
    if (!looks && kind != nullptr) {
      report_.add(Code::not_in_probe, key_span(task, kind->keyword),
                  "'" + std::string(kind->keyword) + "' can not stand in a probe",
                  "a probe may hold call, do, set, switch, for, try, wait and raise");
    }
    for (auto const key : {"compensate", "probe", "pivot", "lock"}) {
      if (body.find(key) == nullptr) continue;
      report_.add(Code::not_in_probe, key_span(task, key),
                  "'" + std::string(key) + "' can not stand in a probe: a probe changes nothing",
                  "let the probe only read");
    }
    for (Node const* then : ends(task)) {
      report_.add(Code::not_in_probe, then->span, "a probe can not end the workflow",
                  "'exit' ends the probe");
    }
    if (!changes_something(task)) return;
    report_.add(Code::probe_changes, task.key->span,
                "'" + task.name + "' is in a probe and changes something",
                "a probe is a read, such as GET, of what the call has done");
  }

  // An undo has to come through: a policy that gives up leaves the effect behind.
  void limited(Node const* retry) {
    if (retry != nullptr && retry->is_string()) {
      retry = outline_.component("retries", retry->text());
    }
    Node const* limit = retry == nullptr ? nullptr : retry->get("limit");
    if (limit == nullptr) return;
    Node const* attempt = limit->get("attempt");
    if (limit->get("duration") == nullptr && (attempt == nullptr || !attempt->get("count"))) return;
    report_.add(Code::limited_undo, limit->span,
                "the retries of an undo are limited: when they end, the run is suspended",
                "leave out the limit, and cap the delay: exponential: { max: PT1M }");
  }

  void calls_only(TaskInfo const& task) {
    Node const& body = *task.body;
    if (task.kind == Kind::call) {
      if (!task.undo && body.find("doneOn") != nullptr) {
        report_.add(Code::done_on_forward, key_span(task, "doneOn"),
                    "'doneOn' belongs to calls of a compensate block",
                    "outside of it a status decides as the standard says");
      }
      if (task.part != TaskInfo::Part::wrapper || task.gives_policies) return;
    }
    for (auto const key : {"retry", "undoOn", "doneOn", "redeliver", "ongoing", "probe"}) {
      if (task.kind == Kind::none || !body.find(key)) continue;
      if (task.kind == Kind::run && may_stand_on_run(task, key)) continue;
      report_.add(Code::only_for_calls, key_span(task, key),
                  "'" + std::string(key) + "' belongs to a call",
                  std::string_view(key) == "retry" ? "to repeat several tasks use try, catch, retry"
                                                   : "put it on the calls inside");
    }
  }

  // A 2xx says that the job was taken, and the callback ends it; one that `ongoing` lists says that
  // the call is to be made again.
  void asked_or_called_back(TaskInfo const& task) {
    if (task.kind != Kind::call || task.body->find("await") == nullptr) return;
    Node const* ongoing = policy(task, "ongoing");
    Node const* listed = ongoing == nullptr ? nullptr : ongoing->get("status");
    for (Node const* status : one_or_more(listed)) {
      if (!status->is_scalar() || !status->scalar.is_number()) continue;
      auto const code = status->scalar.as_number();
      if (code < 200 || code > 299) continue;
      auto const text = std::to_string(static_cast<int>(code));
      report_.add(Code::ongoing_callback, status->span,
                  "an answer " + text + " is asked again, and does not make '" + task.name +
                      "' wait for its callback",
                  "leave " + text + " out of 'ongoing', and the callback ends the call; or leave " +
                      "'await' out, and asking does");
    }
  }

  // A process is a call like others. A child that failed has undone itself: in an undo block
  // another one is started, forward a `try` around it decides.
  static bool may_stand_on_run(TaskInfo const& task, std::string_view key) {
    Node const* run = task.body->get("run");
    if (run == nullptr || run->get("workflow") == nullptr) return true;
    return key == "undoOn" || (key == "retry" && task.undo);
  }

  void nothing_to_undo(TaskInfo const& task) {
    if (task.kind != Kind::set && task.kind != Kind::switch_ && task.kind != Kind::wait &&
        task.kind != Kind::raise) {
      return;
    }
    if (task.body->find("compensate") == nullptr || task.undo) return;
    report_.add(Code::nothing_to_undo, key_span(task, "compensate"),
                "a '" + std::string(kind_of(*task.body)->keyword) +
                    "' changes nothing that could be undone",
                "put 'compensate' on the task whose effect it undoes");
  }

  void forward_task(TaskInfo const& task) {
    if (!changes_something(task) || is_covered(task) || behind_pivot_[task.index.value]) return;
    if (may_fail_later(task)) {
      report_.add(
          Code::no_compensate, task.key->span,
          "'" + task.name + "' changes something, and nothing undoes it when a later step fails",
          "add 'compensate'; or 'compensate: []' if nothing has to be undone");
    } else if (TaskInfo const* other = may_fail_beside(task)) {
      auto& found =
          report_.add(Code::irreversible_beside, task.key->span,
                      "'" + task.name +
                          "' changes something that nothing undoes, beside a branch that can fail",
                      "add 'compensate', or do it behind the fork, when the rest has succeeded");
      found.notes.push_back({"the other branch", other->key->span});
    }
  }

  // An HTTP call by any other method than those that only read.
  static bool changes_something(TaskInfo const& task) {
    if (task.kind != Kind::call || task.part == TaskInfo::Part::wrapper) return false;
    Node const* function = task.body->get("call");
    if (function == nullptr || function->text() != "http") return false;
    if (Node const* pivot = policy(task, "pivot"); pivot != nullptr) return false;
    Node const* with = task.body->get("with");
    Node const* method = with == nullptr ? nullptr : with->get("method");
    if (method == nullptr || !method->is_string() || is_expression(method->text())) return false;
    std::string name(method->text());
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return name != "get" && name != "head" && name != "options";
  }

  bool is_covered(TaskInfo const& task) const {
    for (TaskInfo const* at = &task;;) {
      if (policy(*at, "compensate") != nullptr) return true;
      auto const owner = outline_.list(at->list).owner;
      if (!owner.valid()) return false;
      at = &outline_.task(owner);
    }
  }

  // Behind it, or in the next round of a loop.
  bool may_fail_later(TaskInfo const& task) const {
    for (TaskInfo const* at = &task;;) {
      auto const& list = outline_.list(at->list);
      auto const from = list.jumps_back || list.role == ListRole::loop ? 0 : at->position + 1;
      if (list.role != ListRole::branch && fallible_.any(list.index, from)) return true;
      if (!list.owner.valid()) return false;
      at = &outline_.task(list.owner);
    }
  }

  // The first task of a branch that can fail while the task's own branch has succeeded.
  TaskInfo const* may_fail_beside(TaskInfo const& task) const {
    for (TaskInfo const* at = &task;;) {
      auto const& list = outline_.list(at->list);
      if (!list.owner.valid()) return nullptr;
      TaskInfo const& owner = outline_.task(list.owner);
      for (auto const other : owner.children) {
        if (list.role != ListRole::branch || other == list.index) continue;
        if (fallible_.any(other)) return &outline_.task(outline_.list(other).tasks.front());
      }
      at = &owner;
    }
  }

  Outline const& outline_;
  std::vector<bool> const& behind_pivot_;
  Report& report_;
  Fallible fallible_;
};

}  // namespace

void check_saga(Outline const& outline, std::vector<bool> const& behind_pivot, Report& report) {
  SagaCheck(outline, behind_pivot, report).run();
}

void check_deadlines(Outline const& outline, graph::StepGraph const& graph, Report& report) {
  if (!graph.timeout || graph.timeout->dynamic) return;
  for (auto const& task : graph.tasks) {
    if (!task.timeout || task.timeout->dynamic || outline.task(task.index).undo) continue;
    if (outline.task(task.index).finally) continue;
    if (task.timeout->fixed <= graph.timeout->fixed) continue;
    Node const* timeout = policy(outline.task(task.index), "timeout");
    report.add(Code::deadline_too_short, timeout->span,
               "the deadline of the workflow, " + to_human(graph.timeout->fixed) +
                   ", ends before the one of '" + task.name + "', " +
                   to_human(task.timeout->fixed));
  }
}

}  // namespace skald::compiler
