// Tasks that begin only when their run holds a named lock.

#include "runtime/machine/decision.hpp"
#include "runtime/machine/errors.hpp"
#include "runtime/machine/tree.hpp"

namespace skald::runtime {
namespace {

constexpr std::size_t kLongestName = 256;

// Why the value can not name a lock; empty when it can.
std::string name_fault(Json const& value) {
  if (!value.is_string()) return "the name of a lock is a text, not " + to_text(value);
  if (value.as_string().empty()) return "the name of a lock is not empty";
  if (value.as_string().size() <= kLongestName) return {};
  return "the name of a lock has at most " + std::to_string(kLongestName) + " bytes, not " +
         std::to_string(value.as_string().size());
}

}  // namespace

// The task becomes runnable: it begins, or waits for its lock. One that the run holds is enough.
void Decision::begin(graph::Task const& task, Place const& place) {
  if (!task.lock) return begin_task(task, place);
  auto const name = expressions_.evaluate(*task.lock, place.input, place);
  if (!name) return fail(place.scope, task, name.json);
  if (auto fault = name_fault(name.json); !fault.empty()) {
    return fail(place.scope, task,
                make_error("expression", 400, "Expression Error", std::move(fault), task.path));
  }
  std::string text(name.json.as_string());
  if (state_.locks.contains(text)) return begin_task(task, place);
  want_lock(task, place, std::move(text));
}

// The time of the task runs while it waits; of a call it is the time of an attempt, and none is
// made yet.
void Decision::want_lock(graph::Task const& task, Place const& place, std::string name) {
  LockWanted wanted{
      {state_.next_activation}, place.scope, task.index, std::move(name), place.input};
  if (task.timeout && !std::holds_alternative<graph::Call>(task.kind)) {
    auto timeout = expressions_.duration(*task.timeout, place.input, place);
    if (auto* error = std::get_if<Json>(&timeout)) {
      return fail(place.scope, task, std::move(*error));
    }
    wanted.deadline = input_.now + std::get<Duration>(timeout);
  }
  add(std::move(wanted));
}

void Decision::enter_locked(Activation const& waiting) {
  Place place;
  place.scope = waiting.scope;
  place.task = &task_of(waiting);
  place.raw_input = scope_of(state_, waiting.scope).data;
  place.input = waiting.input;
  place.deadline = waiting.deadline;
  begin_task(*place.task, place);
}

void Decision::give_up_lock(Activation const& waiting, bool refused, Json error) {
  auto const scope = waiting.scope;
  auto const& task = task_of(waiting);
  add(LockGivenUp{waiting.id, refused, error});
  fail(scope, task, std::move(error));
}

void Decision::operator()(LockAnswered const& input) {
  using Answer = LockAnswered::Answer;
  if (state_.lock_requests.empty() || state_.lock_requests.front().activation != input.activation) {
    return ignore("the run does not ask for that lock");
  }
  auto const& request = state_.lock_requests.front();
  if (request.withdrawn) {
    if (input.answer == Answer::granted) return ignore("the request is being withdrawn");
    return add(LockWithdrawn{input.activation});
  }
  if (input.answer == Answer::withdrawn) return ignore("the run still waits for the lock");
  if (input.answer == Answer::granted) return add(LockTaken{input.activation});
  auto const& waiting = activation_of(state_, input.activation);
  auto words = "lock '" + request.name + "' is held by run " + input.holder;
  words += input.answer == Answer::family
               ? ", which waits for the end of this one"
               : "; who has '" + input.above + "' does not wait for a name below it: " +
                     "take locks in the order of their names";
  give_up_lock(
      waiting, true,
      make_error("lock-order", 409, "Lock Order", std::move(words), task_of(waiting).path));
}

}  // namespace skald::runtime
