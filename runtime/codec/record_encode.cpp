// Facts to bytes. The hot path of the engine: one arena per batch, one pass, no text is copied
// twice.

#include <array>
#include <span>
#include <unordered_map>

#include "base/assert.hpp"
#include "record.pb.h"
#include "runtime/codec/lock_codec.hpp"
#include "runtime/codec/record_codec.hpp"
#include "runtime/codec/schedule_codec.hpp"
#include "runtime/codec/value_text.hpp"

namespace skald::runtime {
namespace {

namespace pb = journal;

template <class Id>
std::uint32_t number(Id id) {
  return id.value + 1;  // none wraps to 0
}

// Microseconds from `from` to `to`; wraps instead of overflowing.
std::int64_t between(Time from, Time to) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(to.us) -
                                   static_cast<std::uint64_t>(from.us));
}

// The values of one group. A value that stands behind several records is written once; the last
// few are looked at, since sharing is between neighbours (answer, output, next input).
class Values {
 public:
  explicit Values(pb::Group& group) : group_(group) {}

  std::uint32_t add(Json const& value) {
    if (value.is_null()) return 0;
    auto const limit = seen_ < recent_.size() ? seen_ : recent_.size();
    for (std::size_t i = 0; i < limit; ++i) {
      auto const& [known, index] = recent_[(seen_ - 1 - i) % recent_.size()];
      if (known->same(value)) return index;
    }
    append_value(*group_.add_values(), value);
    auto const index = static_cast<std::uint32_t>(group_.values_size());
    recent_[seen_++ % recent_.size()] = {&value, index};
    return index;
  }

 private:
  pb::Group& group_;
  std::array<std::pair<Json const*, std::uint32_t>, 8> recent_{};
  std::size_t seen_ = 0;
};

void put(pb::Cause& out, Cause const& cause, Values& values) {
  out.set_kind(static_cast<pb::Cause::Kind>(cause.kind));
  out.set_error(values.add(cause.error));
  if (!cause.reason.empty()) out.set_reason(cause.reason);
  if (!cause.actor.empty()) out.set_actor(cause.actor);
}

void put(pb::Answer& out, saga::Answer const& answer, Values& values) {
  out.set_kind(static_cast<pb::Answer::Kind>(answer.kind));
  out.set_status(answer.status);
  out.set_output(values.add(answer.output));
  if (!answer.message.empty()) out.set_message(answer.message);
  if (answer.retry_after) out.set_retry_after(answer.retry_after->us);
  out.set_invalid(answer.invalid);
  if (!answer.unoffered.empty()) out.set_unoffered(answer.unoffered);
  if (answer.ongoing) out.set_ongoing(answer.ongoing->us);
}

void put(pb::Parent& out, Parent const& parent) {
  out.set_run(parent.run);
  out.set_activation(number(parent.activation));
  out.set_attempt(parent.attempt);
  out.set_one_way(parent.one_way);
  out.set_keeps(parent.keeps);
}

// Writes one fact into its field of pb::Record.
struct Encoder {
  pb::Record& out;
  Values& values;
  Time at;

  std::int64_t moment(Time time) const { return between(at, time); }

