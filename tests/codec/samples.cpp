#include "tests/codec/samples.hpp"

#include <array>

namespace skald::runtime::testing {

std::string Dice::text() {
  static constexpr std::array<char const*, 6> kPieces{"a",    "trip-42",  "ü€𝄞",
                                                      "\"\\", "\n\t\x7f", "/do/0"};
  std::string result;
  for (auto count = upto(3); count > 0; --count) result += kPieces[upto(kPieces.size() - 1)];
  return result;
}

Json Dice::json(int depth) {
  switch (upto(depth > 0 ? 9 : 6)) {
    case 0: return {};
    case 1: return coin();
    case 2: return static_cast<double>(number()) / 8;
    case 3: return Json::number_literal("123456789012345678901234567890.5");
    case 4: return std::uint64_t{engine_()};
    case 5: return -static_cast<double>(engine_()) * 1e-30;
    case 6: return text();
    case 7: {
      Json array = Json::array();
      for (auto count = upto(3); count > 0; --count) array.push_back(json(depth - 1));
      return array;
    }
    default: {
      Json object = Json::object();
      for (auto count = upto(3); count > 0; --count) object.set(text(), json(depth - 1));
      return object;
    }
  }
}

Time Dice::time() {
  if (upto(9) == 0) return {static_cast<std::int64_t>(engine_())};
  return {1'795'411'800'000'000 + static_cast<std::int64_t>(upto(1'000'000'000))};
}

std::optional<Time> Dice::maybe_time() {
  if (coin()) return std::nullopt;
  return time();
}

namespace {

saga::Answer random_answer(Dice& dice) {
  saga::Answer answer;
  answer.kind = dice.one_of<saga::Answer::Kind>(6);
  answer.status = static_cast<int>(dice.upto(599));
  answer.output = dice.json();
  answer.message = dice.coin() ? std::string("\xff\xfe not text") : dice.text();
  if (dice.coin()) answer.retry_after = Duration{static_cast<std::int64_t>(dice.number())};
  answer.invalid = dice.coin();
  return answer;
}

Cause random_cause(Dice& dice) {
  return {dice.one_of<CauseKind>(4), dice.json(), dice.text(), dice.text()};
}

template <class Id>
std::vector<Id> random_ids(Dice& dice) {
  std::vector<Id> ids;
  for (auto count = dice.upto(4); count > 0; --count) ids.push_back(dice.id<Id>());
  return ids;
}

void roll(Dice& d, RunStarted& r) {
  r = {"r", d.text(), d.text(), d.text(), d.text(), d.json(), d.json(), d.maybe_time()};
  if (d.coin()) r.data = r.input;
}
void roll(Dice& d, TaskSkipped& r) {
  r = {d.id<ScopeId>(), d.id<TaskIndex>()};
}
void roll(Dice& d, TaskEntered& r) {
  r = {d.id<ActivationId>(), d.id<ScopeId>(), d.id<TaskIndex>(), d.number(), d.json(), d.json(),
       d.maybe_time(),       d.maybe_time()};
}
void roll(Dice& d, AttemptStarted& r) {
  r = {d.id<ActivationId>(), d.number(), d.time()};
}
void roll(Dice& d, AttemptResent& r) {
  r = {d.id<ActivationId>(), d.number(), d.time()};
}
void roll(Dice& d, AttemptEnded& r) {
  r = {d.id<ActivationId>(),       d.number(),     random_answer(d),
       d.one_of<saga::Outcome>(4), d.maybe_time(), d.coin()};
}
void roll(Dice& d, TaskCompleted& r) {
  r = {d.id<ActivationId>(), d.json(), {}, {}};
  if (d.coin()) r.context = d.json();
  if (d.coin()) r.then = {d.one_of<graph::Then::Kind>(4), d.id<TaskIndex>()};
  if (r.then.kind == graph::Then::Kind::next) r.then = {};
}
void roll(Dice& d, ItemStarted& r) {
  r = {d.id<ActivationId>(), d.number()};
}
void roll(Dice& d, ScopeEnded& r) {
  r = {d.id<ScopeId>()};
}
void roll(Dice& d, EventTaken& r) {
  r = {d.id<ActivationId>(), d.number(), d.json()};
}
void roll(Dice& d, EventPublished& r) {
  r = {d.id<ActivationId>()};
}
void roll(Dice& d, Stopping& r) {
  r = {d.id<UnwindingId>(),  random_ids<ScopeId>(d),
       d.id<ActivationId>(), random_cause(d),
       d.one_of<Next>(4),    Duration{static_cast<std::int64_t>(d.number())}};
}
void roll(Dice& d, PlanRecorded& r) {
  r = {d.id<UnwindingId>(), random_ids<ActivationId>(d)};
}
void roll(Dice& d, PlanAmended& r) {
  r = {d.id<UnwindingId>(), d.id<ActivationId>()};
}
void roll(Dice& d, UndoStarted& r) {
  r = {d.id<UnwindingId>(), d.number()};
}
void roll(Dice& d, UndoEnded& r) {
  r = {d.id<UnwindingId>(), d.number(), d.one_of<UndoResult>(2)};
}
void roll(Dice& d, Unwound& r) {
  r = {d.id<UnwindingId>(), d.maybe_time()};
}
void roll(Dice& d, TryRestarted& r) {
  r = {d.id<ActivationId>()};
}
void roll(Dice& d, RunSuspended& r) {
  r = {d.id<ActivationId>(), d.id<ScopeId>(), d.text()};
}
void roll(Dice& d, RunResumed& r) {
  r = {d.text(), d.text()};
}
void roll(Dice& d, RunEnded& r) {
  r = {d.one_of<EndStatus>(5), d.json(), d.json(), d.text(), d.text()};
}

template <std::size_t Kind = 0>
RecordBody roll_kind(Dice& dice, std::size_t kind) {
  if constexpr (Kind < std::variant_size_v<RecordBody>) {
    if (kind != Kind) return roll_kind<Kind + 1>(dice, kind);
    std::variant_alternative_t<Kind, RecordBody> body;
    roll(dice, body);
    return body;
  }
  return {};
}

// The fields of each kind, for comparison.
auto tie(RunStarted const& r) {
  return std::tie(r.run, r.graph, r.workflow, r.start_key, r.body_digest, r.input, r.data,
                  r.deadline);
}
auto tie(TaskSkipped const& r) {
  return std::tie(r.scope, r.task);
}
auto tie(TaskEntered const& r) {
  return std::tie(r.activation, r.scope, r.task, r.number, r.input, r.detail, r.deadline,
                  r.attempt_deadline);
}
auto tie(AttemptStarted const& r) {
  return std::tie(r.activation, r.attempt, r.deadline);
}
auto tie(AttemptResent const& r) {
  return std::tie(r.activation, r.attempt, r.deadline);
}
auto tie(AttemptEnded const& r) {
  return std::tie(r.activation, r.attempt, r.answer, r.outcome, r.retry_at, r.late);
}
auto tie(TaskCompleted const& r) {
  return std::tie(r.activation, r.output, r.context, r.then.kind, r.then.target);
}
auto tie(ItemStarted const& r) {
  return std::tie(r.activation, r.index);
}
auto tie(ScopeEnded const& r) {
  return std::tie(r.scope);
}
auto tie(EventTaken const& r) {
  return std::tie(r.activation, r.filter, r.event);
}
auto tie(EventPublished const& r) {
  return std::tie(r.activation);
}
auto tie(Stopping const& r) {
  return std::tie(r.unwinding, r.scopes, r.handler, r.cause.kind, r.cause.error, r.cause.reason,
                  r.cause.actor, r.next, r.retry_delay);
}
auto tie(PlanRecorded const& r) {
  return std::tie(r.unwinding, r.undos);
}
auto tie(PlanAmended const& r) {
  return std::tie(r.unwinding, r.undoes);
}
auto tie(UndoStarted const& r) {
  return std::tie(r.unwinding, r.index);
}
auto tie(UndoEnded const& r) {
  return std::tie(r.unwinding, r.index, r.result);
}
auto tie(Unwound const& r) {
  return std::tie(r.unwinding, r.retry_at);
}
auto tie(TryRestarted const& r) {
  return std::tie(r.activation);
}
auto tie(RunSuspended const& r) {
  return std::tie(r.activation, r.scope, r.reason);
}
auto tie(RunResumed const& r) {
  return std::tie(r.reason, r.actor);
}
auto tie(RunEnded const& r) {
  return std::tie(r.status, r.output, r.error, r.reason, r.actor);
}

}  // namespace

