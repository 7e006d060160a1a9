#pragma once

// The routes of the HTTP API, as one table: dispatch and the OpenAPI document are both made of it.
// Internal to the API server.

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/api/http_server.hpp"
#include "runtime/api/worker_pool.hpp"
#include "runtime/engine/engine.hpp"

namespace skald::runtime {

class RunWait;

// What the handlers work with. Callbacks of the engine that may come after the server has gone hold
// a share of it.
struct Api : std::enable_shared_from_this<Api> {
  explicit Api(Engine& engine_) : engine(engine_) {}

  Engine& engine;
  std::unique_ptr<HttpServer> server;
  std::shared_ptr<WorkerPool> workers;
  std::atomic<bool> stopping{false};
  std::stop_source stop;  // ends what reads for long
  std::mutex mutex;
  std::vector<std::weak_ptr<RunWait>> waits;  // answered early when the server stops
  std::size_t prune_waits_at = 64;            // when it has grown to this
};

// One request on its way: with the parameters of the path, in their order.
struct ApiCall {
  HttpRequest request;
  std::vector<std::string> params;
};

struct Route {
  std::string_view method;
  std::string_view pattern;    // "/v1/runs/{id}/cancel"
  std::string_view operation;  // "cancelRun"
  std::string_view summary;
  std::string_view query;  // names of the query parameters, separated by blanks
  int success = 200;
  // One of the two: `answer` may block and runs on a worker; `serve` may not, runs on the io thread
  // (on a worker when the body is large), and answers when it can.
  HttpResponse (*answer)(Api&, ApiCall const&) = nullptr;
  void (*serve)(Api&, ApiCall, Responder) = nullptr;
};

std::span<Route const> all_routes();

// Where a request leads.
struct RouteMatch {
  Route const* route = nullptr;  // null: no such path or method
  std::vector<std::string> params;
  std::string allowed;  // methods of the path, when only the method is wrong
};
RouteMatch find_route(std::string_view method, std::vector<std::string> const& segments);

// A parameter that the route does not know is refused: `dry_run=true` must not do what
// `dryRun=true` would only show. Errors: invalid_argument.
Result<void> check_query(Route const& route, HttpRequest const& request);

// The OpenAPI 3.1 document of the table.
Json openapi_document();

// Workflows.
HttpResponse put_workflow(Api& api, ApiCall const& call);
HttpResponse list_workflows(Api& api, ApiCall const& call);
HttpResponse list_schedules(Api& api, ApiCall const& call);
HttpResponse get_workflow(Api& api, ApiCall const& call);
// Runs.
void start_run(Api& api, ApiCall call, Responder responder);
HttpResponse list_runs(Api& api, ApiCall const& call);
HttpResponse get_run(Api& api, ApiCall const& call);
HttpResponse get_history(Api& api, ApiCall const& call);
HttpResponse get_graph(Api& api, ApiCall const& call);
HttpResponse get_plan(Api& api, ApiCall const& call);
void get_outcome(Api& api, ApiCall call, Responder responder);
void watch_run(Api& api, ApiCall call, Responder responder);
// Operating.
HttpResponse cancel_run(Api& api, ApiCall const& call);
HttpResponse kill_run(Api& api, ApiCall const& call);
HttpResponse suspend_run(Api& api, ApiCall const& call);
HttpResponse resume_run(Api& api, ApiCall const& call);
HttpResponse retry_step(Api& api, ApiCall const& call);
HttpResponse complete_step(Api& api, ApiCall const& call);
HttpResponse skip_step(Api& api, ApiCall const& call);
HttpResponse operate_many(Api& api, ApiCall const& call);
// Events and the server itself.
HttpResponse post_event(Api& api, ApiCall const& call);
HttpResponse post_callback(Api& api, ApiCall const& call);
HttpResponse get_health(Api& api, ApiCall const& call);
HttpResponse get_targets(Api& api, ApiCall const& call);
HttpResponse list_locks(Api& api, ApiCall const& call);
HttpResponse get_ready(Api& api, ApiCall const& call);
HttpResponse get_openapi(Api& api, ApiCall const& call);

// Whether new runs are taken; `disk` as health() tells it.
HttpResponse readiness(bool stopping, std::string_view disk);

// {id, status, output, error}
Json outcome_json(Outcome const& outcome);
// The value of an operation, or its problem.
HttpResponse respond_with(Result<Json> const& result);
// The body as an object; an empty body is an empty one.
Result<Json> body_object(HttpRequest const& request);
// "30s", "500ms", "2m", "1h", "30" (seconds) or ISO 8601 "PT30S"; at most a day.
Result<Duration> parse_wait(std::string_view text);

}  // namespace skald::runtime