  void operator()(RunStarted const& r) const {
    auto& o = *out.mutable_run_started();
    o.set_graph(r.graph);
    o.set_workflow(r.workflow);
    o.set_start_key(r.start_key);
    o.set_body_digest(r.body_digest);
    o.set_input(values.add(r.input));
    o.set_data(values.add(r.data));
    if (r.deadline) o.set_deadline(moment(*r.deadline));
    if (r.parent) put(*o.mutable_parent(), *r.parent);
  }
  void operator()(TaskSkipped const& r) const {
    auto& o = *out.mutable_task_skipped();
    o.set_scope(number(r.scope));
    o.set_task(number(r.task));
  }
  void operator()(TaskEntered const& r) const {
    auto& o = *out.mutable_task_entered();
    o.set_activation(number(r.activation));
    o.set_scope(number(r.scope));
    o.set_task(number(r.task));
    o.set_number(r.number);
    o.set_input(values.add(r.input));
    o.set_detail(values.add(r.detail));
    if (r.deadline) o.set_deadline(moment(*r.deadline));
    if (r.attempt_deadline) o.set_attempt_deadline(moment(*r.attempt_deadline));
    if (r.pass_deadline) o.set_pass_deadline(moment(*r.pass_deadline));
  }
  void operator()(AttemptStarted const& r) const {
    started(*out.mutable_attempt_started(), r.activation, r.attempt, r.deadline);
  }
  void operator()(AttemptResent const& r) const {
    started(*out.mutable_attempt_resent(), r.activation, r.attempt, r.deadline);
  }
  void operator()(AttemptEnded const& r) const {
    auto& o = *out.mutable_attempt_ended();
    o.set_activation(number(r.activation));
    o.set_attempt(r.attempt);
    put(*o.mutable_answer(), r.answer, values);
    o.set_outcome(static_cast<pb::Outcome>(r.outcome));
    if (r.retry_at) o.set_retry_at(moment(*r.retry_at));
    o.set_late(r.late);
    o.set_beyond(r.beyond);
  }
  void operator()(TaskCompleted const& r) const {
    auto& o = *out.mutable_task_completed();
    o.set_activation(number(r.activation));
    o.set_output(values.add(r.output));
    if (r.context) o.set_context(values.add(*r.context));
    if (r.then.kind == graph::Then::Kind::next) return;
    o.mutable_then()->set_kind(static_cast<pb::Then::Kind>(r.then.kind));
    o.mutable_then()->set_target(number(r.then.target));
  }
  void operator()(ItemStarted const& r) const {
    out.mutable_item_started()->set_activation(number(r.activation));
    out.mutable_item_started()->set_index(r.index);
  }
  void operator()(ScopeEnded const& r) const {
    auto& o = *out.mutable_scope_ended();
    o.set_scope(number(r.scope));
    o.set_output(values.add(r.output));
    if (r.context) o.set_context(values.add(*r.context));
  }
  void operator()(EventTaken const& r) const {
    auto& o = *out.mutable_event_taken();
    o.set_activation(number(r.activation));
    o.set_filter(r.filter);
    o.set_event(values.add(r.event));
    o.set_learned(values.add(r.learned));
  }
  void operator()(EventPublished const& r) const {
    out.mutable_event_published()->set_activation(number(r.activation));
  }
  void operator()(ChildStarted const& r) const {
    auto& o = *out.mutable_child_started();
    o.set_activation(number(r.activation));
    o.set_attempt(r.attempt);
    o.set_workflow(r.workflow);
    o.set_graph(r.graph);
  }
  void operator()(ChildEnded const& r) const {
    auto& o = *out.mutable_child_ended();
    o.set_activation(number(r.activation));
    o.set_status(static_cast<pb::RunEnded::Status>(r.status));
    o.set_output(values.add(r.output));
    o.set_error(values.add(r.error));
    o.set_undoable(r.undoable);
    if (r.retry_at) o.set_retry_at(moment(*r.retry_at));
  }
  void operator()(Stopping const& r) const {
    auto& o = *out.mutable_stopping();
    o.set_unwinding(number(r.unwinding));
    for (auto const scope : r.scopes) o.add_scopes(number(scope));
    o.set_handler(number(r.handler));
    put(*o.mutable_cause(), r.cause, values);
    o.set_next(static_cast<pb::Stopping::Next>(r.next));
    o.set_retry_delay(r.retry_delay.us);
  }
  void operator()(PlanRecorded const& r) const {
    auto& o = *out.mutable_plan_recorded();
    o.set_unwinding(number(r.unwinding));
    for (auto const undo : r.undos) o.add_undos(number(undo));
    for (auto const gate : r.waits_for) o.add_waits_for(gate);
    for (auto const gate : r.opens) o.add_opens(gate);
  }
  void operator()(PlanAmended const& r) const {
    out.mutable_plan_amended()->set_unwinding(number(r.unwinding));
    out.mutable_plan_amended()->set_undoes(number(r.undoes));
  }
  void operator()(UndoStarted const& r) const {
    out.mutable_undo_started()->set_unwinding(number(r.unwinding));
    out.mutable_undo_started()->set_index(r.index);
  }
  void operator()(UndoEnded const& r) const {
    auto& o = *out.mutable_undo_ended();
    o.set_unwinding(number(r.unwinding));
    o.set_index(r.index);
    o.set_result(static_cast<pb::UndoEnded::Result>(r.result));
    put_words(o, r);
  }
  void operator()(Unwound const& r) const {
    auto& o = *out.mutable_unwound();
    o.set_unwinding(number(r.unwinding));
    if (r.retry_at) o.set_retry_at(moment(*r.retry_at));
  }
  void operator()(TryRestarted const& r) const {
    auto& o = *out.mutable_try_restarted();
    o.set_activation(number(r.activation));
    if (r.deadline) o.set_deadline(moment(*r.deadline));
  }
  void operator()(RunSuspended const& r) const {
    auto& o = *out.mutable_run_suspended();
    o.set_activation(number(r.activation));
    o.set_scope(number(r.scope));
    put_words(o, r);
    o.set_with_parent(r.with_parent);
  }
  void operator()(RunResumed const& r) const {
    out.mutable_run_resumed()->set_reason(r.reason);
    out.mutable_run_resumed()->set_actor(r.actor);
  }
  void operator()(RunEnded const& r) const { ended(*out.mutable_run_ended(), r); }
  void operator()(PivotPassed const& r) const {
    out.mutable_pivot_passed()->set_activation(number(r.activation));
  }
  void operator()(StopHeld const& r) const {
    out.mutable_stop_held()->set_activation(number(r.activation));
    put(*out.mutable_stop_held()->mutable_cause(), r.cause, values);
  }
  void operator()(FinallyStarted const& r) const {
    ended(*out.mutable_finally_started()->mutable_end(), r.end);
  }

