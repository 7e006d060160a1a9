// The verbs of an Engine.

#include "runtime/engine/engine.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <future>
#include <random>
#include <set>
#include <sstream>

#include "base/json_bounds.hpp"
#include "compiler/compiler.hpp"
#include "dsl/builder/export.hpp"
#include "dsl/builder/workflow.hpp"
#include "dsl/yaml/reader.hpp"
#include "runtime/engine/documents.hpp"
#include "runtime/engine/engine_impl.hpp"

namespace skald {
namespace {

constexpr std::array<std::pair<RunStatus, char const*>, 10> kStatuses = {{
    {RunStatus::pending, "pending"},
    {RunStatus::running, "running"},
    {RunStatus::waiting, "waiting"},
    {RunStatus::compensating, "compensating"},
    {RunStatus::suspended, "suspended"},
    {RunStatus::completed, "completed"},
    {RunStatus::faulted, "faulted"},
    {RunStatus::compensated, "compensated"},
    {RunStatus::cancelled, "cancelled"},
    {RunStatus::killed, "killed"},
}};

bool is_run_id(std::string_view id) {
  auto const good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '~' || c == '-';
  };
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), good);
}

// Longer than any write takes, but for one on a full disk.
constexpr std::chrono::seconds kDiskPatience{5};

Error overloaded() {
  return {ErrorCode::overloaded, "the engine has more waiting than it may keep",
          "try again later, or raise max_queued or max_queued_bytes"};
}

// A call that answers through a callback, as one that blocks.
template <class T, class F>
Result<T> blocking(F start) {
  auto promise = std::make_shared<std::promise<Result<T>>>();
  auto future = promise->get_future();
  start([promise](Result<T> result) { promise->set_value(std::move(result)); });
  return future.get();
}

Result<void> check_event(Json& event) {
  if (!event.is_object()) {
    return Error{ErrorCode::invalid_argument, "an event is a JSON object (CloudEvents)",
                 R"(for example {"source": "...", "type": "...", "data": {...}})"};
  }
  if (!event["type"].is_string()) {
    return Error{ErrorCode::invalid_argument, "the event has no `type`", "give it one, a string"};
  }
  for (auto const* name : {"id", "source", "specversion", "time"}) {
    auto const* value = event.find(name);
    if (value != nullptr && !value->is_string()) {
      return Error{ErrorCode::invalid_argument,
                   std::string("the event's `") + name + "` is not a string", ""};
    }
  }
  return {};
}

// A workflow that is to run has read its documents.
bool unread_document(std::vector<dsl::Diagnostic> const& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(), [](dsl::Diagnostic const& each) {
    return each.code == dsl::Code::document_not_read;
  });
}

// The sources of the diagnostics live as long as what is compiled.
struct CompiledSource {
  dsl::YamlResult yaml;
  std::shared_ptr<graph::StepGraph const> graph;
  std::vector<dsl::Diagnostic> diagnostics;
};

CompiledSource compile(EngineOptions const& options, WorkflowSource const& source) {
  auto const limits = compiler::text_limits(options.max_tasks);
  CompiledSource result{dsl::read_yaml(source.text, source.name, limits), nullptr, {}};
  result.diagnostics = result.yaml.diagnostics;
  if (!result.yaml.document) return result;
  compiler::Options settings;
  settings.max_tasks = options.max_tasks;
  settings.documents = document_reader(options, source.folder, source.documents);
  auto compiled = compiler::compile(*result.yaml.document, settings);
  result.graph = std::move(compiled.graph);
  result.diagnostics.insert(result.diagnostics.end(), compiled.diagnostics.begin(),
                            compiled.diagnostics.end());
  return result;
}

}  // namespace

Result<Outcome> outcome_of(Result<runtime::RunReport> report) {
  if (!report.ok()) return std::move(report).error();
  Outcome outcome;
  outcome.id = std::move(report->id);
  outcome.workflow = std::move(report->workflow);
  outcome.records = report->records;
  outcome.status = parse_run_status(report->status).value_or(RunStatus::running);
  outcome.output = std::move(report->output);
  outcome.error = std::move(report->error);
  outcome.exceptions = std::move(report->exceptions);
  return outcome;
}

char const* to_string(RunStatus status) noexcept {
  return kStatuses[static_cast<std::size_t>(status)].second;
}

std::optional<RunStatus> parse_run_status(std::string_view text) noexcept {
  for (auto const& [status, word] : kStatuses) {
    if (text == word) return status;
  }
  return std::nullopt;
}

