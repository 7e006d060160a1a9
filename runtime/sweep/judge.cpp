#include "runtime/sweep/judge.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "runtime/machine/tree.hpp"

namespace skald::sweep {
namespace {

using namespace runtime;

// What the records say, gathered.
struct Told {
  std::map<ActivationId, graph::TaskIndex> tasks;
  std::map<ActivationId, std::vector<ActivationId>> around;  // itself and the composites around it
  std::map<ActivationId, std::vector<ScopeId>> scopes;       // around it
  std::set<ActivationId> unwound;                            // stood in a scope that was unwound
  std::set<ActivationId> planned;
  std::set<ActivationId> undone;
  std::map<UnwindingId, std::vector<ActivationId>> plans;
  std::optional<RunEnded> ended;
  std::optional<RunSuspended> suspended;
};

void place(Told& told, State const& state, TaskEntered const& entered) {
  told.tasks[entered.activation] = entered.task;
  auto& around = told.around[entered.activation];
  auto& scopes = told.scopes[entered.activation];
  around.push_back(entered.activation);
  for (auto scope = entered.scope; scope.valid();) {
    scopes.push_back(scope);
    auto const owner = scope_of(state, scope).owner;
    if (!owner.valid()) break;
    around.push_back(owner);
    scope = activation_of(state, owner).scope;
  }
}

void note_unwound(Told& told, Stopping const& stopping) {
  for (auto const& [id, scopes] : told.scopes) {
    if (std::find_first_of(scopes.begin(), scopes.end(), stopping.scopes.begin(),
                           stopping.scopes.end()) != scopes.end()) {
      told.unwound.insert(id);
    }
  }
}

Told read(graph::StepGraph const& graph, std::vector<Record> const& records) {
  Told told;
  State state;
  for (auto const& record : records) {
    if (auto const* stopping = std::get_if<Stopping>(&record.body)) note_unwound(told, *stopping);
    evolve(graph, state, record);
    if (auto const* entered = std::get_if<TaskEntered>(&record.body)) {
      place(told, state, *entered);
    } else if (auto const* plan = std::get_if<PlanRecorded>(&record.body)) {
      told.plans[plan->unwinding] = plan->undos;
      told.planned.insert(plan->undos.begin(), plan->undos.end());
    } else if (auto const* more = std::get_if<PlanAmended>(&record.body)) {
      told.plans[more->unwinding].push_back(more->undoes);
      told.planned.insert(more->undoes);
    } else if (auto const* undo = std::get_if<UndoEnded>(&record.body)) {
      told.undone.insert(told.plans[undo->unwinding].at(undo->index));
    } else if (auto const* end = std::get_if<RunEnded>(&record.body)) {
      told.ended = *end;
      told.suspended.reset();
    } else if (auto const* stuck = std::get_if<RunSuspended>(&record.body)) {
      told.suspended = *stuck;
    } else if (std::holds_alternative<RunResumed>(record.body)) {
      told.suspended.reset();
    }
  }
  return told;
}

class Judge {
 public:
  Judge(Subject const& subject, Trace const& trace)
      : graph_(*subject.graph), trace_(trace), told_(read(*subject.graph, trace.records)) {}

  Verdict verdict() {
    verdict_.problems = trace_.broken;
    name_the_end();
    check_order();
    for (auto const id : told_.undone) {
      verdict_.undone.push_back(graph_.task(told_.tasks.at(id)).name);
    }
    for (auto const& call : trace_.calls) {
      if (!call.undo && !call.reads && !in_finally(call.task)) check(call);
    }
    return std::move(verdict_);
  }

 private:
  void problem(std::string what) { verdict_.problems.push_back(std::move(what)); }

  void name_the_end() {
    if (told_.suspended) {
      verdict_.status = "suspended";
      verdict_.error = told_.suspended->reason;
      problem("the run is stuck (suspended): " + told_.suspended->reason);
    } else if (told_.ended) {
      verdict_.status = to_string(told_.ended->status);
      auto const& error = told_.ended->error;
      for (auto const* name : {"title", "detail"}) {
        if (!error[name].is_string()) continue;
        verdict_.error +=
            (verdict_.error.empty() ? "" : ": ") + std::string(error[name].as_string());
      }
    } else {
      verdict_.status = trace_.waits_for.empty() ? "running" : "waiting";
    }
  }

  // Newest start first, unless the workflow wants otherwise: in the plan, and when they begin.
  void check_order() {
    if (graph_.saga.order != graph::SagaPolicy::Order::reverse) return;
    std::map<UnwindingId, std::uint32_t> next;
    for (auto const& record : trace_.records) {
      if (auto const* plan = std::get_if<PlanRecorded>(&record.body)) {
        if (!std::is_sorted(plan->undos.begin(), plan->undos.end(),
                            [](auto a, auto b) { return a.value > b.value; })) {
          problem("a plan is not in the reverse order of the starts");
        }
      } else if (auto const* undo = std::get_if<UndoStarted>(&record.body)) {
        if (undo->index != next[undo->unwinding]++)
          problem("undos begin in another order than planned");
      }
    }
  }

  // True when the list is that of a task around it, or its own, with that role.
  bool in_finally(graph::TaskIndex task) const {
    for (auto list = graph_.task(task).list; list.valid();) {
      if (graph_.list(list).role == graph::ListRole::finally) return true;
      auto const owner = graph_.list(list).owner;
      list = owner.valid() ? graph_.task(owner).list : graph::ListIndex{};
    }
    return false;
  }

  // Something undoes it: it, or a composite around it, has an undo.
  bool can_be_undone(Call const& call) const {
    return any_around(call, [this](ActivationId id) {
      return graph_.task(told_.tasks.at(id)).compensate.valid();
    });
  }

  template <class Test>
  bool any_around(Call const& call, Test const& test) const {
    auto const& around = told_.around.at(call.activation);
    return std::any_of(around.begin(), around.end(), test);
  }

  void check(Call const& call) {
    bool const booked = trace_.books.booked(call.key);
    if (told_.undone.contains(call.activation)) {
      if (booked) problem("it was undone and is still there: " + call.name);
      return;
    }
    bool const covered =
        any_around(call, [this](ActivationId id) { return told_.undone.contains(id); });
    bool const over = told_.ended.has_value();
    bool const completed = over && told_.ended->status == EndStatus::completed;
    bool const unwound = told_.unwound.contains(call.activation);
    if (completed && call.heard && !booked && !unwound) {
      problem("the run completed, and this was undone: " + call.name);
    }
    if (!over || !booked || covered || (completed && !unwound)) return;
    if (!can_be_undone(call)) {
      verdict_.left.push_back(call.name);
    } else {
      problem("the run is " + verdict_.status + ", and this is left behind: " + call.name);
    }
  }

  graph::StepGraph const& graph_;
  Trace const& trace_;
  Told told_;
  Verdict verdict_;
};

}  // namespace

Verdict judge(Subject const& subject, Trace const& trace) {
  return Judge(subject, trace).verdict();
}

}  // namespace skald::sweep
