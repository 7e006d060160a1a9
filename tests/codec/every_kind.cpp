#include "tests/codec/samples.hpp"

namespace skald::runtime::testing {
namespace {

constexpr Time kNow{1'795'411'800'000'000};

ActivationId a(std::uint32_t value) {
  return ActivationId{value};
}

saga::Answer sold_out() {
  saga::Answer answer;
  answer.kind = saga::Answer::Kind::response;
  answer.status = 429;
  answer.output = Json::object({{"reason", "sold out"}});
  answer.message = "HTTP 429 Too Many Requests";
  answer.retry_after = Duration::from_seconds(2);
  answer.invalid = true;
  return answer;
}

Cause cause() {
  return {CauseKind::deadline, Json::object({{"status", 408}}), "too slow", "olga"};
}

void add_all(Batch& batch, std::string const& run, std::vector<RecordBody> bodies) {
  for (auto& body : bodies) {
    auto const sequence = batch.entries.size() + 1;
    auto const at = kNow + Duration::from_ms(static_cast<std::int64_t>(sequence));
    batch.entries.push_back({run, sequence, {at, std::move(body)}});
  }
}

}  // namespace

Batch every_kind() {
  Json const trip = Json::object({{"city", "Rome"}, {"amount", 12.5}});
  std::vector<RecordBody> bodies{
      RunStarted{"trip-42", "c0ffee", "travel/holiday/1.0.0", "key", "d1gest", trip, trip,
                 kNow + Duration::from_seconds(60)},
      TaskSkipped{ScopeId{1}, TaskIndex{2}},
      TaskEntered{a(1), ScopeId{1}, TaskIndex{3}, 2, trip, Json::array({1, "x", nullptr}),
                  kNow + Duration::from_seconds(30), kNow + Duration::from_seconds(5)},
      AttemptStarted{a(1), 2, kNow + Duration::from_seconds(6)},
      AttemptResent{a(1), 3, kNow + Duration::from_seconds(7)},
      AttemptEnded{a(1), 3, sold_out(), saga::Outcome::refused, kNow + Duration::from_ms(1200),
                   true},
      TaskCompleted{a(1), trip, Json(nullptr), {graph::Then::Kind::task, TaskIndex{5}}},
      ItemStarted{a(2), 7},
      ScopeEnded{ScopeId{4}},
      EventTaken{a(3), 1, Json::object({{"type", "travel.approval.v1"}})},
      EventPublished{a(4)},
      Stopping{UnwindingId{1},
               {ScopeId{1}, ScopeId{2}},
               a(5),
               cause(),
               Next::retry,
               Duration::from_ms(250)},
      PlanRecorded{UnwindingId{1}, {a(4), a(1)}},
      PlanAmended{UnwindingId{1}, a(2)},
      UndoStarted{UnwindingId{1}, 1},
      UndoEnded{UnwindingId{1}, 1, UndoResult::skipped},
      Unwound{UnwindingId{1}, kNow + Duration::from_seconds(1)},
      TryRestarted{a(5)},
      RunSuspended{a(6), ScopeId{9}, "no attempt is left"},
      RunResumed{"mended", "olga"},
      RunEnded{EndStatus::compensated, Json::number_literal("12345678901234567890"), "e", "r", "o"},
  };
  Batch batch;
  add_all(batch, "trip-42", std::move(bodies));
  batch.entries.push_back({"other", 3, {kNow, ScopeEnded{}}});
  batch.deployments.push_back({"travel/holiday/1.0.0", "c0ffee", "do: []", "h.yaml", "{}", kNow});
  batch.events.push_back({Json::object({{"id", "e1"}}), kNow});
  return batch;
}

Batch later_kinds() {
  Json const trip = Json::object({{"city", "Oslo"}});
  auto unoffered = sold_out();
  unoffered.kind = saga::Answer::Kind::not_sent;
  unoffered.unoffered = "bookHotel";
  TaskEntered attempt;
  attempt.activation = a(3);
  attempt.scope = ScopeId{1};
  attempt.task = TaskIndex{2};
  attempt.pass_deadline = kNow + Duration::from_seconds(9);
  RunEnded const end{EndStatus::completed, trip, nullptr, "", ""};
  Batch batch;
  add_all(batch, "trip-1:2",
          {RunStarted{"trip-1:2", "c0ffee", "travel/hotel/1.0.0", "", "", trip, trip, std::nullopt,
                      Parent{"trip-1", a(2), 3, true, true}},
           attempt,
           AttemptEnded{a(4), 1, unoffered, saga::Outcome::not_sent, kNow, false, true},
           ScopeEnded{ScopeId{4}, trip, Json(7)},
           EventTaken{a(5), 2, Json::object({{"type", "t"}}), Json::object({{"booking", "b-1"}})},
           PlanRecorded{UnwindingId{1}, {a(4), a(1)}, {0, 1}, {1, 0}},
           UndoEnded{UnwindingId{1}, 1, UndoResult::skipped, "seen to", "olga"},
           TryRestarted{a(3), kNow + Duration::from_seconds(8)},
           RunSuspended{{}, {}, "held", "olga"},
           StepRetried{a(6), ScopeId{2}, "again", "olga"},
           StepReplaced{a(6), ScopeId{2}, "another input", "olga"},
           StepCompleted{a(7), trip, "seen", "olga"},
           AttemptParked{a(8)},
           StopLifted{UnwindingId{2}, "go on", "olga"},
           PivotPassed{a(9)},
           StopHeld{a(10), cause()},
           ChildStarted{a(11), 2, "travel/taxi/1.0.0", "d00d"},
           ChildEnded{a(11), EndStatus::killed, trip, Json("e"), true, kNow},
           FinallyStarted{end},
           end});
  return batch;
}

Batch kinds_of_waiting() {
  Json const trip = Json::object({{"city", "Bonn"}});
  Time const later = kNow + Duration::from_seconds(20);
  Batch batch;
  add_all(batch, "trip-7",
          {AttemptOngoing{a(1), 2, 202, later}, ProbeStarted{a(2)},
           ProbeEnded{a(2), saga::Outcome::refused, trip, "HTTP 503"}, CallbackAwaited{a(3)},
           LockWanted{a(4), ScopeId{1}, TaskIndex{6}, "seat:7A", trip, later}, LockTaken{a(4)},
           LockGivenUp{a(5), true, Json::object({{"status", 409}})}, LockWithdrawn{a(5)}});
  batch.locks = {{"seat:7A", kNow, LockQueued{"trip-8", a(1)}},
                 {"seat:7A", kNow, LockGranted{"trip-8", a(1)}},
                 {"seat:7A", later, LockReleased{"trip-8"}}};
  std::string const nightly = "travel/nightly";
  batch.schedules = {
      {nightly, kNow, ScheduleSet{nightly + "/1.0.0", "c0ffee", later}},
      {nightly, kNow, ScheduleFired{later, Firing::queued, "travel/nightly@1", trip, later, 3}},
      {nightly, kNow, ScheduleLaunched{"travel/nightly@1", true}},
      {nightly, later, ScheduleRunEnded{"travel/nightly@1", later}},
      {nightly, later, ScheduleEventTaken{2, 1, "e1 shop", trip, Json("b-1")}},
      {nightly, later, ScheduleEventsDropped{2}}};
  return batch;
}

}  // namespace skald::runtime::testing
