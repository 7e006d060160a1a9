#pragma once

// One partition: owns its runs, their timers and their journal. It takes commands, lets the
// machine decide, gathers the facts of a drain into one journal entry, and releases effects and
// answers once that entry is durable. It has no thread, no clock and no I/O of its own: it is
// driven through its members and does everything else through ports, so the simulator drives the
// same code as the server.
//
//   partition.start(...); partition.answer(...);   // any number: they share one entry
//   partition.flush(now);                           // append
//   partition.release(journal.durable());           // what was waiting for it happens
//
// Thread-safety: none; it belongs to one thread.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/graph/step_graph.hpp"
#include "runtime/codec/record_codec.hpp"
#include "runtime/engine/event_log.hpp"
#include "runtime/engine/event_outbox.hpp"
#include "runtime/engine/index_sink.hpp"
#include "runtime/engine/lock_keeper.hpp"
#include "runtime/engine/operation.hpp"
#include "runtime/engine/schedule_keeper.hpp"
#include "runtime/executor/executor.hpp"
#include "runtime/journal/journal.hpp"
#include "runtime/machine/machine.hpp"

namespace skald::runtime {

struct FoundWorkflow {
  std::string workflow;  // "namespace/name/version"
  std::string digest;
};

class Partition;

struct PartitionPorts {
  Journal& journal;
  Executor& executor;
  IndexSink& index;
  // An emit's event is to be accepted by every partition; then event_accepted() is called.
  std::function<void(std::uint64_t run, ActivationId activation, Json event)> publish;
  // The graph with that digest; the partition asks while it recovers.
  std::function<GraphPtr(std::string const& digest)> graph;
  // A deployment was read from the journal while recovering.
  std::function<void(Deployed const&)> deployed;
  // A schedule wants a run at the run's home, or the run's end told (schedule_keeper.hpp).
  std::function<void(ScheduledStart)> launch = {};
  std::function<void(std::string const& schedule, std::string const& run)> watch = {};
  // The URL at which a step can be called back; empty: there is none.
  std::function<std::string(std::string const& run, ActivationId activation)> callback_url = {};
  // The workflow of that name ("ns/name" is the newest version) for a child run; none when it is
  // not deployed: workflows_changed() says when to ask again.
  std::function<std::optional<FoundWorkflow>(std::string const& name)> find = {};
  // Does the work, later, at the partition where a run, or a lock (home_of_lock), is at home.
  std::function<void(std::string const& id, std::function<void(Partition&, Time now)> work)> post =
      {};
  // Tells an operator something that no caller asked for.
  std::function<void(std::string const& words)> say = {};
};

struct PartitionOptions {
  std::uint32_t number = 0;
  std::uint64_t seed = 1;  // of the jitter
  std::size_t max_live_runs = 1'000'000;
  std::size_t history_chunk_bytes = 8192;
  // An entry that has reached this size is appended before more comes: whatever happens at one
  // moment (a million timers, the restart) stays far below what the journal takes in one piece.
  std::size_t entry_bytes = std::size_t{1} << 20U;
  EventLimits events;
  OutboxOptions outbox = {};
  ScheduleLimits schedules;
  Limits limits;
  bool check_effects = false;  // slow, for tests: that no effect of a turn was missed
};

// How a run stands, for those who wait for it.
struct RunReport {
  std::string id;
  std::string workflow;  // "ns/name/version"
  std::string status;    // "running", "completed", ...; the words of the API
  Json output;
  Json error;
  Json exceptions;  // undos that operators skipped; null when there is none
  std::uint64_t records = 0;
  bool over = false;  // ended or suspended: nothing more happens by itself
};

struct StartCommand {
  GraphPtr graph;
  std::string digest;  // of the graph, hex
  std::string run;
  std::string start_key;
  std::string body_digest;
  Json input;
};

struct StartReply {
  std::string run;
  bool created = true;
};

// What came of an event in one partition.
struct EventReply {
  std::uint32_t delivered = 0;  // to so many listens at once
  bool repeated = false;        // the same (source, id) had come before
};

// What the memory knows of a run's history: the open chunk and how many came before it.
struct LiveHistory {
  GraphPtr graph;
  std::uint32_t chunk_number = 0;
  std::string chunk;
  Lsn lsn;  // the earlier chunks are in the index once it has applied this
};

class Partition {
 public:
  using StartDone = std::function<void(Result<StartReply>)>;
  using Done = std::function<void(Result<void>)>;
  using EventDone = std::function<void(Result<EventReply>)>;
  using Ended = std::function<void(Result<RunReport>)>;
  using OperationDone = std::function<void(Result<Json>)>;
  using Changed = std::function<void(std::uint64_t records)>;

