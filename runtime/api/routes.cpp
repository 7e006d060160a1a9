#include "runtime/api/routes.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "dsl/diagnostic.hpp"

namespace skald::runtime {
namespace {

constexpr std::array kRoutes = {
    Route{"PUT", "/v1/workflows", "deployWorkflow", "Deploy a workflow (YAML or JSON)", "name", 201,
          put_workflow},
    Route{"GET", "/v1/workflows", "listWorkflows", "What is deployed", "", 200, list_workflows},
    Route{"GET", "/v1/schedules", "listSchedules", "What starts by itself, and when next", "", 200,
          list_schedules},
    Route{"GET", "/v1/workflows/{namespace}/{name}", "getWorkflow", "The newest version", "", 200,
          get_workflow},
    Route{"GET", "/v1/workflows/{namespace}/{name}/{version}", "getWorkflowVersion", "One version",
          "", 200, get_workflow},
    Route{"POST", "/v1/workflows/{namespace}/{name}/runs", "startRun",
          "Start a run of the newest version; the body is its input", "wait id", 202, nullptr,
          start_run},
    Route{"POST", "/v1/workflows/{namespace}/{name}/{version}/runs", "startRunOfVersion",
          "Start a run of one version; the body is its input", "wait id", 202, nullptr, start_run},
    Route{"GET", "/v1/runs", "listRuns", "Runs, newest first",
          "workflow status parent roots limit after", 200, list_runs},
    Route{"GET", "/v1/runs/{id}", "getRun", "A run with its steps and its unwinding", "", 200,
          get_run},
    Route{"GET", "/v1/runs/{id}/outcome", "getOutcome",
          "How a run stands; with wait, answered when it ends or the time is up", "wait", 200,
          nullptr, get_outcome},
    Route{"GET", "/v1/runs/{id}/history", "getHistory", "The facts of a run, page by page",
          "after limit", 200, get_history},
    Route{"GET", "/v1/runs/{id}/graph", "getGraph", "The step graph that the run executes",
          "format", 200, get_graph},
    Route{"GET", "/v1/runs/{id}/plan", "getPlan",
          "What a cancel would undo, what is being undone, or what was", "", 200, get_plan},
    Route{"GET", "/v1/runs/{id}/watch", "watchRun",
          "Server-sent events: `run` at every change (with facts: `fact` for each), and `end`",
          "facts", 200, nullptr, watch_run},
    Route{"POST", "/v1/runs/{id}/cancel", "cancelRun", "Stop a run and undo what it has done",
          "dryRun", 202, cancel_run},
    Route{"POST", "/v1/runs/{id}/kill", "killRun", "End a run at once and leave its effects",
          "dryRun", 200, kill_run},
    Route{"POST", "/v1/runs/{id}/suspend", "suspendRun",
          "Hold a run: no attempt begins, its clocks go on", "dryRun", 200, suspend_run},
    Route{"POST", "/v1/runs/{id}/resume", "resumeRun",
          "Go on with a suspended run; {forward: true} takes a stop back", "dryRun", 202,
          resume_run},
    Route{"POST", "/v1/runs/{id}/steps/{step}/retry", "retryStep",
          "The next attempt now; with {input} a new entry into the task", "dryRun", 200,
          retry_step},
    Route{"POST", "/v1/runs/{id}/steps/{step}/complete", "completeStep",
          "A step is done; {output} is what its participant would have answered", "dryRun", 200,
          complete_step},
    Route{"POST", "/v1/runs/{id}/steps/{step}/skip", "skipUndo",
          "The step is not undone; the run ends with exceptions", "dryRun", 200, skip_step},
    Route{"POST", "/v1/bulk/{verb}", "operateMany",
          "cancel, kill, suspend or resume the runs that {where} fits", "dryRun", 200,
          operate_many},
    Route{"POST", "/v1/events", "publishEvent", "Publish CloudEvents (structured, batch or binary)",
          "", 202, post_event},
    Route{"POST", "/v1/callbacks/{token}", "callBack",
          "What a step with `await: callback` waits for", "", 204, post_callback},
    Route{"GET", "/v1/targets", "listTargets", "The servers that calls go to, and their breakers",
          "", 200, get_targets},
    Route{"GET", "/v1/locks", "listLocks", "Who holds which lock, and who waits for it", "name",
          200, list_locks},
    Route{"GET", "/healthz", "getHealth", "How the server is", "", 200, get_health},
    Route{"GET", "/readyz", "getReady", "Whether it takes work", "", 200, get_ready},
    Route{"GET", "/v1/openapi.json", "getOpenapi", "This document", "", 200, get_openapi},
};

// Walks a pattern's segments: "/v1/runs/{id}" -> "v1", "runs", "{id}".
class PatternReader {
 public:
  explicit PatternReader(std::string_view pattern) : rest_(pattern) {}
  bool next(std::string_view& segment) {
    if (rest_.empty()) return false;
    rest_.remove_prefix(1);
    auto const end = rest_.find('/');
    segment = rest_.substr(0, end);
    rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end);
    return true;
  }