  void operator()(StepRetried const& r) const { step(*out.mutable_step_retried(), r); }
  void operator()(StepReplaced const& r) const { step(*out.mutable_step_replaced(), r); }
  void operator()(StepCompleted const& r) const {
    auto& o = *out.mutable_step_completed();
    o.set_activation(number(r.activation));
    o.set_output(values.add(r.output));
    put_words(o, r);
  }
  void operator()(AttemptParked const& r) const {
    out.mutable_attempt_parked()->set_activation(number(r.activation));
  }
  void operator()(CallbackAwaited const& r) const {
    out.mutable_callback_awaited()->set_activation(number(r.activation));
  }
  void operator()(AttemptOngoing const& r) const {
    auto& o = *out.mutable_attempt_ongoing();
    o.set_activation(number(r.activation));
    o.set_attempt(r.attempt);
    o.set_status(r.status);
    o.set_again_at(moment(r.again_at));
  }
  void operator()(ProbeStarted const& r) const {
    out.mutable_probe_started()->set_activation(number(r.activation));
  }
  void operator()(ProbeEnded const& r) const {
    auto& o = *out.mutable_probe_ended();
    o.set_activation(number(r.activation));
    o.set_outcome(static_cast<pb::Outcome>(r.outcome));
    o.set_output(values.add(r.output));
    if (!r.message.empty()) o.set_message(r.message);
  }
  void operator()(LockWanted const& r) const {
    auto& o = *out.mutable_lock_wanted();
    o.set_activation(number(r.activation));
    o.set_scope(number(r.scope));
    o.set_task(number(r.task));
    o.set_name(r.name);
    o.set_input(values.add(r.input));
    if (r.deadline) o.set_deadline(moment(*r.deadline));
  }
  void operator()(LockTaken const& r) const {
    out.mutable_lock_taken()->set_activation(number(r.activation));
  }
  void operator()(LockGivenUp const& r) const {
    auto& o = *out.mutable_lock_given_up();
    o.set_activation(number(r.activation));
    o.set_refused(r.refused);
    o.set_error(values.add(r.error));
  }
  void operator()(LockWithdrawn const& r) const {
    out.mutable_lock_withdrawn()->set_activation(number(r.activation));
  }
  void operator()(StopLifted const& r) const {
    out.mutable_stop_lifted()->set_unwinding(number(r.unwinding));
    put_words(*out.mutable_stop_lifted(), r);
  }

 private:
  void ended(pb::RunEnded& o, RunEnded const& r) const {
    o.set_status(static_cast<pb::RunEnded::Status>(r.status));
    o.set_output(values.add(r.output));
    o.set_error(values.add(r.error));
    if (!r.reason.empty()) o.set_reason(r.reason);
    if (!r.actor.empty()) o.set_actor(r.actor);
  }
  // An operator's reason and name.
  template <class Theirs, class Ours>
  static void put_words(Theirs& o, Ours const& r) {
    if (!r.reason.empty()) o.set_reason(r.reason);
    if (!r.actor.empty()) o.set_actor(r.actor);
  }
  template <class Fact>
  static void step(pb::StepRetried& o, Fact const& r) {
    o.set_activation(number(r.activation));
    o.set_scope(number(r.scope));
    put_words(o, r);
  }
  void started(pb::AttemptStarted& o, ActivationId activation, std::uint32_t attempt,
               Time deadline) const {
    o.set_activation(number(activation));
    o.set_attempt(attempt);
    o.set_deadline(moment(deadline));
  }
};

