#include <charconv>

#include "compiler/explain/explain.hpp"
#include "runtime/api/routes.hpp"
#include "runtime/api/run_wait.hpp"
#include "runtime/executor/url.hpp"
#include "runtime/view/marks.hpp"

namespace skald::runtime {
namespace {

constexpr std::uint64_t kMostRuns = 1'000;  // of one page

Error bad_parameter(std::string_view name, std::string_view value, std::string_view expected) {
  return {ErrorCode::invalid_argument,
          "query parameter " + std::string(name) + " can not be '" + std::string(value) + "'",
          "give " + std::string(expected)};
}

// What a start asks for, apart from its input.
struct StartWish {
  std::string workflow;
  Json input;
  StartOptions options;
  std::optional<Duration> wait;
};

Result<StartWish> read_start(ApiCall const& call) {
  HttpRequest const& request = call.request;
  StartWish wish;
  wish.workflow = call.params[0] + "/" + call.params[1];
  if (call.params.size() > 2) wish.workflow += "/" + call.params[2];
  if (auto const wait = request.parameter("wait")) {
    auto time = parse_wait(*wait);
    if (!time.ok()) return std::move(time).error();
    wish.wait = *time;
  }
  // An empty one would be taken for none, and each repetition for another start.
  if (auto const id = request.parameter("id")) {
    if (id->empty()) return bad_parameter("id", *id, "an id, or leave it away");
    wish.options.id = *id;
  }
  if (auto const* key = find_header(request.headers, "Idempotency-Key")) {
    if (key->empty()) {
      return Error{ErrorCode::invalid_argument, "the Idempotency-Key is empty",
                   "send a key, or leave the header away"};
    }
    wish.options.key = *key;
  }
  if (request.body.empty()) {
    wish.input = Json::object();
    return wish;
  }
  auto input = parse_json(request.body);
  if (!input.ok()) {
    return Error{ErrorCode::invalid_argument, "the input is not JSON: " + input.error().message,
                 "send the run's input as a JSON body"};
  }
  wish.input = std::move(*input);
  return wish;
}

HttpResponse with_location(HttpResponse response, std::string const& run) {
  set_header(response.headers, "Location", "/v1/runs/" + encode_component(run));
  return response;
}

HttpResponse accepted(Started const& started) {
  return with_location(
      json_response(202, Json::object({{"id", started.id}, {"created", started.created}})),
      started.id);
}

// A query parameter that is a number; `otherwise` when it is not given.
Result<std::uint64_t> read_number(HttpRequest const& request, std::string_view name,
                                  std::uint64_t least, std::uint64_t most,
                                  std::uint64_t otherwise) {
  auto const text = request.parameter(name);
  if (!text || text->empty()) return otherwise;
  std::uint64_t number = 0;
  auto const [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  bool const whole = error == std::errc{} && end == text->data() + text->size();
  if (whole && number >= least && number <= most) return number;
  return bad_parameter(name, *text,
                       "a number from " + std::to_string(least) + " to " + std::to_string(most));
}

Result<RunFilter> read_filter(HttpRequest const& request) {
  RunFilter filter;
  filter.workflow = request.parameter("workflow").value_or("");
  filter.after = request.parameter("after").value_or("");
  filter.parent = request.parameter("parent").value_or("");
  filter.roots = request.parameter("roots").value_or("false") == "true";
  if (auto const text = request.parameter("status"); text && !text->empty()) {
    filter.status = parse_run_status(*text);
    if (!filter.status) return bad_parameter("status", *text, "a status such as running");
  }
  auto const limit = read_number(request, "limit", 1, kMostRuns, filter.limit);
  if (!limit.ok()) return limit.error();
  filter.limit = *limit;
  return filter;
}

// The forms of a graph that people look at.
struct DrawingForm {
  std::string_view name;
  std::string_view type;
  std::string (*draw)(graph::StepGraph const&, compiler::Marks const&);
};
constexpr DrawingForm kDrawings[] = {
    {"svg", "image/svg+xml; charset=utf-8", &compiler::draw_svg},
    {"mermaid", "text/plain; charset=utf-8", &compiler::draw_mermaid},
    {"dot", "text/vnd.graphviz; charset=utf-8", &compiler::draw_dot},
};

DrawingForm const* find_drawing(std::string_view name) {
  for (auto const& each : kDrawings) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

HttpResponse drawn(DrawingForm const& form, Json const& graph_json, Json const& run) {
  auto const graph = graph::from_json(graph_json);
  if (!graph.ok()) return problem(graph.error());
  HttpResponse response;
  set_header(response.headers, "Content-Type", std::string(form.type));
  response.body = form.draw(*graph, view::marks_of(run));
  return response;
}

}  // namespace

void start_run(Api& api, ApiCall call, Responder responder) {
  auto wish = read_start(call);
  if (!wish.ok()) return responder.send(problem(wish.error()));
  auto const wait = wish->wait;
  api.engine.start_async(
      wish->workflow, std::move(wish->input), std::move(wish->options),
      [api = api.shared_from_this(), wait, responder](Result<Started> const& started) mutable {
        if (!started.ok()) return responder.send(problem(started.error()));
        if (!wait) return responder.send(accepted(*started));
        RunWait::begin(*api, started->id, *wait, std::move(responder),
                       [begun = *started](Outcome const* outcome) {
                         if (outcome == nullptr) return accepted(begun);
                         return with_location(json_response(200, outcome_json(*outcome)), begun.id);
                       });
      });
}

HttpResponse list_runs(Api& api, ApiCall const& call) {
  auto const filter = read_filter(call.request);
  if (!filter.ok()) return problem(filter.error());
  return respond_with(api.engine.list(*filter));
}

HttpResponse get_run(Api& api, ApiCall const& call) {
  return respond_with(api.engine.describe(call.params[0], api.stop.get_token()));
}

HttpResponse get_history(Api& api, ApiCall const& call) {
  HistoryFilter filter;
  auto const after = read_number(call.request, "after", 0, UINT64_MAX, filter.after);
  if (!after.ok()) return problem(after.error());
  auto const limit = read_number(call.request, "limit", 1, filter.limit, filter.limit);
  if (!limit.ok()) return problem(limit.error());
  filter.after = *after;
  filter.limit = *limit;
  return respond_with(api.engine.history(call.params[0], filter, api.stop.get_token()));
}

HttpResponse get_graph(Api& api, ApiCall const& call) {
  auto const format = call.request.parameter("format").value_or("json");
  auto const* form = find_drawing(format);
  if (format != "json" && form == nullptr) {
    return problem(400, "there is no drawing '" + std::string(format) + "'", "invalid_argument",
                   "use format=json, svg, mermaid or dot");
  }
  auto const graph = api.engine.graph(call.params[0]);
  if (form == nullptr || !graph.ok()) return respond_with(graph);
  auto const run = api.engine.describe(call.params[0]);
  return run.ok() ? drawn(*form, (*graph)["graph"], *run) : problem(run.error());
}

HttpResponse get_plan(Api& api, ApiCall const& call) {
  return respond_with(api.engine.plan(call.params[0]));
}

void get_outcome(Api& api, ApiCall call, Responder responder) {
  auto time = parse_wait(call.request.parameter("wait").value_or("0s"));
  if (!time.ok()) return responder.send(problem(time.error()));
  std::string const run = call.params[0];
  RunWait::begin(api, run, *time, std::move(responder), [&api, run](Outcome const* outcome) {
    if (outcome != nullptr) return json_response(200, outcome_json(*outcome));
    auto const status = api.engine.status(run);
    return status.ok() ? json_response(200, outcome_json(*status)) : problem(status.error());
  });
}

}  // namespace skald::runtime
