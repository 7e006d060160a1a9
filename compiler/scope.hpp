#pragma once

// What an expression can see: which task `$tasks.<name>` means, and which variables there are.
//
// $tasks: a task of the own list that runs earlier, else one of the lists around it, nearest first;
// else one inside of a task that has finished by then, if only one there has the name. The tasks of
// a loop's body are seen by the same iteration only, those of a compensate block and of a
// function's definition only from within, and those of a `try` that failed not by its `catch`.
// What a task ends with
// (output.as, export.as) sees the tasks inside of it.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/outline.hpp"

namespace skald::compiler {

// Where an expression stands.
struct Site {
  // What of its task has happened when it is evaluated.
  // `scheduled`: there is no run yet.
  enum class Point : std::uint8_t { before, inside, after, exported, scheduled };

  graph::TaskIndex task;  // none: the workflow's own input (before) or output (after)
  Point point = Point::inside;
  std::vector<std::string> variables;  // beyond the standard ones and those of the lists around it
  graph::ListIndex end_of = {};  // of the task: the expression stands behind that list's tasks
  bool error = false;  // the last of its variables is the error that a catch or a retry sees
};

struct TaskLookup {
  enum class Answer : std::uint8_t { found, ambiguous, not_done, unknown };
  Answer answer = Answer::unknown;
  graph::TaskIndex task;              // found, or the one that is not done
  std::vector<graph::TaskIndex> all;  // ambiguous: those that could be meant
  std::string reason;                 // not_done: why, as the end of a sentence
};

TaskLookup find_task(Outline const& outline, Site const& site, std::string_view name);

// The names that find_task would find, for suggestions.
std::vector<std::string_view> visible_tasks(Outline const& outline, Site const& site);

// Loop and catch variables at the site, and its own.
std::vector<std::string> scope_variables(Outline const& outline, Site const& site);

// True when `name` is the error of a catch or a retry at the site, and nothing nearer has the name.
bool is_error(Outline const& outline, Site const& site, std::string_view name);

// True when the expression belongs to a compensate block: $undo has a value.
bool in_undo(Outline const& outline, Site const& site);

// The variables of a `for` (each, at) or a `foreach` (item, at), and of a `catch` (as).
std::string loop_item(dsl::Node const& task);
std::string loop_index(dsl::Node const& task);
std::string catch_variable(dsl::Node const& task);

}  // namespace skald::compiler
