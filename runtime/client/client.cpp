#include "runtime/client/client.hpp"

#include <algorithm>
#include <random>

#include "dsl/builder/export.hpp"
#include "dsl/builder/workflow.hpp"
#include "runtime/client/event_stream.hpp"
#include "runtime/client/transport.hpp"
#include "runtime/engine/deployments.hpp"
#include "runtime/engine/documents.hpp"
#include "runtime/executor/url.hpp"

namespace skald {

using client::Ask;
using runtime::encode_component;

namespace {

// A server is asked to hold a wait at most this long; then it is asked again.
constexpr std::chrono::milliseconds kLongestWait{20'000};
// How much later than its time a wait may end: for the answer to come back.
constexpr std::chrono::milliseconds kGrace{1'000};

std::string text_of(Json const& value) {
  return value.is_string() ? std::string(value.as_string()) : std::string();
}

std::string run_target(std::string const& run, std::string_view what = {}) {
  std::string target = "/v1/runs/" + encode_component(run);
  return what.empty() ? target : target.append("/").append(what);
}

// "travel/holiday-booking" -> "/v1/workflows/travel/holiday-booking"; each part encoded.
std::string workflow_target(std::string_view name) {
  std::string target = "/v1/workflows";
  while (!name.empty()) {
    auto const end = name.find('/');
    target.append("/").append(encode_component(name.substr(0, end)));
    name = end == std::string_view::npos ? std::string_view() : name.substr(end + 1);
  }
  return target;
}

std::string random_key() {
  std::random_device device;
  std::string key = "client-";
  for (int i = 0; i < 4; ++i) key += std::to_string(device()) + (i < 3 ? "-" : "");
  return key;
}

Result<Outcome> read_outcome(Result<Json> const& answer) {
  if (!answer.ok()) return answer.error();
  auto const status = parse_run_status(text_of((*answer)["status"]));
  if (!status) {
    return Error{ErrorCode::io, "the server's answer is not the state of a run", ""};
  }
  auto const& records = (*answer)["records"];
  return Outcome{text_of((*answer)["id"]),
                 *status,
                 (*answer)["output"],
                 (*answer)["error"],
                 text_of((*answer)["workflow"]),
                 records.is_number() ? static_cast<std::uint64_t>(records.as_number()) : 0,
                 (*answer)["exceptions"]};
}

bool is_settled(RunStatus status) {
  return is_end(status) || status == RunStatus::suspended;
}

Result<void> nothing(Result<Json> const& answer) {
  if (!answer.ok()) return answer.error();
  return {};
}

Json words_of(std::string const& reason, std::string const& actor) {
  Json body = Json::object();
  if (!reason.empty()) body.set("reason", reason);
  if (!actor.empty()) body.set("actor", actor);
  return body;
}

}  // namespace

class Client::Impl {
 public:
  explicit Impl(ClientOptions options) : transport(std::move(options)) {}
  Result<Json> get(std::string target) { return transport.ask({.target = std::move(target)}); }
  Result<Json> post(std::string target, Json const& body) {
    return transport.ask({.method = "POST", .target = std::move(target), .body = to_text(body)});
  }
  client::Transport transport;
};

namespace {

// The text and the files that it names, as PUT /v1/workflows takes them together.
std::string bundle(WorkflowSource const& source) {
  Json documents = Json::object();
  for (auto const& [name, text] : source.documents) documents.set(name, Json(text));
  return to_text(
      Json::object({{"workflow", Json(source.text)}, {"documents", std::move(documents)}}));
}

}  // namespace

Client::Client(ClientOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

void Client::abandon() {
  impl_->transport.abandon();
}

std::string const& Client::url() const {
  return impl_->transport.url();
}

Result<Deployment> Client::deploy(WorkflowSource const& source) {
  auto const whole = with_documents(source);
  bool const alone = whole.documents.empty();
  auto const answer =
      impl_->transport.ask({.method = "PUT",
                            .target = "/v1/workflows?name=" + encode_component(source.name),
                            .body = alone ? source.text : bundle(whole),
                            .content_type = alone ? "application/yaml" : runtime::kBundleType});
  if (!answer.ok()) return answer.error();
  Deployment deployment;
  deployment.workflow = text_of((*answer)["workflow"]);
  deployment.digest = text_of((*answer)["digest"]);
  deployment.created = (*answer)["created"].truthy();
  deployment.diagnostics = (*answer)["diagnostics"];
  deployment.missing_functions = (*answer)["missingFunctions"];
  return deployment;
}

Result<Deployment> Client::deploy(Workflow const& workflow) {
  return deploy({to_yaml(workflow), "C++"});
}

Result<Started> Client::start(std::string_view workflow, Json input, StartOptions options) {
  auto const slashes = std::count(workflow.begin(), workflow.end(), '/');
  if (slashes == 0) return no_such_workflow(workflow);
  if (slashes > 2) {
    return Error{ErrorCode::invalid_argument,
                 "'" + std::string(workflow) + "' has too many parts for a workflow",
                 "write namespace/name, or namespace/name/version"};
  }
  if (options.id.empty() && options.key.empty()) options.key = random_key();
  std::string target = workflow_target(workflow) + "/runs";
  if (!options.id.empty()) target += "?id=" + encode_component(options.id);
  auto const answer = impl_->transport.ask({.method = "POST",
                                            .target = std::move(target),
                                            .body = to_text(input),
                                            .key = std::move(options.key)});
  if (!answer.ok()) return answer.error();
  return Started{text_of((*answer)["id"]), (*answer)["created"].truthy()};
}

// A name that has no path on the server: said with the nearest that has one.
Error Client::no_such_workflow(std::string_view name) const {
  auto const deployed = workflows();
  if (!deployed.ok()) return deployed.error();
  std::vector<std::string> names;
  for (auto const& item : deployed->items()) names.push_back(text_of(item["workflow"]));
  return runtime::no_such_workflow(name, names);
}

Result<Outcome> Client::status(std::string const& run) const {
  return read_outcome(impl_->get(run_target(run, "outcome")));
}

Result<Outcome> Client::wait(std::string const& run, std::chrono::nanoseconds timeout) const {
  using std::chrono::milliseconds;
  auto const begin = std::chrono::steady_clock::now();
  while (true) {
    auto const left = timeout - (std::chrono::steady_clock::now() - begin);
    auto const patience =
        std::clamp(std::chrono::duration_cast<milliseconds>(left), milliseconds(0), kLongestWait);
    Ask ask{.target = run_target(run, "outcome?wait=" + std::to_string(patience.count()) + "ms"),
            .patience = patience};
    if (left < kLongestWait) ask.limit = patience + kGrace;
    auto outcome = read_outcome(impl_->transport.ask(ask));
    if (!outcome.ok() || is_settled(outcome->status)) return outcome;
    if (left > patience) continue;
    return Error{ErrorCode::timed_out, "run '" + run + "' has not ended in time",
                 "wait again: the run goes on"};
  }
}

Result<void> Client::cancel(std::string const& run, std::string reason, std::string actor) {
  return nothing(impl_->post(run_target(run, "cancel"), words_of(reason, actor)));
}

Result<void> Client::kill(std::string const& run, std::string reason, std::string actor) {
  Json body = words_of(reason, actor);
  body.set("leaveEffects", true);
  return nothing(impl_->post(run_target(run, "kill"), body));
}

namespace {

Ask operation_ask(std::string const& run, Operation const& operation, bool dry_run) {
  Json body = words_of(operation.reason, operation.actor);
  if (operation.forward) body.set("forward", true);
  if (operation.leave_effects) body.set("leaveEffects", true);
  if (operation.value) {
    body.set(operation.verb == Verb::complete ? "output" : "input", *operation.value);
  }
  std::string what = to_string(operation.verb);
  if (needs_step(operation.verb)) what = "steps/" + encode_component(operation.step) + "/" + what;
  return {.method = "POST",
          .target = run_target(run, what + (dry_run ? "?dryRun=true" : "")),
          .body = to_text(body),
          .repeatable = dry_run};
}

}  // namespace

Result<Json> Client::operate(std::string const& run, Operation operation) {
  return impl_->transport.ask(operation_ask(run, operation, false));
}

Result<Json> Client::preview(std::string const& run, Operation operation) const {
  return impl_->transport.ask(operation_ask(run, operation, true));
}

Result<Json> Client::operate_many(RunFilter const& filter, Operation operation, bool dry_run) {
  if (!filter.parent.empty() || filter.roots) {
    return Error{ErrorCode::invalid_argument, "many runs are chosen by their workflow and status",
                 "list those of a parent, and operate on each"};
  }
  Json where = Json::object();
  if (!filter.workflow.empty()) where.set("workflow", filter.workflow);
  if (filter.status) where.set("status", to_string(*filter.status));
  auto ask = operation_ask({}, operation, dry_run);
  auto body = parse_json(ask.body).value_or(Json::object());
  body.set("where", std::move(where));
  if (!filter.after.empty()) body.set("after", filter.after);
  ask.body = to_text(body);
  ask.target =
      std::string("/v1/bulk/") + to_string(operation.verb) + (dry_run ? "?dryRun=true" : "");
  return impl_->transport.ask(ask);
}

Result<void> Client::resume(std::string const& run, std::string reason, std::string actor) {
  return nothing(impl_->post(run_target(run, "resume"), words_of(reason, actor)));
}

Result<Published> Client::publish(Json event) {
  auto const answer =
      impl_->transport.ask({.method = "POST",
                            .target = "/v1/events",
                            .body = to_text(event),
                            .content_type = "application/cloudevents+json",
                            // An event with an id and source is taken once only.
                            .repeatable = event["id"].is_string() && event["source"].is_string()});
  if (!answer.ok()) return answer.error();
  Json const& item = (*answer)["events"][0];
  Published published;
  published.id = text_of(item["id"]);
  published.source = text_of(item["source"]);
  auto const& delivered = item["delivered"];
  if (delivered.is_number())
    published.delivered = static_cast<std::uint32_t>(delivered.as_number());
  if (auto const until = parse_iso8601(text_of(item["keptUntil"])); until.ok()) {
    published.kept_until = *until;
  }
  published.repeated = item["repeated"].truthy();
  return published;
}

Result<Json> Client::describe(std::string const& run) const {
  return impl_->get(run_target(run));
}

Result<Json> Client::history(std::string const& run, HistoryFilter const& filter) const {
  return impl_->get(run_target(run, "history?after=" + std::to_string(filter.after) +
                                        "&limit=" + std::to_string(filter.limit)));
}

Result<Json> Client::plan(std::string const& run) const {
  return impl_->get(run_target(run, "plan"));
}

Result<Json> Client::graph(std::string const& run) const {
  return impl_->get(run_target(run, "graph"));
}

Result<Json> Client::list(RunFilter const& filter) const {
  // As the engine does: a page has at most 1,000.
  std::string target =
      "/v1/runs?limit=" + std::to_string(std::min<std::size_t>(filter.limit, 1000));
  if (!filter.workflow.empty()) target += "&workflow=" + encode_component(filter.workflow);
  if (filter.status) target += std::string("&status=") + to_string(*filter.status);
  if (!filter.parent.empty()) target += "&parent=" + encode_component(filter.parent);
  if (filter.roots) target += "&roots=true";
  if (!filter.after.empty()) target += "&after=" + encode_component(filter.after);
  return impl_->get(std::move(target));
}

Result<Json> Client::workflows() const {
  auto answer = impl_->get("/v1/workflows");
  if (!answer.ok()) return answer;
  return (*answer)["workflows"];
}

Result<Json> Client::schedules() const {
  auto answer = impl_->get("/v1/schedules");
  if (!answer.ok()) return answer;
  return (*answer)["schedules"];
}

Result<Json> Client::locks(std::string_view name) const {
  std::string target = "/v1/locks";
  if (!name.empty()) target += "?name=" + encode_component(std::string(name));
  auto answer = impl_->get(std::move(target));
  if (!answer.ok()) return answer;
  return (*answer)["locks"];
}

Result<Json> Client::workflow(std::string_view name) const {
  return impl_->get(workflow_target(name));
}

Result<Json> Client::health() const {
  return impl_->get("/healthz");
}

// Reads server-sent events of a run until its end.
Result<Outcome> Client::follow(std::string const& target, std::string_view name,
                               std::function<bool(Json const&)> const& changed,
                               std::function<bool(Outcome const&)> const& suspended) const {
  client::EventStreamReader reader;
  std::optional<Outcome> end;
  bool stopped = false;
  auto const take = [&](std::string_view piece) {
    for (auto const& event : reader.feed(piece)) {
      auto const data = parse_json(event.data);
      if (!data.ok()) continue;
      if (event.name == name && !stopped && !changed(*data)) stopped = true;
      bool const stands = event.name == "suspended" && suspended && !stopped;
      if (event.name != "end" && !stands) continue;
      auto outcome = read_outcome(data);
      if (!outcome.ok()) continue;
      if (stands) {
        stopped = !suspended(*outcome);
      } else {
        end = std::move(*outcome);
      }
    }
    return !stopped && !end;
  };
  SKALD_TRY(impl_->transport.stream(target, take));
  if (end) return *std::move(end);
  if (stopped) return Error{ErrorCode::cancelled, "watching was stopped", ""};
  return Error{ErrorCode::unavailable, "the server ended the stream before the run ended",
               "watch again"};
}

Result<Outcome> Client::watch(std::string const& run,
                              std::function<bool(Json const&)> changed) const {
  return follow(run_target(run, "watch"), "run", changed, {});
}

Result<Outcome> Client::watch_facts(std::string const& run, std::function<bool(Json const&)> fact,
                                    std::function<bool(Outcome const&)> suspended) const {
  return follow(run_target(run, "watch?facts=true"), "fact", fact, suspended);
}

}  // namespace skald