 private:
  std::string_view rest_;
};

bool matches(std::string_view pattern, std::vector<std::string> const& segments,
             std::vector<std::string>& params) {
  params.clear();
  PatternReader reader(pattern);
  std::string_view expected;
  for (std::string const& segment : segments) {
    if (!reader.next(expected)) return false;
    if (expected.starts_with('{') && !segment.empty()) {
      params.push_back(segment);
    } else if (expected != segment) {
      return false;
    }
  }
  return !reader.next(expected);
}

Json path_parameters(std::string_view pattern) {
  Json out = Json::array();
  PatternReader reader(pattern);
  std::string_view segment;
  while (reader.next(segment)) {
    if (!segment.starts_with('{')) continue;
    out.push_back(Json::object({{"name", segment.substr(1, segment.size() - 2)},
                                {"in", "path"},
                                {"required", true},
                                {"schema", Json::object({{"type", "string"}})}}));
  }
  return out;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    auto const end = text.find(' ');
    words.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return words;
}

void add_query_parameters(std::string_view names, Json& out) {
  for (auto const name : words_of(names)) {
    out.push_back(Json::object(
        {{"name", name}, {"in", "query"}, {"schema", Json::object({{"type", "string"}})}}));
  }
}

Json operation_json(Route const& route) {
  Json parameters = path_parameters(route.pattern);
  add_query_parameters(route.query, parameters);
  bool const starts = route.serve == &start_run;
  if (starts) {
    parameters.push_back(Json::object({{"name", "Idempotency-Key"},
                                       {"in", "header"},
                                       {"schema", Json::object({{"type", "string"}})}}));
  }
  Json const failure =
      Json::object({{"description", "A problem document (RFC 9457)"},
                    {"content", Json::object({{"application/problem+json", Json::object({})}})}});
  Json const success = Json::object({{"description", "Success"}});
  Json operation = Json::object(
      {{"operationId", route.operation},
       {"summary", route.summary},
       {"parameters", parameters},
       {"responses",
        Json::object({{std::to_string(route.success), success}, {"default", failure}})}});
  bool const has_body = route.method == "POST" || route.method == "PUT";
  if (has_body) {
    char const* const type = route.method == "PUT" ? "application/yaml" : "application/json";
    operation.set("requestBody",
                  Json::object({{"content", Json::object({{type, Json::object({})}})}}));
  }
  return operation;
}

std::string lower_method(std::string_view method) {
  std::string out;
  for (char const c : method) out += static_cast<char>(c + ('a' - 'A'));
  return out;
}

}  // namespace

std::span<Route const> all_routes() {
  return kRoutes;
}

RouteMatch find_route(std::string_view method, std::vector<std::string> const& segments) {
  RouteMatch match;
  // A browser or a probe may ask for the header alone; the server leaves the body away.
  std::string_view const wanted = method == "HEAD" ? "GET" : method;
  for (Route const& route : kRoutes) {
    std::vector<std::string> params;
    if (!matches(route.pattern, segments, params)) continue;
    if (route.method == wanted) {
      match.route = &route;
      match.params = std::move(params);
      return match;
    }
    match.allowed.append(match.allowed.empty() ? "" : ", ").append(route.method);
  }
  return match;
}

Result<void> check_query(Route const& route, HttpRequest const& request) {
  auto const known = words_of(route.query);
  for (auto const& [name, value] : request.query) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    std::string hint = "leave it away";
    if (auto const near = dsl::nearest(name, known); !near.empty()) {
      hint = "did you mean '" + std::string(near) + "'?";
    } else if (!known.empty()) {
      hint = "there are: " + std::string(route.query);
    }
    return Error{ErrorCode::invalid_argument,
                 std::string(route.operation) + " has no query parameter '" + name + "'",
                 std::move(hint)};
  }
  return {};
}

Json openapi_document() {
  Json paths = Json::object();
  for (Route const& route : kRoutes) {
    Json path = paths.take(route.pattern);
    path.set(lower_method(route.method), operation_json(route));
    paths.set(route.pattern, std::move(path));
  }
  return Json::object({{"openapi", "3.1.0"},
                       {"info", Json::object({{"title", "skald"}, {"version", "1"}})},
                       {"paths", paths}});
}

Json outcome_json(Outcome const& outcome) {
  auto json = Json::object({{"id", outcome.id},
                            {"workflow", outcome.workflow},
                            {"status", skald::to_string(outcome.status)},
                            {"output", outcome.output},
                            {"error", outcome.error},
                            {"records", outcome.records}});
  if (!outcome.exceptions.is_null()) json.set("exceptions", outcome.exceptions);
  return json;
}

HttpResponse respond_with(Result<Json> const& result) {
  return result.ok() ? json_response(200, *result) : problem(result.error());
}

Result<Json> body_object(HttpRequest const& request) {
  if (request.body.empty()) return Json::object();
  auto body = parse_json(request.body);
  if (!body.ok()) return std::move(body).error();
  if (body->is_object()) return body;
  return Error{ErrorCode::invalid_argument, "the body must be a JSON object", ""};
}

Result<Duration> parse_wait(std::string_view text) {
  constexpr Duration kMost = Duration::from_seconds(24LL * 3600);
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> kUnits = {
      {{"ms", 1'000}, {"s", 1'000'000}, {"m", 60'000'000}, {"h", 3'600'000'000}, {"", 1'000'000}}};
  if (text.starts_with('P')) {
    auto iso = parse_iso8601_duration(text);
    return iso.ok() && iso->us >= 0 ? Result<Duration>(std::min(*iso, kMost)) : iso;
  }
  std::int64_t number = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string_view const unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (auto const& [name, factor] : kUnits) {
    if (error != std::errc{} || number < 0 || unit != name) continue;
    return Duration{std::min(number, kMost.us / factor) * factor};
  }
  return Error{ErrorCode::invalid_argument, "'" + std::string(text) + "' is not a length of time",
               "write 30s, 500ms, 2m or PT30S"};
}

}  // namespace skald::runtime
