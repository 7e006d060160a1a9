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
  for (auto& body : bodies) {
    auto const sequence = batch.entries.size() + 1;
    auto const at = kNow + Duration::from_ms(static_cast<std::int64_t>(sequence));
    batch.entries.push_back({"trip-42", sequence, {at, std::move(body)}});
  }
  batch.entries.push_back({"other", 3, {kNow, ScopeEnded{}}});
  batch.deployments.push_back({"travel/holiday/1.0.0", "c0ffee", "do: []", "h.yaml", "{}", kNow});
  batch.events.push_back({Json::object({{"id", "e1"}}), kNow});
  return batch;
}

}  // namespace skald::runtime::testing
