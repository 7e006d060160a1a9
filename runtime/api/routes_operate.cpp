#include "runtime/api/routes.hpp"

namespace skald::runtime {
namespace {

struct Operation {
  std::string reason;
  std::string actor;
  Json body;
  bool dry_run = false;
};

Result<Operation> read_operation(HttpRequest const& request) {
  auto body = body_object(request);
  if (!body.ok()) return std::move(body).error();
  Operation operation;
  for (auto const& [name, into] :
       {std::pair("reason", &operation.reason), std::pair("actor", &operation.actor)}) {
    Json const& value = (*body)[name];
    if (value.is_null()) continue;
    if (!value.is_string()) {
      return Error{ErrorCode::invalid_argument, std::string(name) + " must be a text", ""};
    }
    *into = value.as_string();
  }
  auto const dry_run = request.parameter("dryRun");
  operation.dry_run = dry_run && *dry_run != "false";
  operation.body = std::move(*body);
  return operation;
}

HttpResponse done(int status, std::string const& run, Result<void> const& result) {
  if (!result.ok()) return problem(result.error());
  return json_response(status, Json::object({{"id", run}}));
}

// 409 with what would stay behind.
HttpResponse leaves_effects(std::string const& run, Json const& left) {
  HttpResponse response = problem(
      409,
      "run '" + run + "' has " + std::to_string(left.size()) + " effects that a kill leaves behind",
      to_string(ErrorCode::failed_precondition),
      "cancel it to undo them, or kill it with {\"leaveEffects\": true}");
  Json body = parse_json(response.body).value_or(Json::object());
  body.set("leftBehind", left);
  response.body = to_text(body);
  return response;
}

}  // namespace

HttpResponse cancel_run(Api& api, ApiCall const& call) {
  std::string const& run = call.params[0];
  auto const operation = read_operation(call.request);
  if (!operation.ok()) return problem(operation.error());
  if (operation->dry_run) return get_plan(api, call);
  return done(202, run, api.engine.cancel(run, operation->reason, operation->actor));
}

HttpResponse kill_run(Api& api, ApiCall const& call) {
  std::string const& run = call.params[0];
  auto const operation = read_operation(call.request);
  if (!operation.ok()) return problem(operation.error());
  auto const plan = api.engine.plan(run);
  if (!plan.ok()) return problem(plan.error());
  Json const& left = (*plan)["undos"];
  if (operation->dry_run) return json_response(200, Json::object({{"leftBehind", left}}));
  bool const agreed = operation->body["leaveEffects"].truthy();
  if (left.size() > 0 && !agreed) return leaves_effects(run, left);
  auto const killed = api.engine.kill(run, operation->reason, operation->actor);
  if (!killed.ok()) return problem(killed.error());
  return json_response(200, Json::object({{"id", run}, {"leftBehind", left}}));
}

HttpResponse resume_run(Api& api, ApiCall const& call) {
  std::string const& run = call.params[0];
  auto const operation = read_operation(call.request);
  if (!operation.ok()) return problem(operation.error());
  return done(202, run, api.engine.resume(run, operation->reason, operation->actor));
}

}  // namespace skald::runtime
