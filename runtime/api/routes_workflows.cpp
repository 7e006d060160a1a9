#include "runtime/api/routes.hpp"
#include "runtime/engine/documents.hpp"
#include "runtime/executor/url.hpp"

namespace skald::runtime {
namespace {

Json deployment_json(Deployment const& deployment) {
  return Json::object({{"workflow", deployment.workflow},
                       {"digest", deployment.digest},
                       {"created", deployment.created},
                       {"diagnostics", deployment.diagnostics},
                       {"missingFunctions", deployment.missing_functions}});
}

// All findings as data, next to the rendered text that the engine gives.
HttpResponse invalid_workflow(Error const& error, Json findings) {
  HttpResponse response = problem(422, error.message, "invalid_workflow", error.hint);
  Json body = parse_json(response.body).value_or(Json::object());
  body.set("diagnostics", std::move(findings));
  response.body = to_text(body);
  return response;
}

std::string workflow_name(std::vector<std::string> const& params) {
  std::string name = params[0] + "/" + params[1];
  return params.size() > 2 ? name + "/" + params[2] : name;
}

}  // namespace

namespace {

// The body is the workflow, or a bundle of it and the files that it names.
Result<WorkflowSource> source_of(HttpRequest const& request) {
  WorkflowSource source;
  auto const type = find_header(request.headers, "Content-Type");
  if (type == nullptr || !type->starts_with(kBundleType)) {
    source.text = request.body;
    return source;
  }
  auto const body = parse_json(request.body);
  Error const wrong{ErrorCode::invalid_argument, "the body is no bundle of a workflow",
                    R"(it is {"workflow": TEXT, "documents": {NAME: TEXT}})"};
  if (!body.ok() || !(*body)["workflow"].is_string()) return wrong;
  source.text = (*body)["workflow"].as_string();
  auto const& documents = (*body)["documents"];
  if (!documents.is_object()) return documents.is_null() ? Result(std::move(source)) : wrong;
  for (auto const& [name, text] : documents.members()) {
    if (!text.is_string()) return wrong;
    source.documents.emplace(name.as_string(), text.as_string());
  }
  return source;
}

}  // namespace

HttpResponse put_workflow(Api& api, ApiCall const& call) {
  auto given = source_of(call.request);
  if (!given.ok()) return problem(given.error());
  auto source = std::move(*given);
  if (auto const name = call.request.parameter("name")) source.name = *name;
  DeployOptions options;
  Json findings = Json::array();
  options.findings = &findings;
  auto const deployed = api.engine.deploy(std::move(source), options);
  if (!deployed.ok()) {
    bool const authors = deployed.error().code == ErrorCode::invalid_argument;
    return authors ? invalid_workflow(deployed.error(), std::move(findings))
                   : problem(deployed.error());
  }
  auto response = json_response(deployed->created ? 201 : 200, deployment_json(*deployed));
  set_header(response.headers, "Location", encode_unsafe("/v1/workflows/" + deployed->workflow));
  return response;
}

HttpResponse list_workflows(Api& api, ApiCall const&) {
  return json_response(200, Json::object({{"workflows", api.engine.workflows()}}));
}

HttpResponse list_schedules(Api& api, ApiCall const&) {
  return json_response(200, Json::object({{"schedules", api.engine.schedules()}}));
}

HttpResponse get_workflow(Api& api, ApiCall const& call) {
  return respond_with(api.engine.workflow(workflow_name(call.params)));
}

}  // namespace skald::runtime
