#include "runtime/rehearsal/rehearsal.hpp"

#include <algorithm>
#include <set>

#include "runtime/machine/errors.hpp"
#include "runtime/machine/machine.hpp"
#include "runtime/machine/tree.hpp"
#include "runtime/rehearsal/stub_answer.hpp"

namespace skald::runtime {

namespace {

constexpr std::size_t kMostRecords = 20'000;  // a run that needs more will hardly end

class Rehearsal {
 public:
  Rehearsal(graph::StepGraph const& graph, Stubs& stubs, Time start)
      : graph_(graph), stubs_(stubs), now_(start) {}

  Result<Rehearsed> run(Json input, std::string const& id) {
    StartRun begin;
    begin.run = id;
    begin.graph = graph::digest(graph_).hex();
    begin.input = std::move(input);
    feed(std::move(begin));
    while (!over() && step()) {
      if (out_.records.size() > kMostRecords) {
        return Error{
            ErrorCode::too_large,
            "the run has not come to an end after " + std::to_string(kMostRecords) + " facts",
            "is there a loop that nothing ends, or an undo that the stubs never let be "
            "done?"};
      }
    }
    out_.ended = over();
    if (!out_.ended) out_.waiting_for = waiting();
    return std::move(out_);
  }

 private:
  bool over() const {
    return state_.status == RunStatus::ended || state_.status == RunStatus::suspended;
  }

  void feed(InputBody body) {
    auto turn = advance(graph_, state_, Input{now_, 7, std::move(body)});
    for (auto& record : turn.records) out_.records.push_back(std::move(record));
  }

  // One thing that the outside does: an answer that is due, an event, or time that passes. False
  // when nothing will ever happen.
  bool step() {
    auto const effects = pending(graph_, state_);
    for (auto const& effect : effects) {
      if (std::visit([this](auto const& each) { return serve(each); }, effect)) return true;
    }
    return wait_for_next();
  }

  bool serve(ContinueEffect const&) {
    feed(Continue{});
    return true;
  }
  // Nobody else is there.
  bool serve(LockEffect const& effect) {
    using Answer = LockAnswered::Answer;
    feed(LockAnswered{effect.activation, effect.withdraw ? Answer::withdrawn : Answer::granted});
    return true;
  }
  bool serve(PublishEffect const& effect) {
    feed(EventAccepted{effect.activation});
    return true;
  }

  // Each subscription is offered every event of the stubs once.
  bool serve(SubscribeEffect const& effect) {
    auto& offered = offered_[effect.activation];
    while (offered < stubs_.events().size()) {
      Json const& event = stubs_.events()[offered++];
      auto const type = std::string(event["type"].as_string());
      bool const wanted =
          effect.types.empty() ||
          std::find(effect.types.begin(), effect.types.end(), type) != effect.types.end();
      if (!wanted) continue;
      auto const before = out_.records.size();
      feed(EventArrived{event});
      if (out_.records.size() == before) out_.untaken.push_back(type);
      return true;
    }
    return false;
  }

  // The answer comes when its time has come; a lost one never does, and the deadline acts.
  bool serve(CallEffect const& call) {
    auto const id = std::pair(call.activation, call.attempt);
    if (call.withdraw && !due_.contains(id)) return withdraw(call);
    if (!due_.contains(id)) send(call, id);
    Due const& due = due_.at(id);
    if (due.at > now_) return false;
    AttemptAnswered input;
    input.activation = call.activation;
    input.attempt = call.attempt;
    input.answer = due.answer;
    if (input.answer.kind == saga::Answer::Kind::lost) now_ = std::max(now_, call.deadline);
    // A stub is the result, at once, also of what a participant would call back with.
    if (call.callback) {
      feed(CalledBack{call.activation, std::move(input.answer)});
    } else {
      feed(std::move(input));
    }
    return true;
  }

  // A child is not rehearsed: its stub says how it ends. One that is told to stop, or to undo what
  // it did, does so.
  bool serve(ChildEffect const& child) {
    using Want = ChildEffect::Want;
    auto const activation = child.parent.activation;
    if (child.want == Want::resolve) {
      feed(ChildResolved{activation, child.workflow, {}});
      return true;
    }
    ChildReported report;
    report.activation = activation;
    report.attempt = child.parent.attempt;
    report.status = EndStatus::compensated;
    if (child.want == Want::stop) report.status = EndStatus::cancelled;
    if (child.want == Want::run && !ends_now(child, report)) return false;
    feed(std::move(report));
    return true;
  }

