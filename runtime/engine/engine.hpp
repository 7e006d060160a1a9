#pragma once

// The engine in your process: deploy workflows, start runs, wait for them. Everything it
// acknowledges is durable and goes on after a crash.
//
//   auto engine = skald::Engine::open({.data_dir = "trips"}).value();
//   engine.deploy(holiday_booking()).value();
//   auto run = engine.start("travel/holiday-booking", Trip{...}, {.id = "trip-42"}).value();
//   skald::Outcome end = run.wait(30s).value();
//
// Thread-safety: all members may be called from any thread. An Engine is a handle: it can be
// moved, and the last one closes the engine: it stops taking work, gives running functions their
// stop token, waits for them at most EngineOptions::shutdown_wait, and leaves the rest to the next
// open. The blocking calls must not be made from inside a step function.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/describe.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "dsl/builder/function.hpp"
#include "runtime/engine/operation.hpp"
#include "runtime/journal/journal.hpp"

namespace skald {

class Workflow;  // skald/builder.hpp

using runtime::Durability;  // fsync (default), interval, none

// Sends calls of `from` (an URL prefix) to `to`; records keep the written URL.
struct Rewrite {
  std::string from;
  std::string to;
  std::uint32_t in_flight = 0;  // requests at once; 0: the default
  double rate = 0;              // requests begun in a second; 0: any
  std::uint32_t breaker = 0;    // failures in a row that open its breaker; 0: the default (32)
};

// Where secrets come from: NAME is the file DIR/NAME, or the variable PREFIX + NAME in capitals
// (runtime/executor/secrets.hpp has the details).
struct SecretSource {
  std::string dir = {};
  std::string env_prefix = {};
};

// Gets every event that a run emits from the moment the sink is configured, at least once and about
// in order, after the event is durable. docs/events.md says what happens while it is down.
struct EventSink {
  // What the journal knows it by: keep it, and what it has not got yet reaches it after a restart.
  std::string name;
  // CloudEvents over HTTP, structured mode; any 2xx means "taken". The event's id is the
  // Idempotency-Key.
  std::string url = {};
  std::string token_secret = {};  // the secret that is sent as bearer token; empty: none
  // Instead of a URL. Called on threads of the engine, by several at once; an error is tried again,
  // refused("why") is not.
  std::function<Result<void>(Json const& event)> take = {};
};

struct EngineOptions {
  std::string data_dir = {};  // made when missing; one engine at a time
  bool in_memory = false;     // for tests: nothing is written, data_dir is not used
  Durability durability = Durability::fsync;
  Duration sync_interval = Duration::from_ms(100);
  unsigned partitions = 0;  // fixed when the directory is made; 0: what it has, or 2
  std::vector<Rewrite> targets = {};
  SecretSource secrets = {};
  unsigned function_threads = 0;                          // for step functions; 0: one per core
  Duration attempt_timeout = Duration::from_seconds(30);  // of a call without its own timeout
  Duration shutdown_wait = Duration::from_seconds(5);
  std::size_t max_input_bytes = std::size_t{4} << 20U;  // of a start's input
  std::size_t max_live_runs = 1'000'000;                // over it starts are refused (overloaded)
  std::size_t max_queued = 65'536;  // starts and events a partition has not yet taken; likewise
  std::size_t max_queued_bytes = std::size_t{256} << 20U;   // of their inputs; likewise
  std::size_t max_workflow_bytes = std::size_t{16} << 20U;  // of a deployment: source and graph
  std::size_t max_tasks = 5'000;              // of a workflow, with the functions it calls
  std::size_t max_value_depth = 1'000;        // levels of arrays and objects of any value
  std::uint64_t max_run_records = 1'000'000;  // of one run; over it the run fails and is unwound
  Duration keep_events = Duration::from_seconds(86'400);  // for a listen that begins later
  std::size_t max_kept_events = 1'000'000;                // per partition; over it the oldest go
  std::size_t max_kept_event_bytes = std::size_t{256} << 20U;  // likewise
  std::size_t max_gathered_sets = 10'000;  // of events, per schedule; over it the oldest go
  std::size_t max_gathered_bytes = std::size_t{64} << 20U;  // likewise
  std::vector<EventSink> event_sinks = {};
  std::size_t max_owed_events = 100'000;  // to a sink, per partition; over it `emit` waits
  std::size_t max_owed_event_bytes = std::size_t{256} << 20U;  // likewise
  // Where participants reach this engine's HTTP API, for calls with `await: callback`:
  // "https://skald.example". Without it such calls are not sent.
  std::string callback_url = {};
  // Workflows without a folder (they came over a network) may have documents read from private,
  // loopback and link-local addresses. What a target leads to is allowed anyway.
  bool allow_private_documents = false;
  bool allow_shell = false;                     // `run: shell`
  std::vector<std::string> allow_scripts = {};  // `run: script` in these languages: "js", "python"
  bool accept_clock = false;  // open although the wall clock is over an hour behind the journal
};

enum class RunStatus : std::uint8_t {
  pending,
  running,
  waiting,
  compensating,
  suspended,
  completed,
  faulted,
  compensated,
  cancelled,
  killed,
};
char const* to_string(RunStatus status) noexcept;
std::optional<RunStatus> parse_run_status(std::string_view text) noexcept;
// One of the last five.
bool is_end(RunStatus status) noexcept;

// How a run stands, or how it ended.
struct Outcome {
  std::string id;
  RunStatus status = RunStatus::pending;
  Json output;  // of a completed run
  Json error;   // {type, status, title, detail, instance} of a faulted or compensated one
  std::string workflow = {};  // "namespace/name/version"
  std::uint64_t records = 0;  // facts so far
  // Undos that operators skipped: [{task, path, number, reason, actor}]; null when there is none.
  Json exceptions = {};

