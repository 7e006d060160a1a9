// How tasks begin and end, and how the flow goes on from one to the next.

#include <algorithm>

#include "base/assert.hpp"
#include "runtime/machine/decision.hpp"
#include "runtime/machine/errors.hpp"
#include "runtime/machine/tree.hpp"

namespace skald::runtime {

graph::Task const& Decision::task_of(Activation const& activation) const {
  return graph_.task(activation.task);
}

Place Decision::place_of(Activation const& activation) const {
  Place place;
  place.scope = activation.scope;
  place.task = &task_of(activation);
  place.raw_input = scope_of(state_, activation.scope).data;
  place.input = activation.input;
  place.started = activation.started;
  auto const* call = std::get_if<graph::Call>(&place.task->kind);
  if (call != nullptr && call->function == "http") {
    place.authorization = authorization_of(activation.detail);
  }
  return place;
}

void Decision::step_scope(ScopeId id) {
  if (!state_.scopes.contains(id)) return end_run_unwound();
  auto const& scope = scope_of(state_, id);
  if (!scope.finished) return enter(scope);
  if (scope.undo_of.valid()) {
    return add(UndoEnded{scope.undo_of, scope.undo_index, UndoResult::done});
  }
  if (id == state_.finally) return add(*state_.ending);
  if (!scope.owner.valid()) return state_.end ? end_run_unwound() : end_run_completed();
  auto const& owner = activation_of(state_, scope.owner);
  auto const& task = task_of(owner);
  if (graph_.list(scope.list).role == graph::ListRole::probe) {
    return end_probe(owner.id, saga::Outcome::succeeded, scope.data, {});
  }
  if (std::holds_alternative<graph::Listen>(task.kind)) return end_event(scope, owner);
  bool const many = std::holds_alternative<graph::For>(task.kind) ||
                    std::holds_alternative<graph::Fork>(task.kind);
  if (many) return add(ScopeEnded{id});
  bool const caught = graph_.list(scope.list).role == graph::ListRole::handler;
  complete(owner.id, scope.data, caught ? then_behind_catch(task) : task.then);
}

// `then` of the catch, or of its try when the catch has none.
graph::Then Decision::then_behind_catch(graph::Task const& task) const {
  auto const& then = std::get<graph::Try>(task.kind).handler.then;
  return then.kind == graph::Then::Kind::next ? task.then : then;
}

void Decision::step_activation(ActivationId id) {
  auto const& activation = activation_of(state_, id);
  auto const& task = task_of(activation);
  if (activation.phase == Phase::locking) return enter_locked(activation);
  if (auto const* loop = std::get_if<graph::For>(&task.kind)) return step_for(activation, *loop);
  if (std::holds_alternative<graph::Fork>(task.kind)) return step_fork(activation);
  if (std::holds_alternative<graph::Listen>(task.kind)) {
    if (activation.queue.empty()) return complete(id, activation.results, task.then);
    return add(ItemStarted{id, activation.next_item});
  }
  if (std::holds_alternative<graph::Emit>(task.kind)) {
    return complete(id, activation.detail, task.then);
  }
  if (std::holds_alternative<graph::Call>(task.kind) ||
      std::holds_alternative<graph::RunWorkflow>(task.kind)) {  // resumed after it had succeeded
    return complete(id, activation.last.output, task.then);
  }
  complete(id, activation.results, then_behind_catch(task));  // a try whose catch has no `do`
}

void Decision::enter(Scope const& scope) {
  auto const& task = graph_.task(graph_.list(scope.list).tasks[scope.position]);
  // An endless loop must end somewhere. What unwinds is never limited.
  bool const unwinds = state_.root_unwinding.valid() || state_.ending.has_value() ||
                       undo_root(state_, scope.id).valid();
  if (state_.records >= limits_.run_records && !unwinds) {
    auto const limit = std::to_string(limits_.run_records);
    if (only_forward(graph_, state_)) {
      return suspend({}, scope.id, "the run has " + limit + " facts, the limit of one run");
    }
    return stop_run({CauseKind::error,
                     make_error("runtime", 500, "Run Too Long",
                                "the run has " + limit + " facts, the limit of one run", task.path),
                     {},
                     {}});
  }
  auto const id = scope.id;
  Place place;
  place.scope = id;
  place.task = &task;
  place.raw_input = scope.data;
  place.input = scope.data;
  if (task.when) {
    auto const when = expressions_.test(*task.when, scope.data, place);
    if (!when) return fail(id, task, when.json);
    if (!when.json.as_boolean()) return add(TaskSkipped{id, task.index});
  }
  if (auto error = schema_error(task.input_schema, scope.data, "input", task.path);
      !error.is_null()) {
    return fail(id, task, std::move(error));
  }
  if (task.input_from) {
    auto input = expressions_.evaluate(*task.input_from, scope.data, place);
    if (!input) return fail(id, task, std::move(input.json));
    place.input = std::move(input.json);
  }
  begin(task, place);
}

// The task begins; place.input is its input.
void Decision::begin_task(graph::Task const& task, Place const& place) {
  TaskEntered entered;
  entered.activation = {state_.next_activation};
  entered.scope = place.scope;
  entered.task = task.index;
  auto const seen = state_.entries.find(task.index);
  entered.number = seen == state_.entries.end() ? 1 : seen->second + 1;
  entered.input = place.input;

  struct Enter {
    Decision& turn;
    TaskEntered entered;
    Place const& place;

    void operator()(graph::Call const& kind) { turn.enter_call(kind, std::move(entered), place); }
    void operator()(graph::Do const&) { turn.enter_composite(std::move(entered), place); }
    void operator()(graph::Try const&) { turn.enter_composite(std::move(entered), place); }
    void operator()(graph::Fork const&) { turn.enter_composite(std::move(entered), place); }
    void operator()(graph::For const& kind) { turn.enter_for(kind, std::move(entered), place); }
    void operator()(graph::Set const& kind) { turn.enter_set(kind, std::move(entered), place); }
    void operator()(graph::Switch const& kind) {
      turn.enter_switch(kind, std::move(entered), place);
    }
    void operator()(graph::Raise const& kind) { turn.enter_raise(kind, std::move(entered), place); }
    void operator()(graph::Wait const& kind) { turn.enter_wait(kind, std::move(entered), place); }
    void operator()(graph::Listen const& kind) {
      turn.enter_listen(kind, std::move(entered), place);
    }
    void operator()(graph::Emit const& kind) { turn.enter_emit(kind, std::move(entered), place); }
    void operator()(graph::RunWorkflow const& kind) {
      turn.enter_run(kind, std::move(entered), place);
    }
  };
  std::visit(Enter{*this, std::move(entered), place}, task.kind);
}

// The task's timeout, for all kinds but calls. False: it could not be evaluated and the task has
// failed.
bool Decision::set_deadline(TaskEntered& entered, Place const& place) {
  if (!place.task->timeout) return true;
  if (place.deadline) {
    entered.deadline = place.deadline;
    return true;
  }
  auto timeout = expressions_.duration(*place.task->timeout, place.input, place);
  if (auto* error = std::get_if<Json>(&timeout)) {
    fail(place.scope, *place.task, std::move(*error));
    return false;
  }
  entered.deadline = input_.now + std::get<Duration>(timeout);
  return true;
}

// The authentication comes first: the other arguments may read it as $authorization.
Value Decision::call_arguments(graph::Call const& kind, Place const& place) {
  for (auto const& member : kind.with.members) {
    if (kind.function != "http" || member.key != "authentication") continue;
    auto policy = expressions_.evaluate(member.value, place.input, place);
    if (!policy) return policy;
    Place authorized = place;
    authorized.authorization = authorization_of(Json::object({{"authentication", policy.json}}));
    return expressions_.evaluate(kind.with, place.input, authorized);
  }
  return expressions_.evaluate(kind.with, place.input, place);
}

void Decision::enter_call(graph::Call const& kind, TaskEntered entered, Place const& place) {
  auto const arguments = call_arguments(kind, place);
  if (!arguments) return fail(place.scope, *place.task, arguments.json);
  entered.detail = arguments.json;
  entered.number = kept_number(entered, *place.task);
  entered.attempt_deadline = input_.now + attempt_timeout(*place.task, place.input, place);
  add(std::move(entered));
}

// A new activation has a new number and so a new key, with one exception: what a retried try left
// in doubt and can not undo, met again with the same arguments.
std::uint32_t Decision::kept_number(TaskEntered const& entered, graph::Task const& task) const {
  if (task.compensate.valid()) return entered.number;
  for (auto at = entered.scope; at.valid(); at = scope_of(state_, at).parent) {
    auto const owner = scope_of(state_, at).owner;
    if (!owner.valid()) continue;
    for (auto const& doubt : activation_of(state_, owner).doubts) {
      if (doubt.task == task.index && doubt.arguments == entered.detail) return doubt.number;
    }
  }
  return entered.number;
}

void Decision::enter_composite(TaskEntered entered, Place const& place) {
  if (!set_deadline(entered, place)) return;
  entered.pass_deadline = pass_deadline(*place.task);
  add(std::move(entered));
}

// When a pass of a try's body that begins now is over.
std::optional<Time> Decision::pass_deadline(graph::Task const& task) const {
  auto const* attempt = std::get_if<graph::Try>(&task.kind);
  if (attempt == nullptr || !attempt->handler.retry) return std::nullopt;
  auto const& limit = attempt->handler.retry->attempt_duration;
  return limit ? std::optional(input_.now + *limit) : std::nullopt;
}

void Decision::enter_for(graph::For const& kind, TaskEntered entered, Place const& place) {
  auto items = expressions_.evaluate(kind.in, place.input, place);
  if (!items) return fail(place.scope, *place.task, std::move(items.json));
  if (items.json.is_null()) items.json = Json::array();
  if (!items.json.is_array()) {
    auto const found = std::string(to_string(items.json.kind()));
    return fail(place.scope, *place.task,
                make_error("expression", 400, "Expression Error",
                           "for.in must give an array, not a " + found, place.task->path));
  }
  entered.detail = std::move(items.json);
  if (set_deadline(entered, place)) add(std::move(entered));
}

void Decision::enter_set(graph::Set const& kind, TaskEntered entered, Place const& place) {
  auto value = expressions_.evaluate(kind.value, place.input, place);
  if (!value) return fail(place.scope, *place.task, std::move(value.json));
  auto const id = entered.activation;
  add(std::move(entered));
  complete(id, std::move(value.json), place.task->then);
}

void Decision::enter_switch(graph::Switch const& kind, TaskEntered entered, Place const& place) {
  graph::Switch::Case const* chosen = nullptr;
  graph::Switch::Case const* otherwise = nullptr;
  for (auto const& option : kind.cases) {
    if (!option.when) {
      otherwise = &option;
      continue;
    }
    auto const when = expressions_.test(*option.when, place.input, place);
    if (!when) return fail(place.scope, *place.task, when.json);
    if (!when.json.as_boolean()) continue;
    chosen = &option;
    break;
  }
  if (chosen == nullptr) chosen = otherwise;
  auto const then = chosen != nullptr ? chosen->then : place.task->then;
  auto const id = entered.activation;
  add(std::move(entered));
  complete(id, place.input, then);
}

void Decision::enter_raise(graph::Raise const& kind, TaskEntered entered, Place const& place) {
  auto error = expressions_.evaluate(kind.error, place.input, place);
  if (!error) return fail(place.scope, *place.task, std::move(error.json));
  if (!error.json.is_object()) {
    error.json = make_error("expression", 400, "Expression Error",
                            "raise.error must be an object, not " + to_text(error.json), {});
  }
  add(std::move(entered));
  if (error.json.find("instance") == nullptr) error.json.set("instance", place.task->path);
  fail(place.scope, *place.task, std::move(error.json));
}

void Decision::enter_wait(graph::Wait const& kind, TaskEntered entered, Place const& place) {
  auto duration = expressions_.duration(kind.duration, place.input, place);
  if (auto* error = std::get_if<Json>(&duration)) {
    return fail(place.scope, *place.task, std::move(*error));
  }
  if (!set_deadline(entered, place)) return;
  auto const until = input_.now + std::get<Duration>(duration);
  // A timeout shorter than the wait is an error at its own time; `detail` tells them apart.
  entered.detail = Json::object({{"until", Json(until.us)}});
  entered.deadline = entered.deadline ? std::min(*entered.deadline, until) : until;
  add(std::move(entered));
}

void Decision::complete(ActivationId id, Json raw_output, graph::Then then) {
  auto const& done = activation_of(state_, id);
  auto const& task = task_of(done);
  if (state_.open_pivot == id) add(PivotPassed{id});
  TaskCompleted fact{id, std::move(raw_output), std::nullopt, then};
  // Many outputs that are each within the limit may be over it together.
  auto fault = size_fault(fact.output, limits_);
  auto error = fault.empty() ? shape_output(done, fact)
                             : make_error("runtime", 500, "Value Too Large",
                                          "the output of the task: " + fault, task.path);
  if (!error.is_null()) return fail(done.scope, task, std::move(error));
  add(std::move(fact));
}

// output.as and export.as with their schemas. Gives the error, or null.
Json Decision::shape_output(Activation const& done, TaskCompleted& fact) {
  auto const& task = task_of(done);
  if (!task.output_as && !task.output_schema && !task.export_as) return {};
  auto place = place_of(done);
  place.raw_output = place.output = fact.output;
  // The tasks of a `do`, and of the list of a `try` that ended it, are seen by the task's own end.
  bool const inner =
      std::holds_alternative<graph::Do>(task.kind) || std::holds_alternative<graph::Try>(task.kind);
  if (inner && !done.children.empty()) place.scope = done.children.back();
  if (task.output_as) {
    auto output = expressions_.evaluate(*task.output_as, fact.output, place);
    if (!output) return std::move(output.json);
    fact.output = std::move(output.json);
    place.output = fact.output;
  }
  auto error = schema_error(task.output_schema, fact.output, "output", task.path);
  if (!error.is_null() || !task.export_as) return error;
  auto context = expressions_.evaluate(*task.export_as, fact.output, place);
  if (!context) return std::move(context.json);
  fact.context = std::move(context.json);
  return schema_error(task.export_schema, *fact.context, "export", task.path);
}

void Decision::step_for(Activation const& loop, graph::For const& kind) {
  auto const& task = task_of(loop);
  bool const more = loop.next_item < loop.detail.size() && !loop.ending;
  bool const room =
      kind.concurrency == 0 ? loop.children.empty() : loop.children.size() < kind.concurrency;
  if (more && room) {
    if (kind.while_) {  // the compiler refuses it beside concurrency
      auto place = place_of(loop);
      place.extras = {{kind.each, loop.detail[loop.next_item]}, {kind.at, Json(loop.next_item)}};
      auto const go_on = expressions_.test(*kind.while_, loop.results, place);
      if (!go_on) return fail(loop.scope, task, go_on.json);
      if (!go_on.json.as_boolean()) return complete(loop.id, loop.results, task.then);
    }
    return add(ItemStarted{loop.id, loop.next_item});
  }
  complete(loop.id, loop.results, task.then);
}

void Decision::step_fork(Activation const& fork) {
  auto const& task = task_of(fork);
  if (!fork.winner) return complete(fork.id, fork.results, task.then);
  if (!fork.children.empty()) {
    return stop(fork.children, fork.id, {CauseKind::lost_race, nullptr, {}, {}}, Next::win, {});
  }
  complete(fork.id, fork.results[*fork.winner], task.then);
}

}  // namespace skald::runtime
