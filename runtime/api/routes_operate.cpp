// What operators do to runs: one run or one step of it, or many runs at once.

#include "runtime/api/routes.hpp"

#include "runtime/view/operation.hpp"

namespace skald::runtime {
namespace {

struct Wish {
  Operation operation;
  Json body;
  bool dry_run = false;
};

Result<void> read_text(Json const& body, std::string_view name, std::string& into) {
  Json const& value = body[name];
  if (value.is_null()) return {};
  if (!value.is_string()) {
    return Error{ErrorCode::invalid_argument, std::string(name) + " must be a text", ""};
  }
  into = value.as_string();
  return {};
}

Result<Wish> read_wish(Verb verb, HttpRequest const& request) {
  auto body = body_object(request);
  if (!body.ok()) return std::move(body).error();
  Wish wish;
  wish.operation.verb = verb;
  SKALD_TRY(read_text(*body, "reason", wish.operation.reason));
  SKALD_TRY(read_text(*body, "actor", wish.operation.actor));
  wish.operation.forward = (*body)["forward"].truthy();
  wish.operation.leave_effects = (*body)["leaveEffects"].truthy();
  auto const* const value = body->find(verb == Verb::complete ? "output" : "input");
  if (value != nullptr && needs_step(verb)) wish.operation.value = *value;
  auto const dry_run = request.parameter("dryRun");
  wish.dry_run = dry_run && *dry_run != "false";
  wish.body = std::move(*body);
  return wish;
}

// 409 with what would stay behind.
HttpResponse leaves_effects(std::string const& run, Json const& left) {
  HttpResponse response = problem(
      409, "a kill of run '" + run + "' would leave " + view::left_text(left) + " behind",
      to_string(ErrorCode::failed_precondition),
      "cancel it, and what has an undo is undone; or kill it with {\"leaveEffects\": true}");
  Json body = parse_json(response.body).value_or(Json::object());
  body.set("leftBehind", left);
  response.body = to_text(body);
  return response;
}

// What it would do; of a cancel also the undos.
HttpResponse preview(Api& api, std::string const& run, Operation const& operation) {
  auto effect = api.engine.preview(run, operation);
  if (!effect.ok()) return problem(effect.error());
  effect->set("dryRun", true);
  if (operation.verb == Verb::cancel) {
    auto const plan = api.engine.plan(run);
    if (!plan.ok()) return problem(plan.error());
    effect->set("undos", (*plan)["undos"]);
  }
  return json_response(200, *effect);
}

HttpResponse operate(Api& api, ApiCall const& call, Verb verb) {
  std::string const& run = call.params[0];
  auto wish = read_wish(verb, call.request);
  if (!wish.ok()) return problem(wish.error());
  if (call.params.size() > 1) wish->operation.step = call.params[1];
  if (wish->dry_run) return preview(api, run, wish->operation);
  if (verb == Verb::kill && !wish->operation.leave_effects) {
    auto const effect = api.engine.preview(run, wish->operation);
    if (!effect.ok()) return problem(effect.error());
    Json const& left = (*effect)["leftBehind"];
    if (left.size() > 0) return leaves_effects(run, left);
  }
  auto const effect = api.engine.operate(run, wish->operation);
  if (!effect.ok()) return problem(effect.error());
  return json_response(verb == Verb::cancel || verb == Verb::resume ? 202 : 200, *effect);
}

// {"workflow": "travel/x", "status": "running"}: which runs.
Result<RunFilter> read_where(Json const& body) {
  Json const& where = body["where"];
  if (!where.is_object() || where.size() == 0) {
    return Error{ErrorCode::invalid_argument, "`where` says which runs, and is missing",
                 R"(for example {"where": {"workflow": "travel/booking", "status": "running"}})"};
  }
  RunFilter filter;
  for (auto const& member : where.members()) {
    auto const name = member.key.as_string();
    auto const text = member.value.is_string() ? std::string(member.value.as_string()) : "";
    if (name == "workflow" && !text.empty()) {
      filter.workflow = text;
    } else if (name == "status" && parse_run_status(text)) {
      filter.status = parse_run_status(text);
    } else {
      return Error{ErrorCode::invalid_argument,
                   "`where` can not have " + std::string(name) + " " + to_text(member.value),
                   "it takes `workflow` (namespace/name) and `status` (running, suspended, ...)"};
    }
  }
  SKALD_TRY(read_text(body, "after", filter.after));
  return filter;
}

}  // namespace

HttpResponse cancel_run(Api& api, ApiCall const& call) {
  return operate(api, call, Verb::cancel);
}

HttpResponse kill_run(Api& api, ApiCall const& call) {
  return operate(api, call, Verb::kill);
}

HttpResponse suspend_run(Api& api, ApiCall const& call) {
  return operate(api, call, Verb::suspend);
}

HttpResponse resume_run(Api& api, ApiCall const& call) {
  return operate(api, call, Verb::resume);
}

HttpResponse retry_step(Api& api, ApiCall const& call) {
  return operate(api, call, Verb::retry);
}

HttpResponse complete_step(Api& api, ApiCall const& call) {
  return operate(api, call, Verb::complete);
}

HttpResponse skip_step(Api& api, ApiCall const& call) {
  return operate(api, call, Verb::skip);
}

HttpResponse operate_many(Api& api, ApiCall const& call) {
  auto const verb = parse_verb(call.params[0]);
  if (!verb || needs_step(*verb)) {
    return problem(404, "many runs at once can not be told to '" + call.params[0] + "'",
                   to_string(ErrorCode::not_found), "cancel, kill, suspend and resume can");
  }
  auto const wish = read_wish(*verb, call.request);
  if (!wish.ok()) return problem(wish.error());
  auto const filter = read_where(wish->body);
  if (!filter.ok()) return problem(filter.error());
  auto const done = api.engine.operate_many(*filter, wish->operation, wish->dry_run);
  if (!done.ok()) return problem(done.error());
  return json_response(200, *done);
}

}  // namespace skald::runtime