  bool completed() const { return status == RunStatus::completed; }
};

struct Deployment {
  std::string workflow;   // "namespace/name/version"
  std::string digest;     // hex, of the step graph
  bool created = false;   // false: the same had been deployed before
  bool replaced = false;  // the version had another content before (DeployOptions::replace)
  Json diagnostics;       // warnings, as dsl::to_json
  // Names of functions that it calls and nobody offers yet: runs wait there until someone does.
  Json missing_functions = Json::array();
};

// A workflow as text: YAML or JSON, and the name its diagnostics use.
struct WorkflowSource {
  std::string text;
  std::string name = "<input>";
  // Where documents are looked for that the workflow names by a path; empty: no files are read, and
  // no document at a private address (EngineOptions::allow_private_documents).
  std::string folder = {};
  // Files that came with it, by the names it uses; they go before those of the folder.
  std::map<std::string, std::string> documents = {};
};
struct DeployOptions {
  // The version may have been deployed with another content: new starts take this one from now on,
  // runs keep what they began with. For trying things out in a directory of one's own.
  bool replace = false;
  // If given, gets everything that was found (dsl::to_json), also when the deployment fails.
  Json* findings = nullptr;
};
// Reads a file. Errors: not_found, io.
Result<WorkflowSource> load(std::string const& path);

// Either makes a start idempotent: the same id or key with the same input gives the same run.
struct StartOptions {
  std::string id = {};   // of the run: [A-Za-z0-9._~-]{1,128}; empty: one is made
  std::string key = {};  // Idempotency-Key; not together with an id
};

struct Started {
  std::string id;
  bool created = true;  // false: the same start had been made before
};

// What came of an event that was published.
struct Published {
  std::string id;               // of the event; made when it had none
  std::string source;           // likewise
  std::uint32_t delivered = 0;  // to so many listens at once
  Time kept_until;              // for listens that begin later
  bool repeated = false;        // an event of this source and id had come before: nothing happened
};

struct HistoryFilter {
  std::uint64_t after = 0;     // facts up to this number are left out
  std::size_t limit = 10'000;  // at most 10,000, and not much more than 8 MiB
};

namespace runtime {
class RunFeed;  // runtime/engine/run_feed.hpp
}

struct RunFilter {
  std::string workflow;  // "ns/name" or "ns/name/version"; empty: all
  std::optional<RunStatus> status;
  std::string parent = {};  // only its children; empty: all
  bool roots = false;       // only runs that are no child
  std::size_t limit = 50;   // at most 1,000
  std::string after;        // cursor of the page before
};

class Engine;
struct EngineImpl;

// A run of an engine; a handle that must not outlive it. Moving the engine does not disturb it.
class Run {
 public:
  std::string const& id() const { return id_; }
  // Until the run ends (or is suspended: nothing more happens by itself). Errors: timed_out.
  Result<Outcome> wait(std::chrono::nanoseconds timeout) const;
  Result<void> cancel(std::string reason = {}) const;

