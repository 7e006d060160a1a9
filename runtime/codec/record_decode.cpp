// Bytes to facts. Nothing in the bytes is trusted: what does not fit is corrupt, what is not known
// is from a newer skald.

#include <algorithm>
#include <cstdint>
#include <utility>

#include "record.pb.h"
#include "runtime/codec/lock_codec.hpp"
#include "runtime/codec/record_codec.hpp"
#include "runtime/codec/schedule_codec.hpp"
#include "runtime/codec/value_text.hpp"

namespace skald::runtime {
namespace {

namespace pb = journal;

// The enums of the machine and of the format have the same numbers. Whoever moves one of the
// former finds out here, before a journal is read wrongly.
template <class Ours, class Theirs>
constexpr bool same(Ours ours, Theirs theirs) {
  return static_cast<int>(ours) == static_cast<int>(theirs);
}
static_assert(same(CauseKind::error, pb::Cause::ERROR) &&
              same(CauseKind::cancel, pb::Cause::CANCEL) &&
              same(CauseKind::deadline, pb::Cause::DEADLINE) &&
              same(CauseKind::lost_race, pb::Cause::LOST_RACE) &&
              same(CauseKind::parent, pb::Cause::PARENT));
static_assert(same(Next::end_run, pb::Stopping::END_RUN) &&
              same(Next::retry, pb::Stopping::RETRY) && same(Next::handle, pb::Stopping::HANDLE) &&
              same(Next::win, pb::Stopping::WIN));
static_assert(same(UndoResult::done, pb::UndoEnded::DONE) &&
              same(UndoResult::skipped, pb::UndoEnded::SKIPPED));
static_assert(same(EndStatus::completed, pb::RunEnded::COMPLETED) &&
              same(EndStatus::faulted, pb::RunEnded::FAULTED) &&
              same(EndStatus::compensated, pb::RunEnded::COMPENSATED) &&
              same(EndStatus::cancelled, pb::RunEnded::CANCELLED) &&
              same(EndStatus::killed, pb::RunEnded::KILLED));
static_assert(same(graph::Then::Kind::next, pb::Then::NEXT) &&
              same(graph::Then::Kind::exit, pb::Then::EXIT) &&
              same(graph::Then::Kind::end, pb::Then::END) &&
              same(graph::Then::Kind::task, pb::Then::TASK));
static_assert(same(saga::Outcome::not_sent, pb::OUTCOME_NOT_SENT) &&
              same(saga::Outcome::refused, pb::OUTCOME_REFUSED) &&
              same(saga::Outcome::in_doubt, pb::OUTCOME_IN_DOUBT) &&
              same(saga::Outcome::succeeded, pb::OUTCOME_SUCCEEDED));
static_assert(same(saga::Answer::Kind::response, pb::Answer::RESPONSE) &&
              same(saga::Answer::Kind::returned, pb::Answer::RETURNED) &&
              same(saga::Answer::Kind::refused, pb::Answer::REFUSED) &&
              same(saga::Answer::Kind::failed, pb::Answer::FAILED) &&
              same(saga::Answer::Kind::lost, pb::Answer::LOST) &&
              same(saga::Answer::Kind::not_sent, pb::Answer::NOT_SENT));

Time later(Time from, std::int64_t us) {
  return {static_cast<std::int64_t>(static_cast<std::uint64_t>(from.us) +
                                    static_cast<std::uint64_t>(us))};
}

Error corrupt(char const* what) {
  return {ErrorCode::corrupt, std::string("a journal payload can not be read: ") + what,
          "run 'skald doctor' on the data directory"};
}

// A kind of fact that is not known stands among the unknown fields, which are kept.
bool has_unknown_fields(pb::Record const& record) {
  pb::Record known;
  known.set_after(record.after());
  return record.ByteSizeLong() > known.ByteSizeLong();
}

// Reads the facts of one group. The first thing that is wrong is kept in `error`.
class Decoder {
 public:
  explicit Decoder(pb::Group const& group) : group_(group), at_{group.at()} {}

