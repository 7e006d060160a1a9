#pragma once

// One turn of the machine: takes one input, makes records, folds each at once, and runs on through
// everything that needs nothing from the outside. Internal to runtime/machine; its parts stand in
// decide*.cpp by subject.

#include <string>
#include <utility>
#include <vector>

#include "runtime/machine/event_match.hpp"
#include "runtime/machine/expressions.hpp"
#include "runtime/machine/machine.hpp"

namespace skald::runtime {

class Decision {
 public:
  Decision(graph::StepGraph const& graph, State& state, Input const& input, Limits const& limits,
           std::vector<Record> buffer = {});
  Turn run();

  // Inputs (decide.cpp, decide_calls.cpp, decide_events.cpp); public for std::visit only.
  void operator()(StartRun const& input);
  void operator()(AttemptAnswered const& input);
  void operator()(FunctionOffered const& input);
  void operator()(TimePassed const& input);
  void operator()(Recovered const& input);
  void operator()(Continue const& input);
  void operator()(EventArrived const& input);
  void operator()(EventAccepted const& input);
  void operator()(CancelRun const& input);
  void operator()(KillRun const& input);
  void operator()(ResumeRun const& input);
  // decide_operator.cpp
  void operator()(SuspendRun const& input);
  void operator()(RetryStep const& input);
  void operator()(CompleteStep const& input);
  void operator()(CalledBack const& input);
  void operator()(SkipUndo const& input);
  void operator()(ChildResolved const& input);
  void operator()(ChildReported const& input);
  void operator()(UnwindRun const& input);
  void operator()(LockAnswered const& input);

 private:
  // decide.cpp
  void add(RecordBody body);
  void ignore(std::string why) { turn_.ignored = std::move(why); }
  bool over_budget() const;
  void run_agenda();
  void end_run_completed();
  void end_run(RunEnded end);
  void fail_at_end(Json error);
  std::uint64_t next_random();

  // decide_flow.cpp: tasks begin and end
  void step_scope(ScopeId id);
  void step_activation(ActivationId id);
  void enter(Scope const& scope);
  void begin_task(graph::Task const& task, Place const& place);
  void enter_call(graph::Call const& kind, TaskEntered entered, Place const& place);
  Value call_arguments(graph::Call const& kind, Place const& place);
  void enter_composite(TaskEntered entered, Place const& place);
  void enter_for(graph::For const& kind, TaskEntered entered, Place const& place);
  void enter_set(graph::Set const& kind, TaskEntered entered, Place const& place);
  void enter_switch(graph::Switch const& kind, TaskEntered entered, Place const& place);
  void enter_raise(graph::Raise const& kind, TaskEntered entered, Place const& place);
  void enter_wait(graph::Wait const& kind, TaskEntered entered, Place const& place);
  std::uint32_t kept_number(TaskEntered const& entered, graph::Task const& task) const;
  bool set_deadline(TaskEntered& entered, Place const& place);
  std::optional<Time> pass_deadline(graph::Task const& task) const;
  void complete(ActivationId id, Json raw_output, graph::Then then);
  Json shape_output(Activation const& done, TaskCompleted& fact);
  graph::Then then_behind_catch(graph::Task const& task) const;
  void step_for(Activation const& loop, graph::For const& kind);
  void step_fork(Activation const& fork);
  Place place_of(Activation const& activation) const;
  graph::Task const& task_of(Activation const& activation) const;

  // decide_calls.cpp: attempts
  void answered(Activation const& call, std::uint32_t attempt, saga::Answer const& answer,
                bool late);
  bool wants_probe(Activation const& call) const;
  void probe_failed(ScopeId probe, Json const& error);
  void end_probe(ActivationId call, saga::Outcome outcome, Json output, std::string message);
  std::optional<Time> ongoing_time(Activation const& call, saga::Answer const& answer);
  graph::RetryPolicy const& undo_policy(graph::Task const& task) const;
  void attempt_failed(Activation const& call, AttemptEnded ended);
  void undo_attempt_failed(Activation const& call, AttemptEnded ended);
  bool goes_forward(Activation const& call, AttemptEnded const& ended) const;
  std::optional<Time> forward_time(Activation const& call, saga::Answer const& answer);
  bool would_handle(ScopeId scope, Json const& error);
  void late_success(AttemptAnswered const& input, saga::Outcome outcome);
  bool calls_back(Activation const& call) const;
  bool is_taken(Activation const& call, saga::Answer const& answer) const;
  std::optional<Time> retry_time(Activation const& call, graph::RetryPolicy const& policy,
                                 saga::Answer const& answer);
  Value may_retry(graph::RetryPolicy const& policy, Activation const& call, Json const& error);
  Duration attempt_timeout(graph::Task const& task, Json const& data, Place const& place);
  void ask_again();
  bool fire_due();
  void fire(Timer const& timer);
  void fire_task(Activation const& activation);
  bool surrounds(ActivationId outer, ActivationId inner) const;
  void fire_pass(Activation const& attempt);
  void fire_delay(Activation const& activation);

  // decide_errors.cpp: errors find their handlers
  void fail(ScopeId scope, graph::Task const& task, Json error,
            std::optional<Duration> retry_after = std::nullopt);
  bool handled(ScopeId scope, Json const& error, std::optional<Duration> retry_after);
  bool try_catch(Scope const& body, Activation const& handler, Json const& error,
                 std::optional<Duration> retry_after);
  Value matches(graph::Try::Catch const& handler, Json const& error, Place const& place);
  void stop_run(Cause cause);
  void stop(std::vector<ScopeId> scopes, ActivationId handler, Cause cause, Next next,
            Duration delay);
  void suspend(ActivationId activation, ScopeId scope, std::string reason);
  bool act_on_kept_causes();

  // decide_unwinding.cpp: plan and undo
  bool ask_probes(Unwinding const& unwinding);
  void step_unwinding(UnwindingId id);
  void end_run_unwound();

  // decide_operator.cpp
  void resume_forward(ResumeRun const& input);
  void retry_with_input(RetryStep const& input);
  bool is_suspended(ActivationId activation, ScopeId scope) const;

  // decide_events.cpp
  void enter_listen(graph::Listen const& kind, TaskEntered entered, Place const& place);
  void enter_emit(graph::Emit const& kind, TaskEntered entered, Place const& place);
  bool offer(Activation const& listener, graph::Listen const& kind, Json const& event);
  bool take(Activation const& listener, EventDemand const& demand, graph::Listen::Mode mode,
            std::uint32_t first, Json const& event);
  void end_event(Scope const& item, Activation const& listener);
  void listened(Activation const& listener, graph::Listen const& kind, bool item_ended);

  // decide_children.cpp
  void enter_run(graph::RunWorkflow const& kind, TaskEntered entered, Place const& place);
  void child_failed(Activation const& activation, ChildEnded ended);
  Json pivot_error(ChildResolved const& input, Activation const& run) const;
  bool child_unwound(ChildReported const& input);
  void restart_child(Activation const& activation);

  // decide_locks.cpp
  void begin(graph::Task const& task, Place const& place);
  void want_lock(graph::Task const& task, Place const& place, std::string name);
  void enter_locked(Activation const& waiting);
  void give_up_lock(Activation const& waiting, bool refused, Json error);

  graph::StepGraph const& graph_;
  State& state_;
  Input const& input_;
  Limits const& limits_;
  Expressions expressions_;
  Turn turn_;
  std::uint64_t random_;
  std::size_t bytes_ = 0;
};

}  // namespace skald::runtime
