#include "runtime/view/operation.hpp"

#include <algorithm>
#include <cctype>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "runtime/machine/find_step.hpp"
#include "runtime/machine/machine.hpp"
#include "runtime/machine/tree.hpp"
#include "runtime/view/draw_run.hpp"
#include "runtime/view/model.hpp"
#include "runtime/view/run_view.hpp"

namespace skald::view {
namespace {

using namespace runtime;

// The facts that people want to hear of, as sentences. The other ones are bookkeeping.
class Sentences {
 public:
  Sentences(graph::StepGraph const& graph, State const& before, State const& after)
      : graph_(graph), before_(before), after_(after) {}

  Json take() { return std::move(list_); }

  void operator()(StepRetried const& fact) {
    if (!fact.activation.valid()) say("the task that could not begin is tried again");
  }
  void operator()(StepReplaced const& fact) {
    if (fact.activation.valid()) {
      say(name(fact.activation) + " is given up; what it may have done stays armed");
    }
  }
  void operator()(StepCompleted const& fact) {
    say(name(fact.activation) + " is done, with the output that was given");
  }
  void operator()(TaskEntered const& fact) {
    entered_.emplace_back(fact.activation, step_name(graph_.task(fact.task), fact.number));
    bool const call = fact.attempt_deadline.has_value();
    say(name(fact.activation) + " begins" + (call ? ": attempt 1 is made now" : ""));
  }
  void operator()(AttemptStarted const& fact) {
    say("attempt " + std::to_string(fact.attempt) + " of " + name(fact.activation) +
        " is made now");
  }
  void operator()(TryRestarted const& fact) { say(name(fact.activation) + " is tried again now"); }
  void operator()(RunSuspended const& fact) {
    if (!fact.scope.valid()) return say("no attempt begins until the run is resumed");
    say("the run is suspended: " + fact.reason);
  }
  void operator()(RunResumed const&) { say("the run goes on"); }
  void operator()(StopLifted const&) { say("what was stopped goes forward again"); }
  void operator()(Stopping const& fact) {
    if (!fact.handler.valid()) say("the run stops: nothing new begins, open calls settle");
  }
  void operator()(PlanRecorded const& fact) {
    std::string text =
        fact.undos.empty() ? "nothing has to be undone" : "undone are, in this order: ";
    for (std::size_t i = 0; i < fact.undos.size(); ++i) {
      text += (i == 0 ? "" : ", ") + name(fact.undos[i]);
    }
    say(text);
  }
  void operator()(UndoStarted const& fact) {
    say("the undo of " + undone(fact.unwinding, fact.index) + " begins");
  }
  void operator()(UndoEnded const& fact) {
    bool const done = fact.result == UndoResult::done;
    say("the undo of " + undone(fact.unwinding, fact.index) +
        (done ? " is done" : " is skipped: what it stands for stays as it is"));
  }
  void operator()(PivotPassed const& fact) {
    say("the pivot " + name(fact.activation) + " has succeeded: nothing before it is undone");
  }
  void operator()(StopHeld const&) {
    say(pivot_undecided(before_)
            ? "the pivot may have happened: this waits until that is known, and acts if it has not"
            : "a deadline has passed, but nothing goes back: what is inside goes on");
  }
  void operator()(FinallyStarted const& fact) {
    say(std::string("saga.finally runs; then the run ends: ") +
        runtime::to_string(fact.end.status));
  }
  void operator()(RunEnded const& fact) {
    say(std::string("the run ends: ") + runtime::to_string(fact.status));
  }
  template <class Other>
  void operator()(Other const&) {}

 private:
  void say(std::string const& sentence) { list_.push_back(sentence); }

  std::string name(ActivationId id) const {
    for (auto const& [entered, words] : entered_) {
      if (entered == id) return "'" + words + "'";
    }
    for (auto const* state : {&before_, &after_}) {
      if (auto const at = state->activations.find(id); at != state->activations.end()) {
        return "'" + step_name(graph_.task(at->second.task), at->second.number) + "'";
      }
      if (auto const at = state->armed.find(id); at != state->armed.end()) {
        return "'" + step_name(graph_.task(at->second.task), at->second.number) + "'";
      }
    }
    return "a step";
  }

  std::string undone(UnwindingId id, std::uint32_t index) const {
    for (auto const* state : {&after_, &before_}) {
      auto const at = state->unwindings.find(id);
      if (at == state->unwindings.end() || index >= at->second.plan.size()) continue;
      return name(at->second.plan[index].undoes);
    }
    return "a step";
  }

