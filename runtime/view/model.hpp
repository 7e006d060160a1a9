#pragma once

// The model of a run that its records are folded into, before it becomes JSON. Private to
// runtime/view.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/machine/record.hpp"
#include "runtime/machine/state.hpp"
#include "runtime/view/run_view.hpp"

namespace skald::view {

using runtime::ActivationId;
using runtime::ScopeId;
using runtime::UnwindingId;

struct AttemptModel {
  std::uint32_t number = 1;
  Time started;
  std::optional<Time> ended;
  std::optional<Time> deadline;
  std::optional<saga::Outcome> outcome;
  int status = 0;
  std::string message;
  std::optional<Time> retry_at;
  bool late = false;
  bool ongoing = false;  // its participant has asked for more time
};

enum class StepResult : std::uint8_t {
  running,
  waiting,
  retrying,
  completed,
  failed,
  in_doubt,
  stopped,
  skipped,
  suspended,
  replaced,  // by an operator, with another input
};

// An operator's word that a step is done.
struct Evidence {
  std::string reason;
  std::string actor;
};

enum class UndoState : std::uint8_t { none, planned, undoing, undone, skipped };

struct StepModel {
  ActivationId activation;  // none for a skipped task
  graph::TaskIndex task;
  std::uint32_t number = 1;
  ActivationId parent;                // the composite it stands in
  std::optional<std::uint32_t> item;  // of a loop
  bool finally = false;               // stands in saga.finally
  UnwindingId undo_of;                // stands in an undo block of that unwinding
  std::uint32_t undo_index = 0;
  StepResult result = StepResult::running;
  UndoState undo = UndoState::none;
  std::string key;
  Time started;
  std::optional<Time> ended;
  std::vector<AttemptModel> attempts;
  std::size_t events = 0;  // that a listen has taken
  std::string child;       // of a `run`: the child's id
  std::string child_workflow;
  std::optional<runtime::EndStatus> child_status;  // at its end
  std::string lock;                                // that it waits for, and has not begun
  std::string waiting_for;
  Time waiting_since;
  std::optional<Time> until;
  std::optional<Time> deadline;
  Json input;
  Json detail;
  Json output;
  Json error;
  std::optional<Evidence> evidence;
  std::optional<saga::Outcome> effect;  // what the machine knew when it stopped, over all attempts
  std::optional<saga::Outcome> probed;  // what its probe has said
  bool probe = false;                   // stands in a probe
};

struct UndoModel {
  ActivationId undoes;
  graph::TaskIndex task;     // that is undone
  std::uint32_t number = 1;  // its activation
  runtime::UndoStatus status = runtime::UndoStatus::pending;
  bool suspended = false;
  bool amended = false;
  std::uint32_t waits_for = 0;  // gates of the plan (saga::Plan); 0: none
  std::uint32_t opens = 0;
  std::uint32_t attempts = 0;
  std::optional<Time> started;
  std::optional<Time> ended;
  std::string reason = {};  // of an operator who had it skipped
  std::string actor = {};
};

struct UnwindingModel {
  UnwindingId id;
  runtime::Cause cause;
  ActivationId handler;
  runtime::Next next = runtime::Next::end_run;
  Time started;
  std::optional<Time> ended;
  bool planned = false;
  std::vector<UndoModel> plan;
};

struct RunModel {
  runtime::State state;
  std::map<std::uint64_t, StepModel> steps;       // in the order they began
  std::map<ActivationId, std::uint64_t> step_of;  // key in steps
  std::uint64_t begun = 0;                        // steps so far; some may be left out
  std::vector<UnwindingModel> unwindings;

  // The step of an activation; null when none is known, or it is left out.
  StepModel const* step(ActivationId id) const {
    auto const at = step_of.find(id);
    return at == step_of.end() ? nullptr : &steps.at(at->second);
  }
};

RunModel const& model_of(RunFold const& fold);

// The outcome of its effect; none while nothing is known.
std::optional<saga::Outcome> outcome_of(StepModel const& step);

// "PUT http://hotel.local/...", or the function's name.
std::string call_text(graph::Call const& call, Json const& with);

// What is around its handler has been stopped since: when its plan is done, that unwinds instead.
bool is_overtaken(UnwindingModel const& unwinding, runtime::State const& state);

// One unwinding, as run_view.hpp says.
Json unwinding_json(UnwindingModel const& unwinding, RunModel const& model,
                    graph::StepGraph const& graph);

char const* to_string(StepResult result) noexcept;

}  // namespace skald::view