  Result<void> values() {
    values_.reserve(static_cast<std::size_t>(group_.values_size()));
    for (auto const& text : group_.values()) {
      auto value = parse_value(text);
      if (!value) return corrupt("a value is not JSON");
      values_.push_back(std::move(*value));
    }
    return {};
  }

  Result<Record> record(pb::Record const& in) {
    at_ = later(at_, in.after());
    Record result{at_, body(in)};
    if (broken_ != nullptr) return corrupt(broken_);
    if (newer_) {
      return Error{ErrorCode::failed_precondition,
                   "the journal holds facts that this version of skald does not know",
                   "it was written by a newer version: use that one"};
    }
    return result;
  }

 private:
  template <class Id>
  static Id id(std::uint32_t number) {
    return Id{number - 1};  // 0 wraps to none
  }
  static ActivationId activation(std::uint32_t number) { return id<ActivationId>(number); }

  Json value(std::uint32_t index) {
    if (index == 0) return {};
    if (index > values_.size()) {
      broken_ = "a value that it does not hold is named";
      return {};
    }
    return values_[index - 1];
  }
  Time moment(std::int64_t after) const { return later(at_, after); }
  template <class Enum, class Theirs>
  Enum known(Theirs theirs, bool valid) {
    if (!valid) newer_ = true;
    return valid ? static_cast<Enum>(theirs) : Enum{};
  }

  Cause cause(pb::Cause const& in) {
    return {known<CauseKind>(in.kind(), pb::Cause::Kind_IsValid(in.kind())), value(in.error()),
            in.reason(), in.actor()};
  }
  saga::Answer answer(pb::Answer const& in) {
    saga::Answer result;
    result.kind = known<saga::Answer::Kind>(in.kind(), pb::Answer::Kind_IsValid(in.kind()));
    result.status = in.status();
    result.output = value(in.output());
    result.message = in.message();
    if (in.has_retry_after()) result.retry_after = Duration{in.retry_after()};
    result.invalid = in.invalid();
    result.unoffered = in.unoffered();
    if (in.has_ongoing()) result.ongoing = Duration{in.ongoing()};
    return result;
  }

  RecordBody body(pb::Record const& in);
  RecordBody rare_body(pb::Record const& in);
  RecordBody operator_body(pb::Record const& in);
  RunStarted run_started(pb::RunStarted const& in);
  TaskEntered task_entered(pb::TaskEntered const& in);
  AttemptEnded attempt_ended(pb::AttemptEnded const& in);
  TaskCompleted task_completed(pb::TaskCompleted const& in);
  Stopping stopping(pb::Stopping const& in);
  PlanRecorded plan_recorded(pb::PlanRecorded const& in);
  RunEnded run_ended(pb::RunEnded const& in);
  ChildEnded child_ended(pb::ChildEnded const& in);