  graph::StepGraph const& graph_;
  State const& before_;
  State const& after_;
  std::vector<std::pair<ActivationId, std::string>> entered_;
  Json list_ = Json::array();
};

bool was_open(State const& before, CallEffect const& call) {
  auto const at = before.activations.find(call.activation);
  return at != before.activations.end() && at->second.phase == Phase::open &&
         at->second.attempt == call.attempt;
}

Json call_json(graph::StepGraph const& graph, State const& after, CallEffect const& call) {
  auto const& activation = activation_of(after, call.activation);
  auto const& task = graph.task(activation.task);
  Json json = Json::object({{"task", task.name},
                            {"path", task.path},
                            {"attempt", call.attempt},
                            {"call", call_text(std::get<graph::Call>(task.kind), call.with)},
                            {"key", call.key}});
  if (!call.undoes.empty()) json.set("undoes", call.undoes);
  return json;
}

}  // namespace

Json operation_effect(graph::StepGraph const& graph, State const& before, State const& after,
                      std::span<Record const> facts) {
  Sentences sentences(graph, before, after);
  for (auto const& fact : facts) std::visit(sentences, fact.body);
  Json calls = Json::array();
  for (auto const& effect : pending(graph, after)) {
    auto const* call = std::get_if<CallEffect>(&effect);
    if (call == nullptr || call->withdraw || was_open(before, *call)) continue;
    calls.push_back(call_json(graph, after, *call));
  }
  return Json::object({{"status", run_status(before)},
                       {"becomes", run_status(after)},
                       {"then", sentences.take()},
                       {"calls", calls}});
}

namespace {

bool is_undone(State const& state, Armed const& armed) {
  auto const at = state.unwindings.find(armed.planned);
  if (at == state.unwindings.end()) return false;
  auto const& plan = at->second.plan;
  auto const last = std::find_if(plan.rbegin(), plan.rend(),
                                 [&](Undo const& undo) { return undo.undoes == armed.id; });
  return last != plan.rend() && last->status == UndoStatus::done;
}

// A call that only reads leaves nothing.
bool only_reads(Json const& with) {
  auto const& method = with["method"];
  if (!method.is_string()) return false;
  std::string word(method.as_string());
  for (auto& c : word) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return word == "get" || word == "head" || word == "options";
}

// A call without an undo, going forward, of which nobody knows what it has done.
bool is_in_doubt(graph::StepGraph const& graph, State const& state, Activation const& step) {
  if (!std::holds_alternative<graph::Call>(graph.task(step.task).kind)) return false;
  if (state.armed.contains(step.id) || only_reads(step.detail)) return false;
  if (undo_root(state, step.scope).valid() || probe_root(graph, state, step.scope).valid()) {
    return false;
  }
  bool const at_work = step.phase == Phase::open || step.phase == Phase::waiting || step.ongoing;
  return at_work || step.outcome == saga::Outcome::in_doubt;
}

}  // namespace

Json left_behind(graph::StepGraph const& graph, State const& state) {
  std::map<ActivationId, Json, std::greater<>> left;
  auto add = [&](ActivationId id, TaskIndex index, std::uint32_t number, char const* outcome) {
    auto const& task = graph.task(index);
    left.emplace(id, Json::object({{"task", task.name},
                                   {"path", task.path},
                                   {"number", number},
                                   {"key", effect_key(graph, state, index, number)},
                                   {"outcome", outcome}}));
  };
  for (auto const& [id, armed] : state.armed) {
    auto const outcome = armed.outcome.value_or(saga::Outcome::in_doubt);
    bool const stays = saga::must_undo(outcome, graph.task(armed.task).effect);
    if (!stays || is_undone(state, armed) || would_not_start(graph, state, id)) continue;
    add(id, armed.task, armed.number, armed.outcome ? saga::to_string(outcome) : "open");
  }
  for (auto const& [id, step] : state.activations) {
    if (!is_in_doubt(graph, state, step)) continue;
    add(id, step.task, step.number, step.outcome ? saga::to_string(*step.outcome) : "open");
  }
  Json list = Json::array();
  for (auto& [id, one] : left) list.push_back(std::move(one));
  return list;
}

std::string left_text(Json const& left) {
  constexpr std::size_t kMostNames = 5;
  std::string names;
  for (std::size_t i = 0; i < std::min(left.size(), kMostNames); ++i) {
    names += (i == 0 ? "'" : ", '") + step_text(left[i]) + "'";
  }
  if (left.size() <= kMostNames) return names;
  return names + " and " + std::to_string(left.size() - kMostNames) + " more";
}

}  // namespace skald::view