  Partition(PartitionOptions options, PartitionPorts ports);
  ~Partition();

  // Replays the journal. Afterwards begin() sends again what was open.
  Result<Recovery> recover(JournalCallbacks callbacks);
  void begin(Time now);
  // The largest time any record carries; 0 when there is none.
  Time last_recorded() const { return last_recorded_; }

  // Commands. What they answer is called by release(), when the facts behind it are durable.
  void deploy(Deployed const& deployment, Done done);
  void start(StartCommand command, Time now, StartDone done);
  // `more`: the executor will tell later what came of the attempt (a function that is overdue).
  void answer(AttemptId attempt, saga::Answer answer, Time now, bool more = false);
  // Someone offers that function now: calls that wait for it are made.
  void offered(std::string const& function, Time now);
  void event(Json event, Time now, EventDone done);
  void event_accepted(std::uint64_t run, ActivationId activation, Time now);
  void cancel(std::string const& run, std::string reason, std::string actor, Time now, Done done);
  void kill(std::string const& run, std::string reason, std::string actor, Time now, Done done);
  void resume(std::string const& run, std::string reason, std::string actor, Time now, Done done);
  // What an operator does, by the name of the step; tells its effect (docs/api.md). Errors:
  // not_found; failed_precondition when it is not allowed now; invalid_argument.
  void operate(std::string const& run, Operation const& operation, Time now, OperationDone done);
  // A participant calls back. Errors: not_found; failed_precondition when nobody waits for that.
  void call_back(std::string const& run, ActivationId activation, saga::Answer answer, Time now,
                 Done done);
  // The same without doing it. A resume of a run that only waits for suspended children is about
  // these.
  Result<Json> preview(std::string const& run, Operation const& operation, Time now) const;
  void tick(Time now);  // fires the timers that are due
  // The schedules at home here; what they decide is journaled here.
  ScheduleKeeper& schedules() { return schedules_; }
  // The events of runs here that sinks outside have not taken yet.
  EventOutbox const& outbox() const { return outbox_; }
  // The locks at home here.
  LockKeeper const& locks() const { return locks_; }
  // Another workflow is deployed: children that waited for it begin.
  void workflows_changed(Time now);

  // Appends what the commands made, as one entry.
  void flush();
  // Everything that waited for an LSN up to this one happens.
  void release(Lsn durable);
  // ... for the last time, behind the end of the journal: who waits is told, and no call leaves.
  void release_last(Lsn durable);

  // When tick() is wanted next.
  std::optional<Time> next_deadline() const;
  // Calls back once everything that a question to the run sees now is durable.
  void when_durable(std::string const& run, std::function<void()> action);

  // True when there is something to do right now: facts to append, or runs whose turn goes on.
  bool has_work() const { return !payload_.empty() || !continuing_.empty(); }

  // True when release() has something to do, at once or later.
  bool has_actions() const { return !actions_.empty() && actions_.front().lsn <= appended_; }

  // Reads. A run that has left the memory is looked up in the index.
  Result<RunReport> report(std::string const& run) const;
  std::optional<LiveHistory> live_history(std::string const& run) const;
  void when_ended(std::string const& run, std::uint64_t ticket, Ended done);
  // Once the run has ended and that is durable; a suspended one has not. Also of one nobody knows.
  void when_over(std::string const& run, std::function<void()> done);
  void when_changed(std::string const& run, std::uint64_t ticket, Changed changed);
  void forget(std::string const& run, std::uint64_t ticket);
  std::size_t live() const { return live_; }
  // How many calls wait for a function that nobody offers, by its name.
  std::map<std::string, std::size_t> unoffered() const;
  // The state of a run that is in memory, for tests; nullptr when it is not.
  State const* state(std::string const& run) const;
  std::uint32_t number() const { return options_.number; }

