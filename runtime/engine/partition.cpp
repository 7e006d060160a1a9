#include "runtime/engine/partition.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.hpp"
#include "base/json_bounds.hpp"
#include "runtime/engine/partition_slot.hpp"
#include "runtime/machine/tree.hpp"
#include "runtime/view/run_view.hpp"

namespace skald::runtime {
namespace {

// Handles carry their partition, so that an answer finds its way back.
constexpr unsigned kPartitionShift = 48;
// A fact of a schedule may have 20 MiB: far enough below what the journal takes at once.
constexpr std::size_t kFrameBytes = std::size_t{24} << 20U;

constexpr std::size_t kShortHistory = 1024;  // bytes; that of three steps has 600 to 900

void append_frame(std::string& out, std::string_view frame) {
  auto const size = static_cast<std::uint32_t>(frame.size());
  std::array<char, 4> head{};
  for (unsigned i = 0; i < 4; ++i) head[i] = static_cast<char>((size >> (8 * i)) & 0xffU);
  out.append(head.data(), head.size());
  out += frame;
}

}  // namespace

Partition::Partition(PartitionOptions options, PartitionPorts ports)
    : options_(options),
      ports_(std::move(ports)),
      events_(options_.events),
      outbox_(options_.outbox, std::uint64_t{options_.number} << kPartitionShift, outbox_ports()),
      schedules_({[this](std::vector<ScheduleFact> facts) {
                    Batch batch;
                    batch.schedules = std::move(facts);
                    add_frame(encode(batch));
                  },
                  [this](std::function<void()> action) { after_durable(std::move(action)); },
                  ports_.graph, ports_.launch, ports_.watch},
                 options_.events.age, options_.limits, options_.schedules),
      locks_(lock_ports()),
      next_handle_((std::uint64_t{options_.number} << kPartitionShift) + 1),
      random_(options_.seed) {}

Partition::~Partition() = default;

Partition::Slot* Partition::find(std::string const& run) const {
  auto const at = runs_.find(run);
  return at == runs_.end() ? nullptr : at->second.get();
}

Partition::Slot* Partition::find(std::uint64_t handle) const {
  auto const at = handles_.find(handle);
  return at == handles_.end() ? nullptr : at->second;
}

Partition::Slot& Partition::make_slot(std::string run, GraphPtr graph) {
  auto slot = std::make_unique<Slot>();
  slot->handle = next_handle_++;
  slot->graph = std::move(graph);
  auto& result = *slot;
  handles_[result.handle] = slot.get();
  runs_[std::move(run)] = std::move(slot);
  ++live_;
  return result;
}

Lsn Partition::current_lsn() const {
  return {appended_.value + (payload_.empty() ? 0 : 1)};
}

void Partition::after_durable(Action action) {
  actions_.push_back({current_lsn(), std::move(action)});
}

// --- commands

void Partition::deploy(Deployed const& deployment, Done done) {
  Batch batch;
  batch.deployments.push_back(deployment);
  add_frame(encode(batch));
  after_durable([done = std::move(done)] { done({}); });
}

void Partition::start(StartCommand command, Time now, StartDone done) {
  auto refuse = [&](std::string const& workflow, std::string const& digest) {
    auto const ns_name = command.graph->id.ns + "/" + command.graph->id.name + "/";
    bool const same = workflow.starts_with(ns_name) && digest == command.body_digest;
    if (same) {
      after_durable([done, run = command.run] { done(StartReply{run, false}); });
    } else {
      after_durable([done, run = command.run] {
        done(Error{ErrorCode::conflict,
                   "run '" + run + "' has been started before, with another input or workflow",
                   "use another id or Idempotency-Key for another start"});
      });
    }
  };
  if (auto const* slot = find(command.run)) {
    return refuse(slot->state.workflow, slot->state.body_digest);
  }
  // An index that can not answer must not be taken for one that does not know the run.
  auto const known = summary(command.run);
  if (!known.ok()) return done(known.error());
  if (!known->is_null()) {
    return refuse(std::string((*known)["workflow"].as_string()),
                  std::string((*known)["bodyDigest"].as_string()));
  }
  if (live_ >= options_.max_live_runs) {
    return done(Error{ErrorCode::overloaded,
                      "there are " + std::to_string(live_) + " live runs, the limit",
                      "try again later, or raise max_live_runs"});
  }
  if (ports_.journal.space() != Space::ok) {
    return done(Error{ErrorCode::no_space, "the disk is full: no new runs are taken",
                      "make room; running compensations go on, and starts resume by themselves"});
  }
  auto& slot = make_slot(command.run, command.graph);
  auto const run = command.run;
  StartRun input{std::move(command.run), std::move(command.digest), std::move(command.start_key),
                 std::move(command.body_digest), std::move(command.input)};
  apply(slot, std::move(input), now);
  after_durable([done = std::move(done), run] { done(StartReply{run, true}); });
  drain(now);
}

void Partition::answer(AttemptId attempt, saga::Answer answer, Time now, bool more) {
  if (attempt.run == outbox_.handle()) return delivered(attempt, answer, now);
  auto* slot = find(attempt.run);
  if (slot == nullptr) return;
  ActivationId const activation{attempt.activation};
  JsonBounds const bounds{options_.limits.value_bytes, options_.limits.value_depth};
  if (auto fault = bounds_fault(answer.output, bounds); !fault.empty()) {
    answer.kind = saga::Answer::Kind::failed;
    answer.invalid = true;  // it would be as large again
    answer.message = "the answer can not be kept: " + std::move(fault);
    answer.output = nullptr;
  }
  // What comes late may have to be undone, so the run stays in memory until it has come.
  bool withdrawn = false;
  if (!more) {
    slot->sent.erase({activation, attempt.attempt});
    withdrawn = slot->withdrawn.erase({activation, attempt.attempt}) > 0;
  }
  // The stop was taken back while the call was being withdrawn: it is made after all.
  bool const again = withdrawn && answer.kind == saga::Answer::Kind::not_sent &&
                     slot->is_open(activation, attempt.attempt) && !slot->state.held &&
                     !stopped(slot->state, slot->state.activations.at(activation).scope);
  if (again) {
    follow_effects(*slot, std::set{activation});
  } else {
    apply(*slot, AttemptAnswered{activation, attempt.attempt, std::move(answer)}, now);
  }
  drain(now);
}

void Partition::offered(std::string const& function, Time now) {
  auto const waiting = unoffered_.extract(function);
  if (waiting.empty()) return;
  for (auto const& [handle, activation] : waiting.mapped()) {
    auto* slot = find(handle);
    if (slot == nullptr) continue;
    slot->parked.erase(activation);
    apply(*slot, FunctionOffered{activation}, now);
  }
  drain(now);
}

void Partition::event(Json event, Time now, EventDone done) {
  prune_events(now);
  EventReply reply;
  reply.repeated = !events_.add(event, now);
  if (reply.repeated && !emitted_.empty()) emitted_.erase(event_identity(event));
  if (!reply.repeated) {
    keep_event(event, now);
    auto const& type = event["type"];
    std::set<std::uint64_t> handles;
    for (auto const name : {std::string_view(), type.is_string() ? type.as_string() : ""}) {
      auto const found = subscribers_.find(std::string(name));
      if (found != subscribers_.end()) handles.insert(found->second.begin(), found->second.end());
    }
    for (auto const handle : handles) {
      auto* slot = find(handle);
      auto const address = address_of(event);
      if (slot == nullptr || (!address.empty() && address != slot->state.run)) continue;
      if (apply(*slot, EventArrived{event}, now).empty()) ++reply.delivered;
    }
    drain(now);
  }
  after_durable([done = std::move(done), reply] { done(reply); });
}

// What schedules make of an event repeats it, so it may take several frames. The event is in the
// last of them: without it, its publisher was not answered and publishes it again, and a schedule
// that had taken it names its run by the events, so it starts it once.
void Partition::keep_event(Json const& event, Time now) {
  auto const facts = schedules_.take(event, now);
  Batch batch;
  std::size_t bytes = 0;
  for (auto const& fact : facts) {
    bytes += value_bytes(fact);
    if (bytes > kFrameBytes && !batch.schedules.empty()) {
      add_frame(encode(std::exchange(batch, {})));
      bytes = value_bytes(fact);
    }
    batch.schedules.push_back(fact);
  }
  batch.events.push_back(received(event, now));
  add_frame(encode(batch));
  schedules_.follow(facts);
  if (batch.events.back().sinks.empty()) return;
  after_durable([this, owed = std::move(batch.events.back())] {
    outbox_.owe(owed);
    outbox_.send(now_);
  });
}

void Partition::event_accepted(std::uint64_t run, ActivationId activation, Time now) {
  auto* slot = find(run);
  if (slot == nullptr) return;
  slot->publishing.erase(activation);
  apply(*slot, EventAccepted{activation}, now);
  drain(now);
}

// A run that is not in memory has ended, or never was.
Error Partition::not_live(std::string const& run) const {
  auto const known = summary(run);
  if (!known.ok()) return known.error();
  if (!known->is_null()) return run_has_ended(report_of_summary(*known));
  return {ErrorCode::not_found, "there is no run '" + run + "'", "`skald ls` lists the runs"};
}

void Partition::command(std::string const& run, InputBody input, Time now, Done done) {
  auto* slot = find(run);
  if (slot == nullptr) return done(not_live(run));
  auto ignored = apply(*slot, std::move(input), now);
  if (!ignored.empty()) {
    return done(Error{ErrorCode::failed_precondition, std::move(ignored), ""});
  }
  after_durable([done = std::move(done)] { done({}); });
  drain(now);
}

void Partition::cancel(std::string const& run, std::string reason, std::string actor, Time now,
                       Done done) {
  command(run, CancelRun{std::move(reason), std::move(actor)}, now, std::move(done));
}

void Partition::kill(std::string const& run, std::string reason, std::string actor, Time now,
                     Done done) {
  command(run, KillRun{std::move(reason), std::move(actor)}, now, std::move(done));
}

void Partition::resume(std::string const& run, std::string reason, std::string actor, Time now,
                       Done done) {
  Operation operation;
  operation.verb = Verb::resume;
  operation.reason = std::move(reason);
  operation.actor = std::move(actor);
  operate(run, operation, now, [done = std::move(done)](Result<Json> effect) {
    done(effect.ok() ? Result<void>() : std::move(effect).error());
  });
}

void Partition::call_back(std::string const& run, ActivationId activation, saga::Answer answer,
                          Time now, Done done) {
  command(run, CalledBack{activation, std::move(answer)}, now, std::move(done));
}

void Partition::tick(Time now) {
  now_ = std::max(now_, now);
  while (!timers_.empty() && timers_.begin()->first <= now) {
    auto* slot = find(timers_.begin()->second);
    SKALD_ASSERT(slot != nullptr, "a timer of a run that is gone");
    auto const before = slot->state.records;
    apply(*slot, TimePassed{}, now);
    SKALD_ASSERT(slot->state.records > before, "a timer that does not go off");
    drain(now);
  }
  schedules_.tick(now);
  outbox_.send(now_);
  // Runs that reached the budget of a turn go on here, one turn each, so that others get theirs.
  for (auto const handle : std::exchange(continuing_, {})) {
    auto* slot = find(handle);
    if (slot == nullptr) continue;
    slot->continuing = false;
    apply(*slot, Continue{}, now);
    drain(now);
  }
}

// --- facts and effects

std::string Partition::apply(Slot& slot, InputBody body, Time now) {
  submit_outgoing();  // a fact may come to stop them
  now_ = std::max(now_, now);
  random_ = random_ * 6364136223846793005ULL + 1442695040888963407ULL;
  if (auto const* resume = std::get_if<ResumeRun>(&body)) {
    slot.resumed = {resume->reason, resume->actor};
  }
  auto turn = advance(*slot.graph, slot.state, Input{now_, random_, std::move(body)},
                      options_.limits, std::exchange(records_, {}));
  if (turn.records.empty()) return std::move(turn.ignored);
  auto const changed = slot.followed ? touched(slot.state, turn.records) : std::nullopt;
  keep(slot, turn.records);
  turn.records.clear();
  records_ = std::move(turn.records);
  follow_effects(slot, changed);
  set_timer(slot);
  index_run(slot);
  tell_ancestors(slot);
  if (slot.state.status == RunStatus::ended) on_end(slot);
  if (!slot.watchers.empty() ||
      (slot.state.status == RunStatus::suspended && !slot.waiters.empty())) {
    notify_when_durable(slot);
  }
  return {};
}

void Partition::drain(Time now) {
  while (!todo_.empty()) {
    auto [handle, input] = std::move(todo_.front());
    todo_.pop_front();
    auto* slot = find(handle);
    if (slot == nullptr) continue;
    if (is_withdrawn(*slot)) {
      --live_;
      drop(handle);
    } else {
      // A restart may stop a run before the turn in which it would have written down who has begun.
      bool const stops = std::holds_alternative<CancelRun>(input);
      if (stops)
        std::ranges::for_each(begun_children(*slot), [&](auto& it) { apply(*slot, it, now); });
      apply(*slot, std::move(input), now);
    }
  }
}

void Partition::keep(Slot& slot, std::vector<Record> const& records) {
  for (auto const& record : records) last_recorded_ = std::max(last_recorded_, record.at);
  frame_.clear();
  encode_turn(slot.state.run, slot.state.records - records.size() + 1, records, frame_);
  add_frame(frame_);
  add_history(slot, frame_);
  slot.last = current_lsn();
  auto const lifts = [](Record const& record) {
    return std::holds_alternative<StopLifted>(record.body);
  };
  if (std::any_of(records.begin(), records.end(), lifts)) lifted_ = slot.last;
}

// Readers take the open chunk from the memory, so the index needs it only when it is full or when
// the run is over. (What comes late behind the end writes it once more.)
void Partition::add_history(Slot& slot, std::string_view frame) {
  if (slot.chunk.capacity() < kShortHistory) slot.chunk.reserve(kShortHistory);
  append_frame(slot.chunk, frame);
  bool const full = slot.chunk.size() >= options_.history_chunk_bytes;
  if (!full && slot.state.status != RunStatus::ended) return;
  puts_.emplace_back(history_key(slot.state.run, slot.chunk_number), slot.chunk);
  if (!full) return;
  slot.chunk.clear();
  ++slot.chunk_number;
}

namespace {

saga::Answer nowhere_to_call_back() {
  saga::Answer answer;
  answer.kind = saga::Answer::Kind::not_sent;
  answer.message =
      "it awaits a callback, and nobody can call back: serve with --public-url "
      "(EngineOptions::callback_url)";
  return answer;
}

}  // namespace

void Partition::release_when_durable(std::uint64_t handle, CallEffect effect) {
  after_durable([this, handle, call = std::move(effect)]() mutable {
    release_call(handle, std::move(call));
  });
}

// The attempt's record is durable: it is sent, unless its scope has begun to stop meanwhile.
void Partition::release_call(std::uint64_t handle, CallEffect effect) {
  auto* slot = find(handle);
  if (slot == nullptr || closing_) return;
  if (lifted_ > durable_) {  // the log may still say that its scope stops
    return release_when_durable(handle, std::move(effect));
  }
  AttemptId const id{handle, effect.activation.value, effect.attempt};
  auto const at = slot->state.activations.find(effect.activation);
  bool const open = at != slot->state.activations.end() && at->second.phase == Phase::open &&
                    at->second.attempt == effect.attempt;
  if (!open) {
    slot->sent.erase({effect.activation, effect.attempt});
    slot->withdrawn.erase({effect.activation, effect.attempt});
    return;
  }
  if (stopped(slot->state, at->second.scope)) {
    saga::Answer withdrawn;
    withdrawn.kind = saga::Answer::Kind::not_sent;
    withdrawn.message = "withdrawn before it was sent";
    return answer(id, std::move(withdrawn), now_);
  }
  CallRequest request;
  request.id = id;
  request.function = std::move(effect.function);
  request.with = std::move(effect.with);
  request.timeout = std::max(effect.deadline - now_, Duration::from_ms(1));
  request.key = std::move(effect.key);
  request.run = slot->state.run;
  request.step = std::move(effect.step);
  request.attempt = effect.attempt;
  request.direction = effect.direction;
  request.undoes = std::move(effect.undoes);
  request.probes = std::move(effect.probes);
  request.undo = std::move(effect.undo);
  if (effect.callback) {
    if (ports_.callback_url) request.callback = ports_.callback_url(request.run, effect.activation);
    if (request.callback.empty()) return answer(id, nowhere_to_call_back(), now_);
  }
  outgoing_.push_back(std::move(request));
}

void Partition::submit_outgoing() {
  if (!outgoing_.empty()) ports_.executor.submit_all(std::exchange(outgoing_, {}));
}

void Partition::set_timer(Slot& slot) {
  auto const next = runtime::next_deadline(slot.state);
  if (next == slot.timer) return;
  if (slot.timer) timers_.erase({*slot.timer, slot.handle});
  if (next) timers_.insert({*next, slot.handle});
  slot.timer = next;
}

void Partition::index_run(Slot& slot) {
  auto const word = status_of(slot);
  if (slot.indexed_status == word && slot.state.status != RunStatus::ended) return;
  if (slot.indexed_status.empty()) {
    puts_.emplace_back(time_key(slot.state.started, slot.state.run), slot.state.workflow);
  }
  slot.indexed_status = word;
  puts_.emplace_back(run_key(slot.state.run), summary_text(slot.state, word));
}

void Partition::prune_events(Time now) {
  events_.prune(now, [this](std::string const& run) {
    auto const* slot = find(run);
    return slot != nullptr && slot->state.status != RunStatus::ended;
  });
}

void Partition::on_end(Slot& slot) {
  events_.forget_run(slot.state.run);
  if (slot.counted) --live_;
  slot.counted = false;
  if (!slot.subscriptions.empty()) {
    for (auto& [type, handles] : subscribers_) handles.erase(slot.handle);
    slot.subscriptions.clear();
  }
  close_child(slot);
  report_child(slot);
  if (!keeps_for_parent(slot)) {
    retired_.emplace_back(current_lsn(), slot.handle);
    release_children(slot, current_lsn());
  }
  if (!slot.waiters.empty() || !slot.at_end.empty()) notify_when_durable(slot);
}

void Partition::notify_when_durable(Slot const& slot) {
  after_durable(
      [this, handle = slot.handle, records = slot.state.records] { notify(handle, records); });
}

// The memory may be ahead of the disk: of an end that is not durable nobody hears.
void Partition::notify(std::uint64_t handle, std::uint64_t records) {
  auto* slot = find(handle);
  if (slot == nullptr) return;
  auto const watchers = slot->watchers;
  for (auto const& [ticket, changed] : watchers) changed(records);
  if (slot->waiters.empty() && slot->at_end.empty()) return;
  auto const report = report_of_slot(*slot);
  if (!report.over) return;
  if (slot->last > durable_) return notify_when_durable(*slot);
  for (auto& [ticket, done] : std::exchange(slot->waiters, {})) done(report);
  if (slot->state.status != RunStatus::ended) return;
  for (auto const& done : std::exchange(slot->at_end, {})) done();
}

// --- the journal

void Partition::add_frame(std::string_view frame) {
  if (!payload_.empty() && payload_.size() + frame.size() > options_.entry_bytes) flush();
  append_frame(payload_, frame);
}

void Partition::flush() {
  if (payload_.empty()) return;
  auto const size = payload_.size();
  auto const lsn = ports_.journal.append(std::exchange(payload_, {}));
  payload_.reserve(size);  // the next is about as large
  SKALD_ASSERT(lsn.value == appended_.value + 1, "the journal numbers without gaps");
  appended_ = lsn;
  actions_.push_back({lsn, [this, lsn, puts = std::exchange(puts_, {})]() mutable {
                        ports_.index.apply(std::move(puts), lsn);
                      }});
}

void Partition::release_last(Lsn durable) {
  closing_ = true;
  release(durable);
}

void Partition::release(Lsn durable) {
  durable_ = std::max(durable_, durable);
  while (!actions_.empty() && actions_.front().lsn <= durable) {
    auto const action = std::move(actions_.front().action);
    actions_.pop_front();
    action();
  }
  submit_outgoing();
  retire(durable);
}

// Ended runs leave the memory once the index knows them to their last fact (one may have opened
// again, and ended once more), no attempt can still answer, and all who asked have been told.
void Partition::retire(Lsn durable) {
  auto const indexed = ports_.index.applied();
  for (auto count = retired_.size(); count > 0; --count) {
    auto const [lsn, handle] = retired_.front();
    if (lsn > durable || lsn > indexed) return;
    retired_.pop_front();
    auto* slot = find(handle);
    if (slot == nullptr || slot->state.status != RunStatus::ended) continue;
    bool const asked = !slot->watchers.empty() || !slot->waiters.empty() || !slot->at_end.empty();
    bool const known = slot->last <= lsn;
    if (known && slot->sent.empty() && slot->state.owed.empty() && !asked) {
      drop(handle);
    } else {
      retired_.emplace_back(std::max(lsn, slot->last), handle);
    }
  }
}

void Partition::drop(std::uint64_t handle) {
  auto* slot = find(handle);
  if (slot->timer) timers_.erase({*slot->timer, handle});
  unresolved_.erase(handle);
  auto const run = slot->state.run;
  while (!slot->parked.empty()) unpark(*slot, slot->parked.begin()->first);
  handles_.erase(handle);
  runs_.erase(run);
}

std::optional<Time> Partition::next_deadline() const {
  auto next = schedules_.next_deadline();
  if (!timers_.empty() && (!next || timers_.begin()->first < *next)) next = timers_.begin()->first;
  if (auto const send = outbox_.next_deadline(); send && (!next || *send < *next)) next = send;
  return next;
}

}  // namespace skald::runtime
