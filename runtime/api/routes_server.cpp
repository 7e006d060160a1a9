#include "runtime/api/cloud_events.hpp"
#include "runtime/api/routes.hpp"

namespace skald::runtime {

HttpResponse post_event(Api& api, ApiCall const& call) {
  auto events = read_events(call.request);
  if (!events.ok()) return problem(events.error());
  Json taken = Json::array();
  for (Json& event : *events) {
    auto const published = api.engine.publish(std::move(event));
    if (!published.ok()) return problem(published.error());
    Json item = Json::object({{"id", published->id}, {"source", published->source}});
    item.set("delivered", published->delivered);
    item.set("keptUntil", to_iso8601(published->kept_until));
    if (published->repeated) item.set("repeated", true);
    taken.push_back(std::move(item));
  }
  return json_response(202, Json::object({{"accepted", static_cast<std::int64_t>(taken.size())},
                                          {"events", taken}}));
}

// JSON, or a text; a problem document (RFC 9457) says that the step has failed.
HttpResponse post_callback(Api& api, ApiCall const& call) {
  auto const type = call.request.content_type();
  Json body;
  if (type == "application/json" || type == "application/problem+json") {
    auto parsed = parse_json(call.request.body);
    if (!parsed.ok()) return problem(parsed.error());
    body = std::move(*parsed);
  } else if (!call.request.body.empty()) {
    if (!is_valid_utf8(call.request.body)) {
      return problem({ErrorCode::invalid_argument, "the body is not UTF-8", "send JSON"});
    }
    body = Json(call.request.body);
  }
  int status = 200;
  if (type == "application/problem+json") {
    auto const* given = body.is_object() ? body.find("status") : nullptr;
    bool const good = given != nullptr && given->is_number() && given->as_number() >= 400 &&
                      given->as_number() < 600;
    status = good ? static_cast<int>(given->as_number()) : 422;
  }
  auto const taken = api.engine.call_back(call.params[0], std::move(body), status);
  if (!taken.ok()) return problem(taken.error());
  return {204, {}, {}};
}

HttpResponse get_health(Api& api, ApiCall const&) {
  return json_response(200, api.engine.health());
}

HttpResponse get_targets(Api& api, ApiCall const&) {
  return json_response(200, Json::object({{"targets", api.engine.targets()}}));
}

HttpResponse readiness(bool stopping, std::string_view disk) {
  if (stopping) {
    return problem({ErrorCode::unavailable, "the server is stopping", "try another or wait"});
  }
  if (disk != to_string(Space::ok)) {
    return problem({ErrorCode::unavailable,
                    "the space on the disk is " + std::string(disk) + ": no new runs are taken",
                    "make room; what runs goes on, and starts resume by themselves"});
  }
  return json_response(200, Json::object({{"status", "ready"}}));
}

HttpResponse list_locks(Api& api, ApiCall const& call) {
  auto const name = call.request.parameter("name").value_or("");
  return json_response(200, Json::object({{"locks", api.engine.locks(name)}}));
}

HttpResponse get_ready(Api& api, ApiCall const&) {
  return readiness(api.stopping, api.engine.health()["disk"].as_string());
}

HttpResponse get_openapi(Api&, ApiCall const&) {
  return json_response(200, openapi_document());
}

}  // namespace skald::runtime
