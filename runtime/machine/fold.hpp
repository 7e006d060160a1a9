#pragma once

// Folds one record into the state: what evolve() is made of. It trusts its records: decide() made
// them, and the journal brings back what was written. What does not fit is a programmer's mistake
// and aborts. Internal to runtime/machine; its parts stand in evolve*.cpp by subject.

#include "runtime/machine/machine.hpp"
#include "runtime/machine/tree.hpp"

namespace skald::runtime {

class Fold {
 public:
  Fold(graph::StepGraph const& graph, State& state, Time at)
      : graph_(graph), state_(state), at_(at) {}

  void operator()(RunStarted const& fact);
  void operator()(TaskSkipped const& fact);
  void operator()(TaskEntered const& fact);
  void operator()(AttemptStarted const& fact) {
    open_attempt(fact.activation, fact.attempt, fact.deadline);
  }
  void operator()(AttemptResent const& fact);
  void operator()(AttemptEnded const& fact);
  void operator()(TaskCompleted const& fact);
  void operator()(ItemStarted const& fact);
  void operator()(ScopeEnded const& fact);
  void operator()(EventTaken const& fact);
  void operator()(EventPublished const& fact);
  void operator()(Stopping const& fact);
  void operator()(PlanRecorded const& fact);
  void operator()(PlanAmended const& fact);
  void operator()(UndoStarted const& fact);
  void operator()(UndoEnded const& fact);
  void operator()(Unwound const& fact);
  void operator()(TryRestarted const& fact);
  void operator()(RunSuspended const& fact);
  void operator()(RunResumed const& fact);
  void operator()(RunEnded const& fact);
  void operator()(ProbeStarted const& fact);
  void operator()(ProbeEnded const& fact);
  void operator()(AttemptOngoing const& fact);
  void operator()(StepRetried const& fact);
  void operator()(StepReplaced const& fact);
  void operator()(StepCompleted const& fact);
  void operator()(AttemptParked const& fact);
  void operator()(CallbackAwaited const& fact);
  void operator()(StopLifted const& fact);
  void operator()(PivotPassed const& fact);
  void operator()(StopHeld const& fact);
  void operator()(FinallyStarted const& fact);
  void operator()(ChildStarted const& fact);
  void operator()(ChildEnded const& fact);
  void operator()(LockWanted const& fact);
  void operator()(LockTaken const& fact);
  void operator()(LockGivenUp const& fact);
  void operator()(LockWithdrawn const& fact);

 private:
  Scope& scope(ScopeId id) { return scope_of(state_, id); }
  Activation& activation(ActivationId id) { return activation_of(state_, id); }
  graph::Task const& task_of(Activation const& activation) { return graph_.task(activation.task); }

  void arm(Activation const& activation);
  void arm_child(Activation const& activation);
  void stop_child(Activation& inside);
  void stop_locking(Activation& inside);
  void forget_locking(ActivationId id);
  void set_child_forward(Activation& run);
  void keep_for_parent(RunEnded const& fact);
  void begin_kind(Activation& activation);
  void forget(std::vector<ScopeId> const& scopes);
  void drop_probe(Activation& call);
  void open_attempt(ActivationId id, std::uint32_t attempt, Time deadline);
  void late_answer(AttemptEnded const& fact);
  void update_armed(Activation const& activation);
  void hand_up_armed(Activation& done, Scope& around, Json const& output);
  void begin_event(Activation& listener, graph::Listen const& kind, std::uint32_t index);
  void end_event(Scope& item, Activation& listener, ScopeEnded const& fact);
  void listen_again(Activation& listener);
  void give_up_callback(Activation& call);
  void keep_outputs(Scope const& from, Scope& to);
  void move_on(Scope& scope, graph::Then then);
  void finish(Scope& scope);
  void stop_activation(Activation& inside);
  void forget_doubt(TaskEntered const& fact);
  void remember_doubts(Subtree const& tree, Activation& handler);
  void export_context(ScopeId from, Json const& context);
  bool halt(ActivationId id);
  void give_up(Activation& waiting);
  void resume(Activation& waiting);
  void refresh_suspensions();
  void refresh_status();
  void let_go();
  void note_exception(Armed const& armed, UndoEnded const& fact);
  bool lift_suspension(ActivationId id, ScopeId where);
  void await_attempt_now(Activation& call);
  void set_forward(Activation& stopped_one);
  void resume_pass(Activation& attempt);
  bool has_more_to_do(Activation const& composite) const;
  bool handles_active_unwinding(ActivationId id) const;
  bool has_unwound(ActivationId id) const;
  void resolve_lifted();
  void wake_root();
  void wake_unwindings();
  void wake(Unwinding const& unwinding);
  void drop_suspensions_of_stopped();
  void set_gates(Unwinding& unwinding, PlanRecorded const& fact);
  void pass(Unwinding& unwinding, Undo& undo);
  void resolve(Unwinding& unwinding);
  void follow(Unwinding const& unwinding);

  graph::StepGraph const& graph_;
  State& state_;
  Time at_;
};

}  // namespace skald::runtime