bool is_end(RunStatus status) noexcept {
  return status >= RunStatus::completed;
}

Result<WorkflowSource> load(std::string const& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return Error{ErrorCode::not_found, "can not read '" + path + "'",
                 "check the name and the rights"};
  }
  std::ostringstream text;
  text << file.rdbuf();
  if (file.bad()) return Error{ErrorCode::io, "reading '" + path + "' failed", ""};
  auto const folder = std::filesystem::path(path).parent_path().string();
  return WorkflowSource{std::move(text).str(), path, folder.empty() ? "." : folder};
}

// --- deploying

Result<Deployment> Engine::deploy(WorkflowSource source, DeployOptions options) {
  auto compiled = compile(impl_->options, source);
  auto diagnostics = std::move(compiled.diagnostics);
  if (options.findings != nullptr) *options.findings = dsl::to_json(diagnostics);
  if (!compiled.graph || unread_document(diagnostics)) {
    return Error{ErrorCode::invalid_argument, dsl::render(diagnostics), ""};
  }
  return impl_->deploy(compiled.graph, std::move(source.text), std::move(source.name),
                       dsl::to_json(diagnostics), options);
}

Json EngineImpl::missing_functions(graph::StepGraph const& graph) const {
  std::set<std::string> names;
  for (auto const& task : graph.tasks) {
    auto const* call = std::get_if<graph::Call>(&task.kind);
    bool const missing = call != nullptr && call->function != "http" &&
                         !runtime::is_process_call(call->function) &&
                         !functions->has(call->function);
    if (missing) names.insert(call->function);
  }
  Json list = Json::array();
  for (auto const& name : names) list.push_back(name);
  return list;
}

Result<void> EngineImpl::check_processes(graph::StepGraph const& graph) const {
  for (auto const& task : graph.tasks) {
    auto const* call = std::get_if<graph::Call>(&task.kind);
    if (call == nullptr || !runtime::is_process_call(call->function)) continue;
    bool const shell = call->function == "run:shell";
    bool const allowed = shell ? options.allow_shell : !options.allow_scripts.empty();
    if (allowed) continue;
    return Error{ErrorCode::failed_precondition,
                 "'" + task.name + "' runs a " + (shell ? "shell command" : "script") +
                     ", which is not allowed here",
                 shell ? "start with --allow-shell, or set EngineOptions::allow_shell"
                       : "start with --allow-script LANGUAGE, or set EngineOptions::allow_scripts"};
  }
  return {};
}

Result<Deployment> EngineImpl::deploy(runtime::GraphPtr graph, std::string source,
                                      std::string source_name, Json diagnostics,
                                      DeployOptions deploy_options) {
  std::lock_guard const lock(deploying);
  Deployment result;
  result.workflow = graph->id.text();
  result.digest = graph::digest(*graph).hex();
  result.diagnostics = std::move(diagnostics);
  result.missing_functions = missing_functions(*graph);
  if (auto const known = deployments.find(result.workflow)) {
    if (known->deployed.digest == result.digest) return result;
    result.replaced = deploy_options.replace;
    if (!result.replaced)
      return Error{ErrorCode::conflict,
                   result.workflow + " is deployed already, with another content (digest " +
                       known->deployed.digest.substr(0, 12) + ", this one " +
                       result.digest.substr(0, 12) + ")",
                   "give the changed workflow a new version; runs keep the one they began with"};
  }
  SKALD_TRY(check_processes(*graph));
  SKALD_TRY(check_space());
  runtime::Deployed deployed;
  deployed.workflow = result.workflow;
  deployed.digest = result.digest;
  deployed.source = std::move(source);
  deployed.source_name = std::move(source_name);
  deployed.graph = to_text(graph::to_json(*graph));
  if (deployed.source.size() + deployed.graph.size() > options.max_workflow_bytes) {
    return Error{ErrorCode::too_large,
                 result.workflow + " is larger than " + std::to_string(options.max_workflow_bytes) +
                     " bytes",
                 "split it, or raise max_workflow_bytes"};
  }
  deployed.at = clock->now();
  for (auto& unit : units) {
    auto done = blocking<void>([&](auto callback) {
      unit.thread->post([&deployed, callback](runtime::Partition& partition, Time) {
        partition.deploy(deployed, callback);
      });
    });
    if (!done.ok()) return std::move(done).error();
  }
  auto const name = graph->id.ns + "/" + graph->id.name;
  deployments.add(std::move(deployed), std::move(graph));
  set_schedule(name);
  for (auto& unit : units) {
    unit.thread->post(
        [](runtime::Partition& partition, Time now) { partition.workflows_changed(now); });
  }
  result.created = true;
  return result;
}