  pb::Group const& group_;
  Time at_;
  std::vector<Json> values_;
  char const* broken_ = nullptr;
  bool newer_ = false;
};

RunStarted Decoder::run_started(pb::RunStarted const& in) {
  RunStarted r;
  r.graph = in.graph();
  r.workflow = in.workflow();
  r.start_key = in.start_key();
  r.body_digest = in.body_digest();
  r.input = value(in.input());
  r.data = value(in.data());
  if (in.has_deadline()) r.deadline = moment(in.deadline());
  if (in.has_parent()) {
    auto const& o = in.parent();
    r.parent = {o.run(), activation(o.activation()), o.attempt(), o.one_way(), o.keeps()};
  }
  return r;
}

ChildEnded Decoder::child_ended(pb::ChildEnded const& in) {
  ChildEnded r;
  r.activation = activation(in.activation());
  r.status = known<EndStatus>(in.status(), pb::RunEnded::Status_IsValid(in.status()));
  r.output = value(in.output());
  r.error = value(in.error());
  r.undoable = in.undoable();
  if (in.has_retry_at()) r.retry_at = moment(in.retry_at());
  return r;
}

TaskEntered Decoder::task_entered(pb::TaskEntered const& in) {
  TaskEntered r;
  r.activation = activation(in.activation());
  r.scope = id<ScopeId>(in.scope());
  r.task = id<TaskIndex>(in.task());
  r.number = in.number();
  r.input = value(in.input());
  r.detail = value(in.detail());
  if (in.has_deadline()) r.deadline = moment(in.deadline());
  if (in.has_attempt_deadline()) r.attempt_deadline = moment(in.attempt_deadline());
  if (in.has_pass_deadline()) r.pass_deadline = moment(in.pass_deadline());
  return r;
}

AttemptEnded Decoder::attempt_ended(pb::AttemptEnded const& in) {
  AttemptEnded r;
  r.activation = activation(in.activation());
  r.attempt = in.attempt();
  r.answer = answer(in.answer());
  r.outcome = known<saga::Outcome>(in.outcome(), pb::Outcome_IsValid(in.outcome()));
  if (in.has_retry_at()) r.retry_at = moment(in.retry_at());
  r.late = in.late();
  r.beyond = in.beyond();
  return r;
}

TaskCompleted Decoder::task_completed(pb::TaskCompleted const& in) {
  TaskCompleted r;
  r.activation = activation(in.activation());
  r.output = value(in.output());
  if (in.has_context()) r.context = value(in.context());
  if (in.has_then()) {
    auto const kind = in.then().kind();
    r.then.kind = known<graph::Then::Kind>(kind, pb::Then::Kind_IsValid(kind));
    r.then.target = id<TaskIndex>(in.then().target());
  }
  return r;
}

Stopping Decoder::stopping(pb::Stopping const& in) {
  Stopping r;
  r.unwinding = id<UnwindingId>(in.unwinding());
  for (auto const scope : in.scopes()) r.scopes.push_back(id<ScopeId>(scope));
  r.handler = activation(in.handler());
  r.cause = cause(in.cause());
  r.next = known<Next>(in.next(), pb::Stopping::Next_IsValid(in.next()));
  r.retry_delay = {in.retry_delay()};
  return r;
}

PlanRecorded Decoder::plan_recorded(pb::PlanRecorded const& in) {
  PlanRecorded r;
  r.unwinding = id<UnwindingId>(in.unwinding());
  for (auto const undo : in.undos()) r.undos.push_back(activation(undo));
  // The machine follows gates unchecked.
  auto gates = [&](auto const& from, std::vector<std::uint32_t>& to) {
    for (auto const gate : from) to.push_back(gate);
    bool const fits = to.empty() || to.size() == r.undos.size();
    if (!fits || std::ranges::any_of(to, [&](auto gate) { return gate > to.size(); })) {
      broken_ = "a plan has wrong gates";
    }
  };
  gates(in.waits_for(), r.waits_for);
  gates(in.opens(), r.opens);
  if (r.waits_for.size() != r.opens.size()) broken_ = "a plan has wrong gates";
  return r;
}

RunEnded Decoder::run_ended(pb::RunEnded const& in) {
  RunEnded r;
  r.status = known<EndStatus>(in.status(), pb::RunEnded::Status_IsValid(in.status()));
  r.output = value(in.output());
  r.error = value(in.error());
  r.reason = in.reason();
  r.actor = in.actor();
  return r;
}

RecordBody Decoder::body(pb::Record const& in) {
  switch (in.body_case()) {
    case pb::Record::kRunStarted: return run_started(in.run_started());
    case pb::Record::kTaskSkipped:
      return TaskSkipped{id<ScopeId>(in.task_skipped().scope()),
                         id<TaskIndex>(in.task_skipped().task())};
    case pb::Record::kTaskEntered: return task_entered(in.task_entered());
    case pb::Record::kAttemptStarted: {
      auto const& o = in.attempt_started();
      return AttemptStarted{activation(o.activation()), o.attempt(), moment(o.deadline())};
    }
    case pb::Record::kAttemptResent: {
      auto const& o = in.attempt_resent();
      return AttemptResent{activation(o.activation()), o.attempt(), moment(o.deadline())};
    }
    case pb::Record::kAttemptEnded: return attempt_ended(in.attempt_ended());
    case pb::Record::kTaskCompleted: return task_completed(in.task_completed());
    case pb::Record::kItemStarted:
      return ItemStarted{activation(in.item_started().activation()), in.item_started().index()};
    case pb::Record::kScopeEnded: {
      auto const& o = in.scope_ended();
      ScopeEnded result{id<ScopeId>(o.scope()), value(o.output())};
      if (o.has_context()) result.context = value(o.context());
      return result;
    }
    case pb::Record::kEventTaken: {
      auto const& o = in.event_taken();
      return EventTaken{activation(o.activation()), o.filter(), value(o.event()),
                        value(o.learned())};
    }
    case pb::Record::kEventPublished:
      return EventPublished{activation(in.event_published().activation())};
    case pb::Record::BODY_NOT_SET:
      if (!has_unknown_fields(in)) broken_ = "a record is empty";
      newer_ = true;
      return RecordBody{};
    default: return rare_body(in);
  }
}

// The facts of unwindings and of the run as a whole.
RecordBody Decoder::rare_body(pb::Record const& in) {
  switch (in.body_case()) {
    case pb::Record::kStopping: return stopping(in.stopping());
    case pb::Record::kPlanRecorded: return plan_recorded(in.plan_recorded());
    case pb::Record::kPlanAmended: {
      auto const& o = in.plan_amended();
      return PlanAmended{id<UnwindingId>(o.unwinding()), activation(o.undoes())};
    }
    case pb::Record::kUndoStarted: {
      auto const& o = in.undo_started();
      return UndoStarted{id<UnwindingId>(o.unwinding()), o.index()};
    }
    case pb::Record::kUndoEnded: {
      auto const& o = in.undo_ended();
      return UndoEnded{id<UnwindingId>(o.unwinding()), o.index(),
                       known<UndoResult>(o.result(), pb::UndoEnded::Result_IsValid(o.result())),
                       o.reason(), o.actor()};
    }
    case pb::Record::kUnwound: {
      Unwound r{id<UnwindingId>(in.unwound().unwinding()), {}};
      if (in.unwound().has_retry_at()) r.retry_at = moment(in.unwound().retry_at());
      return r;
    }
    case pb::Record::kTryRestarted: {
      TryRestarted r{activation(in.try_restarted().activation())};
      if (in.try_restarted().has_deadline()) r.deadline = moment(in.try_restarted().deadline());
      return r;
    }
    case pb::Record::kRunSuspended: {
      auto const& o = in.run_suspended();
      return RunSuspended{activation(o.activation()), id<ScopeId>(o.scope()), o.reason(), o.actor(),
                          o.with_parent()};
    }
    case pb::Record::kRunResumed:
      return RunResumed{in.run_resumed().reason(), in.run_resumed().actor()};
    case pb::Record::kRunEnded: return run_ended(in.run_ended());
    case pb::Record::kChildStarted: {
      auto const& o = in.child_started();
      return ChildStarted{activation(o.activation()), o.attempt(), o.workflow(), o.graph()};
    }
    case pb::Record::kChildEnded: return child_ended(in.child_ended());
    default: return operator_body(in);
  }
}

// What operators did.
RecordBody Decoder::operator_body(pb::Record const& in) {
  switch (in.body_case()) {
    case pb::Record::kStepRetried: {
      auto const& o = in.step_retried();
      return StepRetried{activation(o.activation()), id<ScopeId>(o.scope()), o.reason(), o.actor()};
    }
    case pb::Record::kStepReplaced: {
      auto const& o = in.step_replaced();
      return StepReplaced{activation(o.activation()), id<ScopeId>(o.scope()), o.reason(),
                          o.actor()};
    }
    case pb::Record::kStepCompleted: {
      auto const& o = in.step_completed();
      return StepCompleted{activation(o.activation()), value(o.output()), o.reason(), o.actor()};
    }
    case pb::Record::kCallbackAwaited:
      return CallbackAwaited{activation(in.callback_awaited().activation())};
    case pb::Record::kLockWanted: {
      auto const& o = in.lock_wanted();
      LockWanted wanted{activation(o.activation()), id<ScopeId>(o.scope()), id<TaskIndex>(o.task()),
                        o.name(), value(o.input())};
      if (o.has_deadline()) wanted.deadline = moment(o.deadline());
      return wanted;
    }
    case pb::Record::kLockTaken: return LockTaken{activation(in.lock_taken().activation())};
    case pb::Record::kLockGivenUp: {
      auto const& o = in.lock_given_up();
      return LockGivenUp{activation(o.activation()), o.refused(), value(o.error())};
    }
    case pb::Record::kLockWithdrawn:
      return LockWithdrawn{activation(in.lock_withdrawn().activation())};
    case pb::Record::kAttemptParked:
      return AttemptParked{activation(in.attempt_parked().activation())};
    case pb::Record::kAttemptOngoing: {
      auto const& o = in.attempt_ongoing();
      return AttemptOngoing{activation(o.activation()), o.attempt(), o.status(),
                            moment(o.again_at())};
    }
    case pb::Record::kProbeStarted:
      return ProbeStarted{activation(in.probe_started().activation())};
    case pb::Record::kProbeEnded: {
      auto const& o = in.probe_ended();
      return ProbeEnded{activation(o.activation()),
                        known<saga::Outcome>(o.outcome(), pb::Outcome_IsValid(o.outcome())),
                        value(o.output()), o.message()};
    }
    case pb::Record::kStopLifted: {
      auto const& o = in.stop_lifted();
      return StopLifted{id<UnwindingId>(o.unwinding()), o.reason(), o.actor()};
    }
    case pb::Record::kPivotPassed: return PivotPassed{activation(in.pivot_passed().activation())};
    case pb::Record::kStopHeld:
      return StopHeld{activation(in.stop_held().activation()), cause(in.stop_held().cause())};
    case pb::Record::kFinallyStarted: return FinallyStarted{run_ended(in.finally_started().end())};
    default: broken_ = "a record is of no kind"; return RecordBody{};
  }
}

Result<void> read_group(pb::Batch const& batch, pb::Group const& group, Batch& out) {
  if (group.run() >= static_cast<std::uint32_t>(batch.runs_size())) {
    return corrupt("a run that it does not hold is named");
  }
  auto const& run = batch.runs(static_cast<int>(group.run()));
  Decoder decoder(group);
  SKALD_TRY(decoder.values());
  auto sequence = group.first_sequence();
  for (auto const& in : group.records()) {
    auto record = decoder.record(in);
    if (!record) return std::move(record).error();
    if (auto* started = std::get_if<RunStarted>(&record->body)) started->run = run;
    out.entries.push_back({run, sequence++, std::move(*record)});
  }
  return {};
}

}  // namespace

Result<Batch> decode(std::string_view bytes) {
  google::protobuf::Arena arena;
  auto& message = *google::protobuf::Arena::CreateMessage<pb::Batch>(&arena);
  if (bytes.size() > static_cast<std::size_t>(INT32_MAX) ||
      !message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return corrupt("it is no batch");
  }
  Batch result;
  for (auto const& group : message.groups()) SKALD_TRY(read_group(message, group, result));
  for (auto const& in : message.deployments()) {
    result.deployments.push_back(
        {in.workflow(), in.digest(), in.source(), in.source_name(), in.graph(), Time{in.at()}});
  }
  for (auto const& in : message.schedules()) {
    auto fact = read_schedule_fact(in);
    if (!fact) return std::move(fact).error();
    result.schedules.push_back(std::move(*fact));
  }
  for (auto const& in : message.locks()) {
    auto fact = read_lock_fact(in);
    if (!fact) return std::move(fact).error();
    result.locks.push_back(std::move(*fact));
  }
  for (auto const& in : message.events()) {
    auto event = parse_value(in.event());
    if (!event) return corrupt("an event is not JSON");
    result.events.push_back({std::move(*event),
                             Time{in.at()},
                             {in.sinks().begin(), in.sinks().end()},
                             in.run(),
                             in.step()});
  }
  for (auto const& in : message.sent()) {
    result.sent.push_back({in.sink(), in.event(), Time{in.at()}, in.refused()});
  }
  return result;
}

}  // namespace skald::runtime