Record random_record(Dice& dice, std::size_t kind) {
  return {dice.time(), roll_kind(dice, kind)};
}

Batch random_batch(Dice& dice) {
  Batch batch;
  for (auto count = dice.upto(12); count > 0; --count) {
    bool const follows = !batch.entries.empty() && dice.upto(2) > 0;
    auto record = random_record(dice, dice.upto(std::variant_size_v<RecordBody> - 1));
    auto run = follows ? batch.entries.back().run : dice.text();
    auto const sequence = follows ? batch.entries.back().sequence + 1 : dice.upto(1000);
    if (auto* started = std::get_if<RunStarted>(&record.body)) started->run = run;
    batch.entries.push_back({std::move(run), sequence, std::move(record)});
  }
  for (auto count = dice.upto(2); count > 0; --count) {
    batch.deployments.push_back(
        {dice.text(), dice.text(), dice.text(), dice.text(), dice.text(), dice.time()});
    batch.events.push_back({dice.json(), dice.time()});
  }
  return batch;
}

bool equal(Record const& a, Record const& b) {
  if (a.at != b.at || a.body.index() != b.body.index()) return false;
  return std::visit(
      [&](auto const& left) {
        return tie(left) == tie(std::get<std::decay_t<decltype(left)>>(b.body));
      },
      a.body);
}

bool equal(Batch const& a, Batch const& b) {
  auto const entries = [](Entry const& x, Entry const& y) {
    return x.run == y.run && x.sequence == y.sequence && equal(x.record, y.record);
  };
  auto const deployments = [](Deployed const& x, Deployed const& y) {
    return std::tie(x.workflow, x.digest, x.source, x.source_name, x.graph, x.at) ==
           std::tie(y.workflow, y.digest, y.source, y.source_name, y.graph, y.at);
  };
  auto const events = [](EventReceived const& x, EventReceived const& y) {
    return x.event == y.event && x.at == y.at;
  };
  return std::ranges::equal(a.entries, b.entries, entries) &&
         std::ranges::equal(a.deployments, b.deployments, deployments) &&
         std::ranges::equal(a.events, b.events, events);
}

}  // namespace skald::runtime::testing