 private:
  struct Slot;
  using Action = std::function<void()>;
  struct Waiting {
    Lsn lsn;
    Action action;
  };

  Slot* find(std::string const& run) const;
  Slot* find(std::uint64_t handle) const;
  Slot& make_slot(std::string run, GraphPtr graph);
  // Lets the machine take an input, and keeps what it made. Returns why it was ignored.
  std::string apply(Slot& slot, InputBody input, Time now);
  void drain(Time now);  // inputs that came out of inputs
  void add_frame(std::string_view frame);
  void keep(Slot& slot, std::vector<Record> const& records);
  void add_history(Slot& slot, std::string_view frame);
  void keep_event(Json const& event, Time now);
  // An emit's event is to be accepted everywhere, and to be sent.
  void publish(std::uint64_t handle, ActivationId activation, Json event);
  void publish_held();
  EventReceived received(Json const& event, Time now);
  void delivered(AttemptId attempt, saga::Answer const& answer, Time now);
  EventOutbox::Ports outbox_ports();
  // After facts about some activations, or any of the run.
  void follow_effects(Slot& slot, Touched const& among);
  void follow_listens(Slot& slot, Touched const& among, std::set<ActivationId> listening);
  void begin_call(Slot& slot, CallEffect effect);
  void release_when_durable(std::uint64_t handle, CallEffect effect);
  void release_call(std::uint64_t handle, CallEffect effect);
  void submit_outgoing();
  void withdraw(Slot& slot, ActivationId activation, std::uint32_t attempt);
  void withdraw_given_up(Slot& slot, Touched const& among);
  void follow_parked(Slot& slot, Touched const& among);
  void park(Slot& slot, ActivationId activation);
  void unpark(Slot& slot, ActivationId activation);
  void check_followed(Slot const& slot) const;
  void subscribe(Slot& slot, SubscribeEffect const& effect);
  // Child runs live in the partition of their parent and speak with it by inputs of the same drain.
  void follow_child(Slot& slot, ChildEffect const& effect);
  void check_child(Slot const& slot, ChildEffect const& effect) const;
  void resolve_child(Slot& slot, ChildEffect const& effect);
  void begin_child(Slot& slot, ChildEffect const& effect, std::string digest);
  void stop_child(Slot& slot, ChildEffect const& effect);
  void unwind_child(Slot& slot, ChildEffect const& effect);
  // partition_locks.cpp
  LockKeeper::Ports lock_ports();
  void follow_lock(Slot& slot, LockEffect const& effect);
  void withdraw_lock(std::string const& name, std::string const& run, ActivationId request);
  void add_family(Slot const& slot, LockAsk& request) const;
  static bool asks_below(Slot const& slot);
  void lock_answered(std::string const& run, std::string const& lock, LockAnswered answer,
                     Time now);
  void stop_orphans(Slot& slot, std::set<std::string> const& wanted);
  // partition_holds.cpp: a run is held, and goes on, with the runs that it waits for.
  void hold_children(Slot const& slot);
  void hold_child(Slot const& slot, Slot const& child);
  void let_children_go_on(Slot const& slot);
  std::string stopped_by(Slot const& slot) const;
  std::string held_above(Slot const& slot) const;
  std::vector<std::string> moved_with(Slot const& slot, Verb verb) const;
  std::vector<Slot*> addressees(Slot const& of, Operation const& operation) const;
  bool stays_suspended(Slot const& slot, std::vector<Slot*> const& resumed) const;
  Result<Json> told_effect(Slot const& slot, Operation const& operation, Time now) const;
  void add_below(Slot const& slot, Operation const& operation, Json& effect) const;
  void adopt(Slot& child);
  void adopt_again(Slot& child);
  void report_child(Slot const& child);
  void close_child(Slot const& child);
  bool is_awaited(Slot const& child) const;
  bool is_withdrawn(Slot const& slot) const;
  std::vector<ChildResolved> begun_children(Slot const& slot) const;
  bool is_over(Slot const& ended) const;
  void release_over(Slot const& ended, Lsn lsn);
  void release_told(Slot const& parent, Record const& record, Lsn lsn);
  void release_children(Slot const& slot, Lsn lsn);
  bool keeps_for_parent(Slot const& slot) const;
  bool is_orphan(Slot const& slot) const;
  bool stands_still(Slot const& slot) const;
  void tell_ancestors(Slot const& slot);
  std::string status_of(Slot const& slot) const;
  RunReport report_of_slot(Slot const& slot) const;
  void set_timer(Slot& slot);
  void index_run(Slot& slot);
  void on_end(Slot& slot);
  void prune_events(Time now);
  void notify(std::uint64_t handle, std::uint64_t records);
  void notify_when_durable(Slot const& slot);
  void retire(Lsn durable);
  void drop(std::uint64_t handle);
  void after_durable(Action action);
  Lsn current_lsn() const;
  void command(std::string const& run, InputBody input, Time now, Done done);
  Error not_live(std::string const& run) const;
  // Null when the index does not know the run.
  Result<Json> summary(std::string const& run) const;
  Result<void> replay(JournalEntry const& entry);
  Result<void> replay_frame(std::string_view frame, Lsn lsn);
  Result<void> replay_run(std::vector<Entry> const& entries, std::string_view frame, Lsn lsn);

