#pragma once

// Evaluates the expressions and templates of a graph for one run: gathers the variables an
// expression names ($context, $input, $tasks, loop variables, ...) from the state, and turns jq's
// errors into the workflow's errors.

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/graph/step_graph.hpp"
#include "runtime/machine/machine.hpp"
#include "runtime/machine/state.hpp"

namespace skald::runtime {

// A value, or the workflow error ({type, status, ...}) that its evaluation ended with.
struct Value {
  Json json;
  bool failed = false;  // json is the error

  static Value error(Json error) { return {std::move(error), true}; }
  explicit operator bool() const { return !failed; }
};

// Where an expression stands, for its variables.
struct Place {
  ScopeId scope;  // whose variables and outputs it sees; none: the workflow's own
  graph::Task const* task = nullptr;
  Json raw_input;                     // $task.input
  Json input;                         // $input
  Json raw_output;                    // $task.output
  Json output;                        // $output
  Json authorization;                 // $authorization
  std::optional<Time> started;        // $task.startedAt; absent: now
  std::optional<Time> deadline = {};  // of a task whose time runs since it waited for its lock
  // Variables on top of the scope's, such as $error in a catch's `when`.
  std::vector<std::pair<std::string, Json>> extras;
};

// $authorization {scheme, parameter} of a call's arguments; null when it has no authentication.
Json authorization_of(Json const& arguments);

// Why a value that no expression gave as a whole can not be kept: it has more bytes than
// Limits::value_bytes. Empty when it has not; known at once for a small one.
std::string size_fault(Json const& value, Limits const& limits);

class Expressions {
 public:
  Expressions(graph::StepGraph const& graph, State const& state, Time now, Limits const& limits)
      : graph_(graph), state_(state), now_(now), limits_(limits) {}

  // The first output; no output is null.
  Value evaluate(graph::Expression const& expression, Json const& data, Place const& place) const;
  Value evaluate(graph::Template const& template_, Json const& data, Place const& place) const;
  // Like evaluate, and neither null nor false. An error counts as failed.
  Value test(graph::Expression const& expression, Json const& data, Place const& place) const;
  // A duration: fixed, ISO 8601 text, or {days, hours, minutes, seconds, milliseconds}.
  std::variant<Duration, Json> duration(graph::DurationValue const& value, Json const& data,
                                        Place const& place) const;
  // $undo of the block the scope stands in; null going forward.
  Json undo(ScopeId scope) const;

 private:
  Json variable(std::string const& name, graph::Expression const& expression,
                Place const& place) const;
  Json scope_variable(std::string const& name, Place const& place) const;
  Json tasks(graph::Expression const& expression, ScopeId scope) const;
  Json workflow() const;
  Json task(Place const& place) const;
  Json secrets() const;
  Json const* output_of(std::string const& path, ScopeId scope) const;
  Armed const* undone_by(ScopeId scope) const;
  Json expression_error(std::string const& message, Place const& place) const;
  Value within_bounds(Json value, Place const& place) const;

  graph::StepGraph const& graph_;
  State const& state_;
  Time now_;
  Limits const& limits_;
};

}  // namespace skald::runtime
