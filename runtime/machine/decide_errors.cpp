// Errors find their handlers. The handler is decided first; then everything between the error and
// the handler stops.

#include "runtime/machine/decision.hpp"
#include "runtime/machine/errors.hpp"
#include "runtime/machine/tree.hpp"
#include "saga/retry.hpp"

namespace skald::runtime {

// An error leaves `task`, which stands in `scope`. Looks outwards for a try that catches it.
void Decision::fail(ScopeId scope, graph::Task const& task, Json error) {
  if (error.is_object() && error.find("instance") == nullptr) error.set("instance", task.path);
  for (auto at = scope; at.valid();) {
    auto const& around = scope_of(state_, at);
    if (around.undo_of.valid()) {
      auto const& detail = error["detail"];
      auto const why = detail.is_string() ? std::string(detail.as_string()) : to_text(error);
      return suspend(scope_of(state_, scope).current, scope,
                     "undo '" + task.name + "' failed: " + why);
    }
    if (!around.owner.valid()) break;
    auto const& owner = activation_of(state_, around.owner);
    bool const body = graph_.list(around.list).role == graph::ListRole::attempt;
    if (body && try_catch(around, owner, error)) return;
    at = around.parent;
  }
  stop_run({CauseKind::error, std::move(error), {}, {}});
}

// Lets a try's catch have the error. False: it is not for this one.
bool Decision::try_catch(Scope const& body, Activation const& handler, Json const& error) {
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
    auto const wanted = expressions_.evaluate(member.value, place.input, place);
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
  stop({state_.root}, {}, std::move(cause), Next::end_run, {});
}

void Decision::suspend(ActivationId activation, ScopeId scope, std::string reason) {
  add(RunSuspended{activation, scope, std::move(reason)});
}

}  // namespace skald::runtime