 private:
  friend class Engine;
  Run(EngineImpl* engine, std::string id) : engine_(engine), id_(std::move(id)) {}
  EngineImpl* engine_;
  std::string id_;
};

class Engine {
 public:
  // Errors: failed_precondition (locked by another process, newer format, another partition
  // count, clock behind), corrupt (with what to do), io, invalid_argument.
  static Result<Engine> open(EngineOptions options);
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;
  ~Engine();

  // Registers a C++ function for `call: NAME`; wakes runs that wait for it.
  void add(std::string name, Function function);
  template <class F>
  requires(!std::is_convertible_v<F, Function>) void add(std::string name, F function) {
    add(std::move(name), make_function(function));
  }

  // Documents that the workflow refers to are read now, and become a part of it.
  // Errors: invalid_argument with the rendered diagnostics as message; conflict when the version
  // is deployed with another digest.
  Result<Deployment> deploy(WorkflowSource source, DeployOptions options = {});
  Result<Deployment> deploy(Workflow const& workflow, DeployOptions options = {});
  // Everything that is wrong with a workflow, as deploy would find it (dsl::to_json).
  Json check(WorkflowSource const& source) const;

  // `workflow` is "ns/name" (the newest version) or "ns/name/version". Returns when the start is
  // durable. Errors: not_found, conflict (same id or key, other input), too_large, overloaded,
  // invalid_argument.
  Result<Run> start(std::string_view workflow, Json input, StartOptions options = {});
  template <class Input>
  requires(!std::is_convertible_v<Input, Json>) Result<Run> start(std::string_view workflow,
                                                                  Input const& input,
                                                                  StartOptions options = {}) {
    return start(workflow, describe::write(input), std::move(options));
  }

  // Errors of the following: not_found.
  Result<Outcome> status(std::string const& run) const;
  Result<Outcome> wait(std::string const& run, std::chrono::nanoseconds timeout) const;
  // Answers when `stopping` is durable. Errors: failed_precondition when the run has ended or is
  // being unwound already.
  Result<void> cancel(std::string const& run, std::string reason = {}, std::string actor = {});
  // Ends the run at once and leaves its effects, whatever they are; operate() with Verb::kill and
  // without `leave_effects` is refused when there are any. Errors: as cancel.
  Result<void> kill(std::string const& run, std::string reason = {}, std::string actor = {});
  // Goes on with a suspended run. Errors: failed_precondition when it is not suspended.
  Result<void> resume(std::string const& run, std::string reason = {}, std::string actor = {});
  // The verbs of an operator on a run or one of its steps (Operation, docs/sagas/operators.md).
  // Gives what it did as {id, verb, status, becomes, then, calls, ...} once that is durable.
  // Errors: not_found; failed_precondition when it is not allowed now, with the reason;
  // invalid_argument.
  Result<Json> operate(std::string const& run, Operation operation);
  // What it would do now; nothing happens. Errors: the same.
  Result<Json> preview(std::string const& run, Operation operation) const;
  // The same on every run that the filter fits and that has not ended, one after the other; at most
  // 1,000 in one call. cancel, kill, suspend and resume. Gives {verb, dryRun, done: [id],
  // refused: [{id, why, leftBehind}], next}: `next` is the `after` of the filter for the next call,
  // or null. Errors: invalid_argument for another verb, and when the filter does not narrow.
  Result<Json> operate_many(RunFilter filter, Operation operation, bool dry_run = false);
  // A CloudEvent {id, source, type, data...} for listens. Returns when it is durable everywhere.
  // Missing id, source, specversion and time are filled in. With `skaldrun` it is for that run
  // alone. Errors: invalid_argument, too_large, no_space; not_found and failed_precondition when
  // that run is not there or has ended.
  Result<Published> publish(Json event);

