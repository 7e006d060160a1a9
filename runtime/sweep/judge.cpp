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

// A run, and the one that has started it.
struct Member {
  RunTrace const& trace;
  Told told;
  Member const* parent = nullptr;
  ActivationId in_parent;  // the `run` task that has started it
  bool awaited = true;

  graph::StepGraph const& graph() const { return *trace.graph; }
  graph::Task const& task(ActivationId id) const { return graph().task(told.tasks.at(id)); }
};

class Judge {
 public:
  Judge(Subject const& subject, Trace const& trace) : subject_(subject), trace_(trace) {
    members_.reserve(trace.runs.size());
    for (auto const& run : trace.runs) {
      Member member{run, read(*run.graph, run.records), nullptr, {}};
      if (run.parent) {
        member.parent = find(run.parent->run);
        member.in_parent = run.parent->activation;
        member.awaited = !run.parent->one_way;
      }
      members_.push_back(std::move(member));
    }
  }

  Verdict verdict() {
    verdict_.problems = trace_.broken;
    verdict_.status = trace_.waits_for.empty() ? "running" : "waiting";
    if (!trace_.waits_for.empty()) verdict_.error = "for " + trace_.waits_for;
    for (auto const& member : members_) {
      name_the_end(member);
      check_order(member);
    }
    if (members_.empty()) return std::move(verdict_);
    for (auto const id : members_.front().told.undone) {
      verdict_.undone.push_back(members_.front().task(id).name);
    }
    for (auto const& call : trace_.calls) {
      auto const* member = find(call.run);
      if (!call.undo && !call.reads && !in_finally(*member, call.task)) check(*member, call);
    }
    return std::move(verdict_);
  }

 private:
  void problem(std::string what) { verdict_.problems.push_back(std::move(what)); }

  Member const* find(std::string const& run) const {
    auto const at = std::find_if(members_.begin(), members_.end(),
                                 [&run](Member const& each) { return each.trace.run == run; });
    return at == members_.end() ? nullptr : &*at;
  }

  std::string name(Member const& member) const {
    if (member.parent == nullptr) return "the run";
    return "the child run " + member.trace.run.substr(subject_.run.size());
  }

  // What the run that is swept comes to. It is stuck when a child is that it waits for.
  void name_the_end(Member const& member) {
    auto const& told = member.told;
    if (told.suspended) {
      problem(name(member) + " is stuck (suspended): " + told.suspended->reason);
      bool waits = true;
      for (auto const* at = &member; at->parent != nullptr; at = at->parent) {
        waits = waits && at->awaited;
      }
      if (!waits) return;
      verdict_.status = "suspended";
      verdict_.error = told.suspended->reason;
    } else if (told.ended && member.parent == nullptr) {
      verdict_.status = to_string(told.ended->status);
      auto const& error = told.ended->error;
      for (auto const* name : {"title", "detail"}) {
        if (!error[name].is_string()) continue;
        verdict_.error +=
            (verdict_.error.empty() ? "" : ": ") + std::string(error[name].as_string());
      }
    }
  }

  // Newest start first, unless the workflow wants otherwise: in the plan, and when they begin.
  void check_order(Member const& member) {
    if (member.graph().saga.order != graph::SagaPolicy::Order::reverse) return;
    std::map<UnwindingId, std::uint32_t> next;
    for (auto const& record : member.trace.records) {
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
  static bool in_finally(Member const& member, graph::TaskIndex task) {
    auto const& graph = member.graph();
    for (auto list = graph.task(task).list; list.valid();) {
      if (graph.list(list).role == graph::ListRole::finally) return true;
      auto const owner = graph.list(list).owner;
      list = owner.valid() ? graph.task(owner).list : graph::ListIndex{};
    }
    return false;
  }

  template <class Test>
  static bool any_around(Member const& member, ActivationId id, Test const& test) {
    auto const& around = member.told.around.at(id);
    return std::any_of(around.begin(), around.end(), test);
  }

  // Something undoes it: it, or a composite around it, has an undo; or what has started its run.
  static bool can_be_undone(Member const& member, ActivationId id) {
    bool const here = any_around(member, id, [&member](ActivationId around) {
      return member.task(around).compensate.valid();
    });
    return here || (member.parent != nullptr && can_be_undone(*member.parent, member.in_parent));
  }

  // An undo block that has run stands for it: of something around it, also around its run.
  static bool covered(Member const& member, ActivationId id) {
    bool const here = any_around(member, id, [&member](ActivationId around) {
      return member.told.undone.contains(around) && member.task(around).compensate.valid();
    });
    return here || (member.parent != nullptr && covered(*member.parent, member.in_parent));
  }

  // It stood in something that was unwound, or its run did.
  static bool unwound(Member const& member, ActivationId id) {
    if (member.told.unwound.contains(id)) return true;
    return member.parent != nullptr && member.awaited && unwound(*member.parent, member.in_parent);
  }

  void check(Member const& member, Call const& call) {
    auto const& told = member.told;
    bool const booked = trace_.books.booked(call.key);
    if (told.undone.contains(call.activation)) {
      if (booked) problem("it was undone and is still there: " + call.name);
      return;
    }
    bool const over = told.ended.has_value();
    bool const completed = over && told.ended->status == EndStatus::completed;
    bool const gone = unwound(member, call.activation);
    if (completed && call.heard && !booked && !gone) {
      problem(name(member) + " completed, and this was undone: " + call.name);
    }
    if (!over || !booked || (completed && !gone) || covered(member, call.activation)) return;
    if (!can_be_undone(member, call.activation)) {
      verdict_.left.push_back(call.name);
    } else {
      problem(name(member) + " is " + to_string(told.ended->status) +
              ", and this is left behind: " + call.name);
    }
  }

  Subject const& subject_;
  Trace const& trace_;
  std::vector<Member> members_;
  Verdict verdict_;
};

}  // namespace

Verdict judge(Subject const& subject, Trace const& trace) {
  return Judge(subject, trace).verdict();
}

}  // namespace skald::sweep
