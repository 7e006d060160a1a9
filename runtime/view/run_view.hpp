#pragma once

// What people and programs see of a run: its records folded into one JSON object. The API, the
// client, the command line and the web page all show this, and docs/api.md describes it.
//
//   {"id", "workflow", "digest", "parent", "status", "input", "output", "error", "reason",
//   "started", "ended",
//    "steps": [...], "unwinding": [...], "undone": [{"task", "status", "attempts"}]}
//
// - status: pending, running, waiting, compensating, suspended, completed, faulted, compensated,
//   cancelled, killed.
// - steps, in the order they began: {"activation", "task", "path", "kind", "number", "parent",
//   "item", "direction", "state", "result", "outcome", "key", "started", "ended", "call",
//   "attempts": [{"attempt", "started", "ended", "outcome", "status", "message", "retryAt"}],
//   "waitingFor", "since", "until", "lock", "holder", "child": {"run", "workflow", "status"},
//   "error", "input", "output"}. lock: the name that it waits for, and the run that holds it.
//   child: of a `run: workflow`; its status when it has ended. result is how it went forward:
//   running, waiting, retrying, completed, failed, in doubt, stopped, skipped, suspended. state is
//   the same, or undoing or undone when it was undone.
// - unwinding: {"unwinding", "cause", "error", "reason", "actor", "handler", "next", "started",
//   "ended", "status", "plan": [{"task", "path", "activation", "number", "item", "undoes",
//   "status", "attempts", "started", "ended"}]}.
//   status: stopping (open calls settle), undoing, done.
// - undone: every undo of every plan in the order of the plans; status is done, pending, running,
//   suspended or skipped. An undo with "child" is made by that run, which undoes itself.
//
// - locks, that the run holds: {"name", "since", "waiting": [{"run", "since"}]}.
// - omitted: so many steps that have ended are left out of the middle, when there are very many.
//
// Members without a value are left out. Times are ISO 8601 in UTC. Pure: no clock is read.

#include <memory>
#include <span>

#include "base/json.hpp"
#include "compiler/graph/step_graph.hpp"
#include "runtime/machine/record.hpp"
#include "runtime/machine/state.hpp"

namespace skald::view {

struct RunModel;  // model.hpp

// Folds records into a view, one after the other, so that a view of what has come since costs no
// more than that. Of more than 5,000 steps some are left out. The graph must outlive it.
class RunFold {
 public:
  explicit RunFold(graph::StepGraph const& graph);
  ~RunFold();
  RunFold(RunFold const&) = delete;
  RunFold& operator=(RunFold const&) = delete;

  void add(runtime::Record const& record);
  Json view() const;

 private:
  friend RunModel const& model_of(RunFold const& fold);
  struct Impl;
  graph::StepGraph const* graph_;
  std::unique_ptr<Impl> impl_;
};

// The whole view. The records are all of one run, from its first.
Json run_view(std::span<runtime::Record const> records, graph::StepGraph const& graph);

// The same without steps and unwinding, from a state that is at hand.
Json run_summary(runtime::State const& state);

// The run's status as above.
char const* run_status(runtime::State const& state);

// Writes records as JSON, one after the other: {"seq", "at", "type", "task", ...fields}. The graph
// must outlive it.
class HistoryWriter {
 public:
  explicit HistoryWriter(graph::StepGraph const& graph);
  ~HistoryWriter();
  HistoryWriter(HistoryWriter const&) = delete;
  HistoryWriter& operator=(HistoryWriter const&) = delete;

  Json write(runtime::Record const& record);
  // As write(), but what it gives is not wanted.
  void skip(runtime::Record const& record);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Every record.
Json history(std::span<runtime::Record const> records, graph::StepGraph const& graph);

}  // namespace skald::view