Result<Deployment> Engine::deploy(Workflow const& workflow, DeployOptions options) {
  for (auto const& function : workflow.functions()) add(function.name, function.function);
  compiler::Options settings;
  settings.max_tasks = impl_->options.max_tasks;
  settings.documents = document_reader(impl_->options, ".");
  auto compiled = compiler::compile(workflow.document(), settings);
  if (options.findings != nullptr) *options.findings = dsl::to_json(compiled.diagnostics);
  if (!compiled.graph || unread_document(compiled.diagnostics)) {
    return Error{ErrorCode::invalid_argument, dsl::render(compiled.diagnostics), ""};
  }
  return impl_->deploy(compiled.graph, to_yaml(workflow), "C++", dsl::to_json(compiled.diagnostics),
                       options);
}

Json Engine::check(WorkflowSource const& source) const {
  return dsl::to_json(compile(impl_->options, source).diagnostics);
}

// --- starting

// Sortable by time, unguessable enough not to meet another: 48 bits of milliseconds, 80 of chance.
std::string EngineImpl::new_run_id() {
  constexpr char kAlphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
  thread_local std::mt19937_64 random{std::random_device{}()};
  auto const ms = static_cast<std::uint64_t>(clock->now().us / 1000);
  std::string id;
  id.reserve(26);
  for (int shift = 45; shift >= 0; shift -= 5) id += kAlphabet[(ms >> shift) & 31U];
  for (int half = 0; half < 2; ++half) {
    auto bits = random();
    for (int i = 0; i < 8; ++i, bits >>= 5U) id += kAlphabet[bits & 31U];
  }
  return id;
}

PartitionUnit const& EngineImpl::home(std::string_view run) const {
  return units[stable_hash(runtime::root_run(run)) % units.size()];
}

void EngineImpl::start(std::string_view workflow, Json input, StartOptions start_options,
                       std::function<void(Result<Started>)> done) {
  auto item = deployments.find(workflow);
  if (!item) return done(runtime::no_such_workflow(workflow, deployments.names()));
  if (!start_options.id.empty() && !is_run_id(start_options.id)) {
    return done(Error{ErrorCode::invalid_argument,
                      "'" + start_options.id + "' can not be a run's id",
                      "use 1 to 128 characters of A-Z a-z 0-9 . _ ~ -"});
  }
  if (!start_options.id.empty() && !start_options.key.empty()) {
    return done(Error{ErrorCode::invalid_argument, "a start has an id or an Idempotency-Key",
                      "give one of them: an id makes the start idempotent, too"});
  }
  if (auto fits = check_value(input, "input"); !fits.ok()) return done(fits.error());
  auto const canonical = to_canonical(input);
  runtime::StartCommand command;
  command.graph = item->graph;
  command.digest = item->deployed.digest;
  command.start_key = start_options.key;
  command.body_digest = sha256(canonical).hex();
  command.input = std::move(input);
  if (!start_options.id.empty()) {
    command.run = std::move(start_options.id);
  } else if (!start_options.key.empty()) {
    // The key gives the id, so that its home needs no table: same key, same run.
    auto const& id = item->graph->id;
    command.run =
        "k-" + sha256(id.ns + "\n" + id.name + "\n" + start_options.key).hex().substr(0, 32);
  } else {
    command.run = new_run_id();
  }
  auto& thread = thread_of(command.run);
  auto started = [done](Result<runtime::StartReply> reply) {
    if (!reply.ok()) return done(std::move(reply).error());
    done(Started{std::move(reply->run), reply->created});
  };
  bool const taken =
      thread.offer(canonical.size(), [command = std::move(command), started = std::move(started)](
                                         runtime::Partition& partition, Time now) mutable {
        partition.start(std::move(command), now, std::move(started));
      });
  if (!taken) done(overloaded());
}

void Engine::start_async(std::string_view workflow, Json input, StartOptions options,
                         std::function<void(Result<Started>)> done) {
  impl_->start(workflow, std::move(input), std::move(options), std::move(done));
}

Result<Run> Engine::start(std::string_view workflow, Json input, StartOptions options) {
  auto started = blocking<Started>([&](auto done) {
    impl_->start(workflow, std::move(input), std::move(options), std::move(done));
  });
  if (!started.ok()) return std::move(started).error();
  return Run(impl_.get(), std::move(started->id));
}

// --- operating