// One group: facts of a run that are numbered without a gap.
template <class RecordAt>
void put_group(pb::Group& out, std::string const& run, std::uint64_t first, std::size_t count,
               RecordAt record_at) {
  Values values(out);
  Time before = record_at(0).at;
  out.set_first_sequence(first);
  out.set_at(before.us);
  for (std::size_t i = 0; i < count; ++i) {
    Record const& fact = record_at(i);
    auto& record = *out.add_records();
    record.set_after(between(before, fact.at));
    before = fact.at;
    if (auto const* started = std::get_if<RunStarted>(&fact.body)) {
      SKALD_ASSERT(started->run == run, "a RunStarted of another run");
    }
    std::visit(Encoder{record, values, fact.at}, fact.body);
  }
}

std::size_t neighbours(std::span<Entry const> entries) {
  std::size_t count = 1;
  while (count < entries.size() && entries[count].run == entries[0].run &&
         entries[count].sequence == entries[0].sequence + count) {
    ++count;
  }
  return count;
}

void put_entries(pb::Batch& out, std::span<Entry const> entries) {
  std::unordered_map<std::string_view, std::uint32_t> runs;
  while (!entries.empty()) {
    auto const count = neighbours(entries);
    auto const& run = entries.front().run;
    auto const [place, added] = runs.try_emplace(run, static_cast<std::uint32_t>(out.runs_size()));
    if (added) out.add_runs(run);
    auto& group = *out.add_groups();
    group.set_run(place->second);
    put_group(group, run, entries.front().sequence, count,
              [&](std::size_t i) -> Record const& { return entries[i].record; });
    entries = entries.subspan(count);
  }
}

void put_rest(pb::Batch& out, Batch const& batch) {
  for (auto const& deployed : batch.deployments) {
    auto& o = *out.add_deployments();
    o.set_workflow(deployed.workflow);
    o.set_digest(deployed.digest);
    o.set_source(deployed.source);
    o.set_source_name(deployed.source_name);
    o.set_graph(deployed.graph);
    o.set_at(deployed.at.us);
  }
  for (auto const& fact : batch.schedules) put_schedule_fact(*out.add_schedules(), fact);
  for (auto const& fact : batch.locks) put_lock_fact(*out.add_locks(), fact);
  for (auto const& received : batch.events) {
    auto& o = *out.add_events();
    append_value(*o.mutable_event(), received.event);
    o.set_at(received.at.us);
    for (auto const& sink : received.sinks) o.add_sinks(sink);
    o.set_run(received.run);
    o.set_step(received.step);
  }
  for (auto const& sent : batch.sent) {
    auto& o = *out.add_sent();
    o.set_sink(sent.sink);
    o.set_event(sent.event);
    o.set_at(sent.at.us);
    o.set_refused(sent.refused);
  }
}

}  // namespace

void Batch::clear() {
  entries.clear();
  deployments.clear();
  events.clear();
  schedules.clear();
  locks.clear();
  sent.clear();
}

namespace {

// Appends what `fill` puts into a message, whose memory is on the stack unless it is large.
template <class Fill>
void append_message(std::string& out, Fill fill) {
  alignas(16) std::array<char, 16 * 1024> block;
  google::protobuf::ArenaOptions options;
  options.initial_block = block.data();
  options.initial_block_size = block.size();
  google::protobuf::Arena arena(options);
  auto& message = *google::protobuf::Arena::CreateMessage<pb::Batch>(&arena);
  fill(message);
  message.AppendPartialToString(&out);
}

}  // namespace

void encode(Batch const& batch, std::string& out) {
  append_message(out, [&](pb::Batch& message) {
    put_entries(message, batch.entries);
    put_rest(message, batch);
  });
}

void encode_turn(std::string const& run, std::uint64_t first, std::span<Record const> records,
                 std::string& out) {
  if (records.empty()) return;
  append_message(out, [&](pb::Batch& message) {
    message.add_runs(run);
    auto& group = *message.add_groups();
    group.set_run(0);
    put_group(group, run, first, records.size(),
              [&](std::size_t i) -> Record const& { return records[i]; });
  });
}

std::string encode(Batch const& batch) {
  std::string out;
  encode(batch, out);
  return out;
}

}  // namespace skald::runtime