  PartitionOptions options_;
  PartitionPorts ports_;
  std::unordered_map<std::string, std::unique_ptr<Slot>> runs_;
  std::map<std::uint64_t, Slot*> handles_;
  std::set<std::pair<Time, std::uint64_t>> timers_;
  std::map<std::string, std::set<std::uint64_t>> subscribers_;  // by event type; "" is any
  // Calls that wait for a function, by its name.
  std::map<std::string, std::set<std::pair<std::uint64_t, ActivationId>>> unoffered_;
  EventLog events_;
  EventOutbox outbox_;
  // Emitted here and on their way to every partition, by identity: which task it was.
  std::map<std::string, std::pair<std::string, std::string>> emitted_;
  struct Held {
    std::uint64_t handle = 0;
    ActivationId activation;
    Json event;
  };
  std::deque<Held> held_;  // emits that wait until sinks have taken some
  ScheduleKeeper schedules_;
  LockKeeper locks_;
  std::deque<std::pair<std::uint64_t, InputBody>> todo_;
  std::set<std::uint64_t> unresolved_;  // runs with a child whose workflow is not deployed
  std::vector<std::uint64_t> continuing_;
  // Memory that turn after turn uses again: its facts, and their frame.
  std::vector<Record> records_;
  std::string frame_;
  std::string payload_;
  std::vector<std::pair<std::string, std::string>> puts_;  // into the index, with the entry
  std::deque<Waiting> actions_;
  std::vector<CallRequest> outgoing_;  // calls that this release lets go, for the executor
  bool closing_ = false;               // nothing leaves any more
  Lsn lifted_{0};                      // of the newest fact that took a stop back
  std::deque<std::pair<Lsn, std::uint64_t>> retired_;  // ended, to be dropped once indexed
  Lsn appended_{0};
  Lsn durable_{0};  // as release() was told
  Time last_recorded_;
  Time now_;
  std::uint64_t next_handle_ = 1;
  std::uint64_t random_ = 0;
  std::size_t live_ = 0;
  bool recovering_ = false;
};

// Journal entries and history chunks are sequences of frames: 4 bytes of length (little-endian),
// then an encoded Batch. Visits them; an error when the bytes do not add up.
Result<void> for_each_frame(std::string_view bytes,
                            std::function<Result<void>(std::string_view)> const& visit);

// Keys of the index.
std::string run_key(std::string_view run);
std::string history_key(std::string_view run, std::uint32_t chunk);
std::string time_key(Time started, std::string_view run);

}  // namespace skald::runtime