Result<void> EngineImpl::operate(Verb verb, std::string const& run, std::string reason,
                                 std::string actor) {
  auto promise = std::make_shared<std::promise<Result<void>>>();
  auto future = promise->get_future();
  auto done = [promise](Result<void> result) { promise->set_value(std::move(result)); };
  thread_of(run).post([=](runtime::Partition& partition, Time now) {
    (partition.*verb)(run, reason, actor, now, done);
  });
  if (future.wait_for(kDiskPatience) != std::future_status::ready) {
    return Error{ErrorCode::overloaded, "the journal is behind: this is not durable yet",
                 "see `skald show " + run + "` and `/healthz`; it takes effect once it is written"};
  }
  return future.get();
}

Result<void> Engine::cancel(std::string const& run, std::string reason, std::string actor) {
  return impl_->operate(&runtime::Partition::cancel, run, std::move(reason), std::move(actor));
}

Result<void> Engine::kill(std::string const& run, std::string reason, std::string actor) {
  return impl_->operate(&runtime::Partition::kill, run, std::move(reason), std::move(actor));
}

Result<void> Engine::resume(std::string const& run, std::string reason, std::string actor) {
  return impl_->operate(&runtime::Partition::resume, run, std::move(reason), std::move(actor));
}

Result<void> EngineImpl::check_value(Json const& value, char const* what) const {
  auto const fault = exceeds(value, {options.max_input_bytes, options.max_value_depth});
  if (fault == Exceeds::bytes) {
    return Error{ErrorCode::too_large,
                 std::string("the ") + what + " has more than " +
                     std::to_string(options.max_input_bytes) + " bytes, the limit",
                 "send less, or raise max_input_bytes"};
  }
  if (fault == Exceeds::depth) {
    return Error{ErrorCode::invalid_argument,
                 std::string("the ") + what + " is nested deeper than " +
                     std::to_string(options.max_value_depth) + " levels",
                 "send it flatter, or raise max_value_depth"};
  }
  return {};
}

Result<Json> Engine::operate(std::string const& run, Operation operation) {
  return blocking<Json>([&](auto done) {
    impl_->thread_of(run).post([&run, &operation, done](runtime::Partition& partition, Time now) {
      partition.operate(run, operation, now, done);
    });
  });
}

Result<void> Engine::call_back(std::string const& token, Json output, int status) {
  auto const step = impl_->callback_urls->read(token);
  if (!step) return Error{ErrorCode::not_found, "no step has that callback", ""};
  SKALD_TRY(impl_->check_value(output, "body"));
  saga::Answer answer;
  answer.kind = saga::Answer::Kind::returned;
  if (status >= 400) {
    answer.kind = saga::Answer::Kind::response;
    answer.status = status;
    auto const* detail = output.is_object() ? output.find("detail") : nullptr;
    answer.message = detail != nullptr && detail->is_string()
                         ? std::string(detail->as_string())
                         : "called back with " + std::to_string(status);
  }
  answer.output = std::move(output);
  return blocking<void>([&](auto done) {
    impl_->thread_of(step->run).post([run = step->run, activation = step->activation,
                                      answer = std::move(answer),
                                      done](runtime::Partition& partition, Time now) mutable {
      partition.call_back(run, activation, std::move(answer), now, done);
    });
  });
}

// An event to one run is for a run that is there and goes on: a misspelt one would take it never.
Result<void> EngineImpl::check_addressee(Engine const& engine, Json const& event) {
  auto const* run = event.find("skaldrun");
  if (run == nullptr) return {};
  if (!run->is_string()) {
    return Error{ErrorCode::invalid_argument, "the event's `skaldrun` is not a string",
                 "it is the id of the run that the event is for"};
  }
  auto const known = engine.status(std::string(run->as_string()));
  if (!known.ok()) return known.error();
  if (!is_end(known->status)) return {};
  return Error{ErrorCode::failed_precondition,
               "run '" + known->id + "' has ended (" + to_string(known->status) +
                   "): it takes no events any more",
               "`skald show " + known->id + "` shows how it ended"};
}

Result<Published> Engine::publish(Json event) {
  SKALD_TRY(check_event(event));
  SKALD_TRY(impl_->check_value(event, "event"));
  SKALD_TRY(impl_->check_addressee(*this, event));
  SKALD_TRY(impl_->check_space());
  for (auto const& unit : impl_->units) {
    if (unit.thread->full()) return overloaded();
  }
  if (event.find("id") == nullptr) event.set("id", impl_->new_run_id());
  if (event.find("source") == nullptr) event.set("source", "skald");
  if (event.find("specversion") == nullptr) event.set("specversion", "1.0");
  if (event.find("time") == nullptr) event.set("time", to_iso8601(impl_->clock->now()));
  return blocking<Published>(
      [&](auto done) { impl_->broadcast(std::move(event), std::move(done)); });
}

