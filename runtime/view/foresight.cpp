#include "runtime/view/foresight.hpp"

#include <algorithm>
#include <utility>

#include "runtime/machine/machine.hpp"
#include "runtime/machine/tree.hpp"
#include "runtime/view/model.hpp"

namespace skald::view {
namespace {

using namespace runtime;
using graph::StepGraph;

// A bound for undo blocks that never end.
constexpr int kMostTurns = 5'000;

class Foresight {
 public:
  Foresight(StepGraph const& graph, State state, Time now)
      : graph_(graph), state_(std::move(state)), now_(now) {}

  UndoCalls play() {
    if (state_.held || !state_.suspensions.empty()) feed(ResumeRun{});
    if (state_.status == RunStatus::ended) {
      feed(UnwindRun{});
    } else if (!state_.root_unwinding.valid()) {
      feed(CancelRun{});
    }
    for (int turn = 0; turn < kMostTurns && state_.status != RunStatus::ended; ++turn) {
      if (!step()) break;
    }
    return std::move(calls_);
  }

 private:
  void feed(InputBody body) { advance(graph_, state_, Input{now_, 0, std::move(body)}); }

  // False when nothing moves any more.
  bool step() {
    auto const before = state_.records;
    for (auto const& effect : pending(graph_, state_)) {
      if (auto const* call = std::get_if<CallEffect>(&effect)) answer(*call);
      if (auto const* child = std::get_if<ChildEffect>(&effect)) answer(*child);
      if (std::holds_alternative<ContinueEffect>(effect)) feed(Continue{});
    }
    if (state_.records > before) return true;
    auto const next = next_deadline(state_);
    if (!next || !state_.suspensions.empty()) return false;
    now_ = std::max(now_, *next);
    feed(TimePassed{});
    return state_.records > before;
  }

  void answer(CallEffect const& call) {
    if (!state_.activations.contains(call.activation)) return;
    saga::Answer answer;
    bool const undo = call.direction == saga::Direction::undo;
    answer.kind = undo ? saga::Answer::Kind::returned : saga::Answer::Kind::lost;
    if (undo) note(call);
    feed(AttemptAnswered{call.activation, call.attempt, answer});
    if (undo && call.callback) feed(CalledBack{call.activation, std::move(answer)});
  }

  // A child that is to stop or to unwind does so; one that an undo block runs completes.
  void answer(ChildEffect const& child) {
    using Want = ChildEffect::Want;
    auto const& parent = child.parent;
    if (child.want == Want::resolve) {
      feed(ChildResolved{parent.activation, child.workflow, "foreseen", false});
      return;
    }
    auto const end = child.want == Want::run ? EndStatus::completed : EndStatus::cancelled;
    feed(ChildReported{parent.activation, parent.attempt, end, nullptr, nullptr, false});
  }

  void note(CallEffect const& call) {
    auto const& task = graph_.task(activation_of(state_, call.activation).task);
    auto& list = calls_[call.undoes];
    if (list.is_null()) list = Json::array();
    list.push_back(Json::object(
        {{"task", task.name}, {"call", call_text(std::get<graph::Call>(task.kind), call.with)}}));
  }

  StepGraph const& graph_;
  State state_;
  Time now_;
  UndoCalls calls_;
};

}  // namespace

UndoCalls foreseen_calls(StepGraph const& graph, State state, Time now) {
  return Foresight(graph, std::move(state), now).play();
}

}  // namespace skald::view