  // For people and programs, as JSON (docs/api.md has the shapes).
  // A long history takes its time; `stop` ends the reading (unavailable).
  Result<Json> describe(std::string const& run,
                        std::stop_token stop = {}) const;  // runtime/view/run_view.hpp
  // {history: [...], next}: a page of its facts; `next` is the `after` of the next page, or null.
  Result<Json> history(std::string const& run, HistoryFilter const& filter = {},
                       std::stop_token stop = {}) const;
  Result<Json> graph(std::string const& run) const;  // {workflow, digest, graph} it executes
  // What a cancel would undo now, what is being undone, or what was (runtime/view/plan_view.hpp).
  Result<Json> plan(std::string const& run) const;
  Result<Json> list(RunFilter const& filter = {}) const;  // {runs: [...], next: cursor|null}
  // What a participant posts to the URL in Skald-Callback; the token is its last part. A status
  // of 400 and more says that the step has failed, as in an answer. Errors: not_found for a token
  // that is none; failed_precondition when nobody waits for it any more.
  Result<void> call_back(std::string const& token, Json output, int status = 200);
  // What starts by itself: [{name, workflow, schedule, next, last, lastRun, active, ...}].
  Json schedules() const;
  // Who holds which lock, and who waits for it: [{name, holder, since, waiting: [{run, since}]}] by
  // name, at most `limit`. Of one name, or of all that are held.
  Json locks(std::string_view name = {}, std::size_t limit = 1'000) const;
  Json workflows() const;  // [{workflow, digest, deployed}]
  // [{name, state: ok|failing|not configured, owed, oldest, sent, refused, failures, error,
  // nextTry}]: the event sinks, and those that are owed events and not configured any more.
  Json event_sinks() const;
  // {workflow, digest, deployed, source, sourceName, graph: {...}}; as `start`, the newest version.
  Result<Json> workflow(std::string_view name) const;
  // [{target, limit, inFlight, queued, rate, breaker: closed|open|half-open, failures}]: the
  // servers that calls went to.
  Json targets() const;
  Json health() const;  // {status, durability, partitions, live, indexLag, ...}

  // For servers: the same without blocking. Callbacks come from threads of the engine, may be
  // called before the function returns, and must not block.
  void start_async(std::string_view workflow, Json input, StartOptions options,
                   std::function<void(Result<Started>)> done);
  // Called once, when the run has ended or is suspended; or at once with not_found. Returns a
  // ticket for forget().
  std::uint64_t when_ended(std::string const& run, std::function<void(Result<Outcome>)> done);
  void forget(std::string const& run, std::uint64_t ticket);
  // A run as it grows. Its calls block.
  std::unique_ptr<runtime::RunFeed> feed(std::string run) const;
  // Called after each durable change of the run with its number of records, until forget().
  std::uint64_t when_changed(std::string const& run, std::function<void(std::uint64_t)> changed);

  using Impl = EngineImpl;

 private:
  explicit Engine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace skald