Result<void> EngineImpl::check_space() const {
  for (auto const& unit : units) {
    if (unit.journal->space() == runtime::Space::ok) continue;
    return Error{ErrorCode::no_space, "the disk is full: nothing new is taken",
                 "make room; what runs goes on, and the rest resumes by itself"};
  }
  return {};
}

namespace {

// Gathers what the partitions answer about one event, on whatever threads they do.
struct Gathering {
  std::atomic<std::size_t> left;
  std::atomic<std::uint32_t> delivered = 0;
  std::atomic<bool> repeated = true;  // until one has not seen it before
  Published published;
  std::function<void(Result<Published>)> done;

  void add(Result<runtime::EventReply> const& reply) {
    if (reply.ok()) {
      delivered += reply->delivered;
      if (!reply->repeated) repeated = false;
    }
    if (--left > 0) return;
    published.delivered = delivered;
    published.repeated = repeated;
    done(std::move(published));
  }
};

}  // namespace

void EngineImpl::broadcast(Json event, std::function<void(Result<Published>)> done) {
  auto const text = [&event](std::string_view name) {
    return event[name].is_string() ? std::string(event[name].as_string()) : std::string();
  };
  auto const gathering = std::make_shared<Gathering>();
  gathering->left = units.size();
  gathering->published.id = text("id");
  gathering->published.source = text("source");
  gathering->published.kept_until = clock->now() + options.keep_events;
  gathering->done = std::move(done);
  for (auto& unit : units) {
    unit.thread->post([event, gathering](runtime::Partition& partition, Time now) {
      partition.event(event, now, [gathering](auto const& reply) { gathering->add(reply); });
    });
  }
}

// --- waiting

std::uint64_t EngineImpl::when_ended(std::string const& run,
                                     std::function<void(Result<Outcome>)> done) {
  auto const ticket = tickets++;
  thread_of(run).post([run, ticket, done = std::move(done)](runtime::Partition& partition, Time) {
    partition.when_ended(run, ticket, [done](Result<runtime::RunReport> report) {
      done(outcome_of(std::move(report)));
    });
  });
  return ticket;
}

std::uint64_t Engine::when_ended(std::string const& run,
                                 std::function<void(Result<Outcome>)> done) {
  return impl_->when_ended(run, std::move(done));
}

std::uint64_t Engine::when_changed(std::string const& run,
                                   std::function<void(std::uint64_t)> changed) {
  auto const ticket = impl_->tickets++;
  impl_->thread_of(run).post(
      [run, ticket, changed = std::move(changed)](runtime::Partition& partition, Time) {
        partition.when_changed(run, ticket, changed);
      });
  return ticket;
}

void EngineImpl::forget(std::string const& run, std::uint64_t ticket) {
  thread_of(run).post(
      [run, ticket](runtime::Partition& partition, Time) { partition.forget(run, ticket); });
}

void Engine::forget(std::string const& run, std::uint64_t ticket) {
  impl_->forget(run, ticket);
}

Result<Outcome> EngineImpl::wait(std::string const& run, std::chrono::nanoseconds timeout) {
  auto promise = std::make_shared<std::promise<Result<Outcome>>>();
  auto future = promise->get_future();
  auto const ticket = when_ended(
      run, [promise](Result<Outcome> outcome) { promise->set_value(std::move(outcome)); });
  // A longer one would not fit into the clock.
  auto const most = std::chrono::nanoseconds(std::chrono::hours(24 * 365));
  if (future.wait_for(std::min(timeout, most)) == std::future_status::timeout) {
    forget(run, ticket);
    return Error{ErrorCode::timed_out, "run '" + run + "' has not ended in time",
                 "wait again: the run goes on"};
  }
  return future.get();
}

Result<Outcome> Engine::wait(std::string const& run, std::chrono::nanoseconds timeout) const {
  return impl_->wait(run, timeout);
}

Result<Outcome> Run::wait(std::chrono::nanoseconds timeout) const {
  return engine_->wait(id_, timeout);
}

Result<void> Run::cancel(std::string reason) const {
  return engine_->operate(&runtime::Partition::cancel, id_, std::move(reason), {});
}

}  // namespace skald
