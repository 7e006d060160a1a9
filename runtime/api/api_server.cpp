#include "runtime/api/api_server.hpp"

#include <utility>

#include "runtime/api/routes.hpp"
#include "runtime/api/run_wait.hpp"
#include "runtime/executor/url.hpp"

namespace skald::runtime {
namespace {

// Requests that wait for a worker; over it clients are told to come back.
constexpr std::size_t kMaxQueued = 1024;

// A larger one takes the io thread too long to read.
constexpr std::size_t kSmallBody = 64U << 10U;

void dispatch(Api& api, HttpRequest request, Responder responder) {
  RouteMatch match = find_route(request.method, request.segments);
  if (match.route == nullptr && match.allowed.empty()) {
    return responder.send(problem(404, "there is nothing at " + request.target, "not_found",
                                  "GET /v1/openapi.json lists what there is"));
  }
  if (match.route == nullptr) {
    auto response = problem(405, request.method + " is not possible here", "method_not_allowed",
                            "use " + match.allowed);
    set_header(response.headers, "Allow", match.allowed);
    return responder.send(std::move(response));
  }
  Route const& route = *match.route;
  if (auto const known = check_query(route, request); !known.ok()) {
    return responder.send(problem(known.error()));
  }
  auto const coding = request.header("Content-Encoding");
  if (!coding.empty() && !iequals(coding, "identity")) {
    return responder.send(
        problem(415, "bodies with Content-Encoding '" + std::string(coding) + "' are not read",
                "unsupported_encoding", "send it as it is"));
  }
  auto call = std::make_shared<ApiCall>(ApiCall{std::move(request), std::move(match.params)});
  if (route.serve != nullptr) return route.serve(api, std::move(*call), std::move(responder));
  bool const taken = api.workers->post(
      [&api, &route, call, responder]() mutable { responder.send(route.answer(api, *call)); });
  if (!taken) responder.send(problem({ErrorCode::overloaded, "the server is busy", "try again"}));
}

}  // namespace

ApiServer::ApiServer(std::shared_ptr<Api> api) : api_(std::move(api)) {}

Result<std::unique_ptr<ApiServer>> ApiServer::start(Engine& engine, ApiOptions options) {
  auto api = std::make_shared<Api>(engine);
  api->workers = std::make_shared<WorkerPool>(options.workers, kMaxQueued);
  Api* const shared = api.get();
  // The first request may come before `server` is set; no handler may run until then.
  auto const gate = std::make_shared<std::mutex>();
  std::unique_lock closed(*gate);
  auto server = HttpServer::listen(options.host, options.port, std::move(options.http),
                                   [shared, gate](HttpRequest request, Responder responder) {
                                     { std::lock_guard const open(*gate); }
                                     dispatch(*shared, std::move(request), std::move(responder));
                                   });
  if (!server.ok()) return std::move(server).error();
  api->server = std::move(*server);
  closed.unlock();
  return std::unique_ptr<ApiServer>(new ApiServer(std::move(api)));
}

ApiServer::~ApiServer() {
  stop(Duration{});
}

std::string ApiServer::url() const {
  std::string const& host = api_->server->host();
  bool const is_v6 = host.find(':') != std::string::npos;
  return "http://" + (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port());
}

std::uint16_t ApiServer::port() const {
  return api_->server->port();
}

void ApiServer::stop(Duration wait) {
  if (api_->stopping.exchange(true)) return;
  api_->stop.request_stop();
  give_up_waits(*api_);
  api_->server->stop(wait);
  give_up_waits(*api_);  // tickets of waits that began meanwhile
  api_->workers->stop();
}

}  // namespace skald::runtime
