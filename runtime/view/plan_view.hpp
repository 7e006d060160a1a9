#pragma once

// The plan of a run as data, before it happens, while it runs and after.
//
//   {"id", "status", "phase", "undos": [{"order", "task", "path", "number", "key", "outcome",
//    "status", "attempts", "by", "input", "arguments", "output", "calls": [{"task", "call"}],
//    "child", "undos", "reason", "actor"}], "unwinding": [...]}
//
// - phase: before (undos are what a cancel would undo now), stopping (the same; open calls settle
//   first), undoing, done, kept (a child that has completed: its parent's unwinding would undo
//   it), none (it has ended, and was not unwound as a whole).
// - undos, first to last. outcome is that of the effect: succeeded, in doubt, refused, or open.
//   status: planned (a cancel would), pending, running, suspended, done, skipped.
//   input, arguments and output are what $undo holds. calls are what the block does: made already,
//   or as they would be made now if each were answered without an output. child is the run that
//   undoes itself, undos are its own.
// - unwinding: every unwinding so far, as in run_view.hpp: a `try` has plans of its own. Those of
//   inner scopes that go on also have "undos", as above; when the run has ended, all of them.
//
// Pure.

#include <functional>
#include <string>

#include "base/json.hpp"
#include "base/time.hpp"
#include "compiler/graph/step_graph.hpp"
#include "runtime/view/run_view.hpp"

namespace skald::view {

// The plan of a child run, as plan_view() gives it; null when it is not known.
using ChildPlan = std::function<Json(std::string const& run)>;

// The fold has all records of one run, from its first; `now` is when the last one was made.
Json plan_view(RunFold const& fold, graph::StepGraph const& graph, Time now,
               ChildPlan const& children = {});

}  // namespace skald::view
