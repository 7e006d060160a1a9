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

HttpResponse get_health(Api& api, ApiCall const&) {
  return json_response(200, api.engine.health());
}

HttpResponse get_targets(Api& api, ApiCall const&) {
  return json_response(200, Json::object({{"targets", api.engine.targets()}}));
}

HttpResponse get_ready(Api& api, ApiCall const&) {
  if (!api.stopping) return json_response(200, Json::object({{"status", "ready"}}));
  return problem({ErrorCode::unavailable, "the server is stopping", "try another or wait"});
}

HttpResponse get_openapi(Api&, ApiCall const&) {
  return json_response(200, openapi_document());
}

}  // namespace skald::runtime
