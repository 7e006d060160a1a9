// Opening and closing an engine.

#include <algorithm>
#include <cstdlib>
#include <random>
#include <thread>

#include "runtime/engine/direct_index.hpp"
#include "runtime/engine/documents.hpp"
#include "runtime/engine/engine_impl.hpp"
#include "runtime/engine/event_sinks.hpp"
#include "runtime/engine/history_pages.hpp"
#include "runtime/engine/index_follower.hpp"
#include "runtime/engine/log.hpp"
#include "runtime/index/memory_index.hpp"
#include "runtime/journal/file_journal.hpp"
#include "runtime/journal/memory_journal.hpp"

namespace skald {
namespace {

constexpr unsigned kPartitionShift = 48;
constexpr std::uint32_t kDefaultPartitions = 2;
constexpr std::uint32_t kBreaker = 32;  // failures in a row that open a target's
constexpr Duration kClockTolerance = Duration::from_seconds(3600);

// A lost write: nothing may be answered any more. The next start recovers what was acknowledged.
[[noreturn]] void end_process(Error const& error) {
  runtime::log().critical("the journal can not be written: {} {}", error.message, error.hint);
  runtime::log().flush();
  std::_Exit(74);
}

}  // namespace

EngineImpl::EngineImpl(EngineOptions given)
    : options(std::move(given)), pages(std::make_unique<runtime::HistoryPages>()) {}

EngineImpl::~EngineImpl() {
  close();
}

Result<void> EngineImpl::open() {
  SKALD_TRY(runtime::check_sinks(options.event_sinks));
  unsigned count = std::max(options.partitions, options.in_memory ? 1U : 0U);
  if (!options.in_memory) {
    if (options.data_dir.empty()) {
      return Error{ErrorCode::invalid_argument, "no data directory was given",
                   "give one: EngineOptions::data_dir, or --data-dir DIR"};
    }
    runtime::DataDir::Options dir_options;
    bool const known = runtime::DataDir::partitions_of(options.data_dir).ok();
    dir_options.partitions =
        options.partitions == 0 && !known ? kDefaultPartitions : options.partitions;
    auto dir = runtime::DataDir::open(options.data_dir, dir_options);
    if (!dir.ok()) return std::move(dir).error();
    data_dir.emplace(std::move(*dir));
    count = data_dir->partitions();
  }
  auto opened = runtime::Callbacks::open(
      options.in_memory ? std::string() : options.data_dir + "/callback.key", options.callback_url);
  if (!opened.ok()) return std::move(opened).error();
  callback_urls.emplace(std::move(*opened));
  SKALD_TRY(open_units(count));
  SKALD_TRY(recover());
  SKALD_TRY(start_executors());
  for (auto& unit : units) {
    unit.partition->begin(clock->now());
    unit.thread->start(*clock);
  }
  for (auto const& item : deployments.all()) {
    auto const& id = item->graph->id;
    set_schedule(id.ns + "/" + id.name);
  }
  return {};
}

Result<void> EngineImpl::open_units(unsigned count) {
  auto const outbox = runtime::outbox_options(options);
  for (unsigned i = 0; i < count; ++i) {
    PartitionUnit unit;
    if (options.in_memory) {
      unit.journal = std::make_unique<runtime::MemoryJournal>();
      unit.index = std::make_unique<runtime::DirectIndex>(std::make_unique<runtime::MemoryIndex>());
    } else {
      runtime::FileJournalOptions journal_options;
      journal_options.dir = data_dir->journal_dir(i);
      journal_options.durability = options.durability;
      journal_options.sync_interval = options.sync_interval;
      unit.journal = std::make_unique<runtime::FileJournal>(std::move(journal_options));
      auto index = runtime::IndexFollower::open(data_dir->index_dir(i), data_dir->journal_dir(i));
      if (!index.ok()) return std::move(index).error();
      unit.index = std::move(*index);
    }
    runtime::PartitionOptions partition_options;
    partition_options.number = i;
    partition_options.seed = std::random_device{}();
    partition_options.max_live_runs = options.max_live_runs;
    partition_options.events = {options.keep_events, options.max_kept_events,
                                options.max_kept_event_bytes};
    partition_options.outbox = outbox;
    partition_options.schedules.groups = options.max_gathered_sets;
    partition_options.schedules.bytes = options.max_gathered_bytes;
    partition_options.limits.attempt_timeout = options.attempt_timeout;
    partition_options.limits.run_records = options.max_run_records;
    partition_options.limits.value_depth = options.max_value_depth;
    runtime::PartitionPorts ports{*unit.journal, gate, *unit.index, nullptr, nullptr, nullptr};
    ports.publish = [this](std::uint64_t run, runtime::ActivationId activation, Json event) {
      broadcast(std::move(event), [this, run, activation](Result<Published> const&) {
        units[run >> kPartitionShift].thread->post(
            [run, activation](runtime::Partition& partition, Time now) {
              partition.event_accepted(run, activation, now);
            });
      });
    };
    ports.graph = [this](std::string const& digest) { return deployments.by_digest(digest); };
    ports.find = [this](std::string const& name) -> std::optional<runtime::FoundWorkflow> {
      auto const item = deployments.find(name);
      if (!item) return std::nullopt;
      return runtime::FoundWorkflow{item->deployed.workflow, item->deployed.digest};
    };
    ports.deployed = [this](runtime::Deployed const& deployed) {
      auto loaded = deployments.load(deployed);
      if (!loaded.ok()) {
        notices.push_back("workflow " + deployed.workflow + ": " + loaded.error().message);
      }
    };
    ports.launch = [routes = schedule_routes()](runtime::ScheduledStart start) {
      runtime::launch(routes, std::move(start));
    };
    ports.watch = [routes = schedule_routes()](std::string const& schedule,
                                               std::string const& run) {
      runtime::watch(routes, schedule, run);
    };
    ports.callback_url = [this](std::string const& run, runtime::ActivationId activation) {
      return callback_urls->url({run, activation});
    };
    ports.post = schedule_routes().post;
    ports.say = [](std::string const& words) { runtime::log().warn("{}", words); };
    unit.partition = std::make_unique<runtime::Partition>(partition_options, std::move(ports));
    unit.thread = std::make_unique<runtime::PartitionThread>(
        *unit.partition, *unit.journal,
        runtime::QueueLimits{options.max_queued, options.max_queued_bytes});
    units.push_back(std::move(unit));
  }
  return {};
}

Result<void> EngineImpl::recover() {
  Time last;
  for (auto& unit : units) {
    auto* thread = unit.thread.get();
    runtime::JournalCallbacks callbacks;
    callbacks.on_durable = [thread](Lsn) { thread->wake(); };
    callbacks.on_failure = [](Error const& error) { end_process(error); };
    callbacks.on_space = [number = unit.partition->number(),
                          dir = options.data_dir](runtime::Space space) {
      bool const ok = space == runtime::Space::ok;
      runtime::log().warn("the space on the disk of '{}' is {} (partition {}): {}", dir,
                          runtime::to_string(space), number,
                          ok ? "new runs are taken again" : "no new runs are taken");
    };
    auto recovery = unit.partition->recover(std::move(callbacks));
    if (!recovery.ok()) return std::move(recovery).error();
    if (recovery->torn) {
      notices.push_back("an unfinished write was cut off: " + recovery->torn->file + " at offset " +
                        std::to_string(recovery->torn->offset) + ", " +
                        std::to_string(recovery->torn->bytes) + " bytes, none of it acknowledged");
    }
    if (unit.index->applied() > recovery->last) {
      return Error{ErrorCode::failed_precondition,
                   "the index in '" + data_dir->index_dir(unit.partition->number()) +
                       "' knows more than the journal: they are not of one history",
                   "delete that index; it is built again from the journal"};
    }
    last = std::max(last, unit.partition->last_recorded());
  }
  for (auto const& notice : notices) runtime::log().warn("{}", notice);
  auto const wall = runtime::EngineClock::wall();
  if (last > wall + kClockTolerance && !options.accept_clock) {
    return Error{ErrorCode::failed_precondition,
                 "the clock says " + to_iso8601(wall) + ", but the journal was written at " +
                     to_iso8601(last),
                 "set the clock, or go on from the journal's time with --accept-clock"};
  }
  clock = std::make_unique<runtime::EngineClock>(last);
  return {};
}

Result<void> EngineImpl::start_executors() {
  auto answered = [this](runtime::AttemptId id, saga::Answer answer) {
    units[id.run >> kPartitionShift].thread->post(
        [id, answer = std::move(answer)](runtime::Partition& partition, Time now) mutable {
          partition.answer(id, std::move(answer), now);
        });
  };
  // A function that is overdue is answered as lost, and once more when it returns.
  auto called = [this](runtime::AttemptId id, saga::Answer answer) {
    bool const more = answer.kind == saga::Answer::Kind::lost;
    auto const missing = answer.unoffered;
    units[id.run >> kPartitionShift].thread->post(
        [id, more, answer = std::move(answer)](runtime::Partition& partition, Time now) mutable {
          partition.answer(id, std::move(answer), now, more);
        });
    // It may have been added while the answer was on its way, which then nobody would hear of.
    if (!missing.empty() && offering->has(missing)) offer(missing);
  };
  runtime::HttpOptions http_options;
  http_options.targets = http_targets(options);
  http_options.breaker = kBreaker;
  auto const secrets = std::make_shared<runtime::Secrets const>(
      runtime::SecretOptions{options.secrets.dir, options.secrets.env_prefix});
  http_options.secrets = secrets;
  auto made = runtime::HttpExecutor::make(std::move(http_options), answered);
  if (!made.ok()) return std::move(made).error();
  http = std::move(*made);
  runtime::FunctionPoolOptions pool_options;
  pool_options.threads = options.function_threads != 0
                             ? options.function_threads
                             : std::max(1U, std::thread::hardware_concurrency());
  pool_options.shutdown_wait = options.shutdown_wait;
  pool_options.secrets = secrets;
  functions = std::make_unique<runtime::FunctionPool>(pool_options, called, answered);
  offering = functions.get();
  runtime::add_sinks(options.event_sinks, *functions);
  runtime::ProcessExecutorOptions process_options;
  process_options.permissions = {options.allow_shell, options.allow_scripts};
  processes = std::make_unique<runtime::ProcessExecutor>(std::move(process_options), answered);
  executors = std::make_unique<runtime::CompositeExecutor>(*http, *functions, *processes);
  gate.open(*executors);
  return {};
}

void EngineImpl::close() {
  gate.close();
  processes.reset();  // ends them
  functions.reset();  // waits for what runs; its answers still become durable below
  http.reset();
  for (auto& unit : units) {
    if (unit.thread) unit.thread->stop();
  }
  for (auto& unit : units) {
    if (unit.journal) static_cast<void>(unit.journal->close());
    // Who waits for what has just become durable is told.
    if (clock) unit.partition->release_last(unit.journal->durable());
  }
  units.clear();
}

void EngineImpl::offer(std::string const& function) {
  for (auto const& unit : units) {
    unit.thread->post(
        [function](runtime::Partition& partition, Time now) { partition.offered(function, now); });
  }
}

void Engine::add(std::string name, Function function) {
  impl_->functions->add(name, std::move(function));
  impl_->offer(name);
}

Result<Engine> Engine::open(EngineOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  SKALD_TRY(impl->open());
  return Engine(std::move(impl));
}

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

}  // namespace skald
