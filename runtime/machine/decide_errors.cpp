// Errors find their handlers. The handler is decided first; then everything between the error and
// the handler stops.

#include "runtime/machine/decision.hpp"
#include "runtime/machine/errors.hpp"
#include "runtime/machine/tree.hpp"
#include "saga/retry.hpp"

namespace skald::runtime {

// An error leaves `task`, which stands in `scope`.
void Decision::fail(ScopeId scope, graph::Task const& task, Json error,
                    std::optional<Duration> retry_after) {
  if (error.is_object() && error.find("instance") == nullptr) error.set("instance", task.path);
  if (handled(scope, error, retry_after)) return;
  bool const undo = undo_root(state_, scope).valid();
  if (!undo && !in_finally(state_, scope) && !only_forward(graph_, state_)) {
    return stop_run({CauseKind::error, std::move(error), {}, {}});
  }
  auto reason = (undo ? "undo '" : "'") + task.name + "' failed";
  if (!undo && state_.pivot.valid()) reason += " behind the pivot '" + state_.pivot_name + "'";
  suspend(scope_of(state_, scope).current, scope, reason + ": " + detail_of(error));
}

// Looks outwards for a try that catches the error. Behind a pivot only those count that began
// there: to handle it means to undo what is inside.
bool Decision::handled(ScopeId scope, Json const& error, std::optional<Duration> retry_after) {
  for (auto at = scope; at.valid();) {
    auto const& around = scope_of(state_, at);
    if (!around.owner.valid()) break;
    if (graph_.list(around.list).role == graph::ListRole::probe) {
      probe_failed(at, error);
      return true;
    }
    auto const& owner = activation_of(state_, around.owner);
    bool const body = graph_.list(around.list).role == graph::ListRole::attempt;
    bool const before = state_.pivot.valid() && owner.id < state_.pivot;
    if (body && !before && try_catch(around, owner, error, retry_after)) return true;
    at = around.parent;
  }
  return false;
}

// True when a `try` around it, inside the same undo block, is for this error.
bool Decision::would_handle(ScopeId scope, Json const& error) {
  for (auto at = scope; at.valid(); at = scope_of(state_, at).parent) {
    auto const& around = scope_of(state_, at);
    if (!around.owner.valid()) return false;
    if (graph_.list(around.list).role != graph::ListRole::attempt) continue;
    auto const& handler = activation_of(state_, around.owner);
    auto const& catch_ = std::get<graph::Try>(task_of(handler).kind).handler;
    auto place = place_of(handler);
    place.extras = {{catch_.as, error}};
    auto const match = matches(catch_, error, place);
    if (match && match.json.as_boolean()) return true;
  }
  return false;
}

// Lets a try's catch have the error. False: it is not for this one.
bool Decision::try_catch(Scope const& body, Activation const& handler, Json const& error,
                         std::optional<Duration> retry_after) {
  auto const& catch_ = std::get<graph::Try>(task_of(handler).kind).handler;
  auto place = place_of(handler);
  place.extras = {{catch_.as, error}};
  auto const match = matches(catch_, error, place);
  if (!match || !match.json.as_boolean()) return false;
  auto next = Next::handle;
  Duration delay;
  if (catch_.retry) {
    auto const& policy = *catch_.retry;
    bool allowed = true;
    if (policy.when) {
      auto const when = expressions_.test(*policy.when, handler.input, place);
      allowed = when && when.json.as_boolean();
    }
    if (policy.except_when) {
      auto const except = expressions_.test(*policy.except_when, handler.input, place);
      allowed = allowed && except && !except.json.as_boolean();
    }
    auto const base = expressions_.duration(policy.delay, handler.input, place);
    saga::RetryQuestion question;
    question.retries = handler.restarts;
    question.elapsed = input_.now - handler.first_try;
    if (auto const* fixed = std::get_if<Duration>(&base)) question.base = *fixed;
    question.retry_after = retry_after;
    question.random = next_random();
    auto const wait = allowed ? saga::next_delay(policy, question) : std::nullopt;
    if (wait) {
      next = Next::retry;
      delay = *wait;
    } else if (!catch_.body.valid()) {
      return false;  // used up, and nothing else to do about it: the error goes on
    }
  }
  stop({body.id}, handler.id, {CauseKind::error, error, {}, {}}, next, delay);
  return true;
}

Value Decision::matches(graph::Try::Catch const& handler, Json const& error, Place const& place) {
  for (auto const& member : handler.filter) {
    auto wanted = expressions_.evaluate(member.value, place.input, place);
    if (!wanted) return wanted;
    auto const& found = error[member.key];
    bool const types = member.key == "type" && found.is_string() && wanted.json.is_string();
    bool const same =
        types ? same_error_type(found.as_string(), wanted.json.as_string()) : found == wanted.json;
    if (!same) return {Json(false)};
  }
  if (handler.when) {
    auto when = expressions_.test(*handler.when, place.input, place);
    if (!when || !when.json.as_boolean()) return when;
  }
  if (handler.except_when) {
    auto except = expressions_.test(*handler.except_when, place.input, place);
    if (!except) return except;
    return {Json(!except.json.as_boolean())};
  }
  return {Json(true)};
}

void Decision::stop(std::vector<ScopeId> scopes, ActivationId handler, Cause cause, Next next,
                    Duration delay) {
  add(Stopping{{state_.next_unwinding}, std::move(scopes), handler, std::move(cause), next, delay});
}

// The whole run stops; nothing handles it. A second cause does not disturb the first.
void Decision::stop_run(Cause cause) {
  if (state_.root_unwinding.valid()) return;
  bool const waits = cause.kind != CauseKind::error && pivot_undecided(state_);
  if (waits) return add(StopHeld{{}, std::move(cause)});
  stop({state_.root}, {}, std::move(cause), Next::end_run, {});
}

// The pivot has turned out not to have happened: what came meanwhile acts now, the widest first.
bool Decision::act_on_kept_causes() {
  if (!state_.open_pivot.valid() || pivot_undecided(state_)) return false;
  auto causes = state_.kept_causes;
  std::erase_if(causes, [this](StopHeld const& one) {  // it has come to its end meanwhile
    return one.activation.valid() && !state_.activations.contains(one.activation);
  });
  if (causes.empty()) return false;
  auto widest = causes.front();
  for (auto const& other : causes) {
    bool const whole_run = !other.activation.valid() && widest.activation.valid();
    bool const wider = other.activation.valid() && other.activation < widest.activation;
    if (whole_run || (wider && widest.activation.valid())) widest = other;
  }
  if (!widest.activation.valid()) {
    stop_run(std::move(widest.cause));
  } else {
    auto const& late = activation_of(state_, widest.activation);
    fail(late.scope, task_of(late), std::move(widest.cause.error));
  }
  return true;
}

void Decision::suspend(ActivationId activation, ScopeId scope, std::string reason) {
  add(RunSuspended{activation, scope, std::move(reason)});
}

}  // namespace skald::runtime
