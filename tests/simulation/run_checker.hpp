#pragma once

// Watches the records of one run as they are written and holds them against the promises of a
// saga. It derives for itself what must be undone, from the records and the shape of the run
// alone; it never asks the machine. Its State is folded from the decoded records, so that the live
// state can be compared with it.

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "compiler/graph/step_graph.hpp"
#include "runtime/machine/machine.hpp"

namespace skald::simulation {

class RunChecker {
 public:
  // What the checker knows of one activation.
  struct Act {
    graph::TaskIndex task;
    std::uint32_t number = 1;
    Json arguments;
    std::vector<runtime::ScopeId> scopes;          // around it, inner to outer
    std::vector<runtime::ActivationId> ancestors;  // composites around it
    // Forks and concurrent loops around it, inner to outer, with the branch it stands in.
    std::vector<std::pair<runtime::ActivationId, std::uint32_t>> branches;
    bool in_undo = false;
    std::optional<saga::Outcome> outcome;
    std::uint32_t attempt = 0;
    std::uint32_t beyond = 0;  // attempts that only the saga has granted
    bool open = false;
    std::optional<Time> retry_at;
    bool completed = false;
    bool planned = false;
    bool dropped = false;               // a pivot has succeeded behind it
    runtime::ActivationId replaced_by;  // the composite whose own undo stands for it
    bool late_success = false;          // after its undo had been sent
    bool amended = false;
    runtime::ActivationId probe_of;  // of a call of a probe
    saga::Outcome probe_says = saga::Outcome::in_doubt;
    bool probing = false;
    bool probed = false;
    bool ongoing = false;   // its participant has asked for more time
    bool given_up = false;  // an operator had its task entered again
    bool skipped = false;   // an operator said not to undo it
    bool excused = false;   // its undo was done by an operator's evidence
    std::optional<Json> evidence;
    runtime::ActivationId undoes;  // of a step of an undo block
    std::string child;             // the run that a `run` task has started last
    bool undoable = false;
    std::optional<runtime::EndStatus> child_status;
    bool to_be_done_anew = false;           // a pivot whose run was killed, by an operator's word
    std::map<std::uint32_t, Lsn> attempts;  // where each attempt became a fact
  };

  RunChecker(graph::StepGraph const& graph) : graph_(graph) {}

  void check(runtime::Record const& record, Lsn lsn);
  // Something in it could still be undone.
  bool keeps_something() const;
  // Nothing happens any more without an operator.
  void check_rest() const;
  // The run is at its end, for good.
  void check_end() const;

  runtime::State const& state() const { return state_; }
  graph::StepGraph const& graph() const { return graph_; }
  std::map<runtime::ActivationId, Act> const& acts() const { return acts_; }
  bool ended() const { return state_.status == runtime::RunStatus::ended; }
  // Nothing around it unwinds.
  bool moving(Act const& act) const;
  std::optional<Lsn> stopped_at() const { return stopped_at_; }  // the whole run
  std::optional<Lsn> ended_at() const { return ended_at_; }
  // Killed while what a late success had opened again was undone: it had ended otherwise before.
  bool killed_behind_its_end() const {
    return ends_.size() > 1 && state_.end == runtime::EndStatus::killed;
  }
  // It has undone what it did, whatever came behind.
  bool has_gone_back() const {
    return std::ranges::any_of(ends_, [](runtime::EndStatus end) {
      return end != runtime::EndStatus::completed && end != runtime::EndStatus::killed;
    });
  }
  bool undone_for_parent() const { return undone_for_parent_; }
  // It had ended before, and nobody but a late success has opened it again.
  bool undoes_what_came_late() const { return !ended() && !ends_.empty() && !undone_for_parent_; }
  std::size_t unwindings() const { return unwindings_.size(); }

 private:
  struct Unwinding {
    std::vector<runtime::ScopeId> scopes;
    std::optional<Time> retry_at;
    bool planned = false;
    std::set<std::uint32_t> started;
    std::set<std::uint32_t> ended;
    std::vector<runtime::ActivationId> plan;
    std::size_t recorded = 0;  // of the plan; what comes behind was appended
    bool over = false;
    runtime::ActivationId handler;
    runtime::Next next = runtime::Next::end_run;
    bool followed = false;  // its retry or its catch has begun
  };

  void look(runtime::TaskEntered const& fact);
  void look(runtime::AttemptStarted const& fact, Time at);
  void look(runtime::AttemptResent const& fact);
  void look(runtime::AttemptEnded const& fact);
  void look(runtime::TaskCompleted const& fact, Time at);
  void look(runtime::Stopping const& fact);
  void look(runtime::PlanRecorded const& fact);
  void look(runtime::PlanAmended const& fact);
  void look(runtime::UndoStarted const& fact);
  void look(runtime::UndoEnded const& fact);
  void look(runtime::Unwound const& fact);
  void look(runtime::TryRestarted const& fact, Time at);
  void look(runtime::RunEnded const& fact);
  void look(runtime::StepRetried const& fact);
  void look_at_killed_pivots(runtime::ActivationId only);
  void look(runtime::StepReplaced const& fact);
  void look(runtime::StepCompleted const& fact);
  void look(runtime::AttemptParked const& fact);
  void look(runtime::CallbackAwaited const& fact);
  void look(runtime::StopLifted const& fact);
  void look(runtime::ProbeStarted const& fact);
  void look(runtime::ProbeEnded const& fact);
  void look(runtime::AttemptOngoing const& fact, Time at);
  void close_probe(runtime::ActivationId call);
  void require_not_held(char const* what) const;
  void look(runtime::PivotPassed const& fact);
  void look(runtime::FinallyStarted const& fact);
  void check_pivot(runtime::Stopping const& fact) const;
  void look(runtime::StopHeld const& fact);
  void check_held(runtime::Stopping const& fact);
  void note_followed(runtime::ScopeId scope);
  void require_followed(runtime::ActivationId handler) const;
  void look(runtime::ChildStarted const& fact);
  void look(runtime::ChildEnded const& fact);
  void look(runtime::LockWanted const& fact);
  void look(runtime::LockTaken const& fact);
  void note_place(runtime::RecordBody const& body, Lsn lsn);
  void check_retry(runtime::AttemptEnded const& fact, Act& act) const;
  bool check_key(runtime::TaskEntered const& fact, Act const& act) const;
  void require_moving(Act const& act, char const* what) const;
  bool inside(Act const& act, std::vector<runtime::ScopeId> const& scopes) const;
  bool armed(Act const& act) const;
  bool in_catch_of(Act const& act, runtime::ActivationId attempt) const;
  bool parallel(Act const& a, Act const& b) const;
  std::string name(runtime::ActivationId id) const;

  graph::StepGraph const& graph_;
  runtime::State state_;
  std::map<runtime::ActivationId, Act> acts_;
  std::map<runtime::UnwindingId, Unwinding> unwindings_;
  std::set<runtime::ScopeId> stopped_;
  runtime::ActivationId pivot_;
  bool undone_for_parent_ = false;
  bool finally_ = false;
  bool stop_held_ = false;  // a stop of the whole run waits until the pivot is known
  std::optional<Lsn> stopped_at_;
  std::optional<Lsn> ended_at_;
  std::vector<runtime::EndStatus> ends_;  // one behind the other
  Time last_;
};

}  // namespace skald::simulation