  // False: its stub takes longer, or it never ends.
  bool ends_now(ChildEffect const& child, ChildReported& report) {
    auto const id = std::pair(report.activation, report.attempt);
    if (!ends_.contains(id)) {
      auto const& run = activation_of(state_, report.activation);
      auto const& task = graph_.task(run.task);
      if (!undo_root(state_, run.scope).valid()) note_failure(run.id, task);
      auto const stub = stubs_.take(task, std::get<graph::RunWorkflow>(task.kind).workflow());
      ends_[id] = {now_ + stub.after, stub};
    }
    auto const& [at, stub] = ends_.at(id);
    if (at > now_ || stub.kind == StubAnswer::Kind::timeout) return false;
    if (stub.kind == StubAnswer::Kind::answer && stub.status < 300) {
      report.status = EndStatus::completed;
      report.output = stub.content;
      report.undoable = child.parent.keeps;
    } else {
      auto const detail =
          stub.message.empty() ? std::string("the child fails (stub)") : stub.message;
      report.error = make_error("runtime", 500, "Child Failed", detail, "");
    }
    return true;
  }

  bool withdraw(CallEffect const& call) {
    AttemptAnswered input;
    input.activation = call.activation;
    input.attempt = call.attempt;
    input.answer.kind = saga::Answer::Kind::not_sent;
    input.answer.message = "withdrawn before it was sent";
    feed(std::move(input));
    return true;
  }

  struct Due {
    Time at;
    saga::Answer answer;
  };
  struct ChildEnd {
    Time at;
    StubAnswer stub;
  };

  void send(CallEffect const& call, std::pair<ActivationId, std::uint32_t> id) {
    graph::Task const* task = graph_.find(call.step);
    if (task == nullptr) return;
    bool const first = call.direction == saga::Direction::forward && call.attempt == 1;
    if (first) note_failure(call.activation, *task);
    auto const stub = stubs_.take(*task, call.function);
    due_[id] = {now_ + stub.after, stub_answer(call.function, call.with, stub, now_)};
    if (stub.kind == StubAnswer::Kind::timeout) due_[id].at = call.deadline;
  }

  // The first attempt of each forward call asks what would be undone if it failed.
  void note_failure(ActivationId activation, graph::Task const& task) {
    if (!noted_.insert(task.path).second) return;
    Rehearsed::Failure failure;
    failure.task = task.name;
    for (auto const id : preview_plan(graph_, state_)) {
      auto const armed = state_.armed.find(id);
      bool const own = id == activation;
      if (armed != state_.armed.end() && !own) {
        auto const number = armed->second.number;
        failure.undone.push_back(graph_.task(armed->second.task).name +
                                 (number > 1 ? ":" + std::to_string(number) : ""));
      }
    }
    out_.failures.push_back(std::move(failure));
  }

  // To the moment when something is due.
  bool wait_for_next() {
    auto next = next_deadline(state_);
    for (auto const& effect : pending(graph_, state_)) {
      auto const* call = std::get_if<CallEffect>(&effect);
      if (auto const* child = std::get_if<ChildEffect>(&effect)) {
        auto const end = ends_.find({child->parent.activation, child->parent.attempt});
        bool const comes = end != ends_.end() && end->second.at > now_ &&
                           end->second.stub.kind != StubAnswer::Kind::timeout;
        if (comes && (!next || end->second.at < *next)) next = end->second.at;
      }
      if (call == nullptr) continue;
      auto const due = due_.find({call->activation, call->attempt});
      if (due != due_.end() && (!next || due->second.at < *next)) next = due->second.at;
    }
    if (!next) return false;
    now_ = std::max(now_, *next);
    feed(TimePassed{});
    return true;
  }

  std::string waiting() const {
    for (auto const& effect : pending(graph_, state_)) {
      if (auto const* listen = std::get_if<SubscribeEffect>(&effect)) {
        std::string types;
        for (auto const& type : listen->types) types += (types.empty() ? "" : ", ") + type;
        return types.empty() ? "an event" : "an event of type " + types;
      }
      if (auto const* child = std::get_if<ChildEffect>(&effect)) {
        return "the end of the child run of " + child->workflow;
      }
    }
    return "something that never happens";
  }

  graph::StepGraph const& graph_;
  Stubs& stubs_;
  Time now_;
  State state_;
  Rehearsed out_;
  std::map<std::pair<ActivationId, std::uint32_t>, Due> due_;
  std::map<std::pair<ActivationId, std::uint32_t>, ChildEnd> ends_;
  std::map<ActivationId, std::size_t> offered_;
  std::set<std::string> noted_;
};

}  // namespace

Result<Rehearsed> rehearse(graph::StepGraph const& graph, Json input, Stubs& stubs, Time start,
                           std::string const& run) {
  return Rehearsal(graph, stubs, start).run(std::move(input), run);
}

}  // namespace skald::runtime
