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
  if (dice.coin()) answer.unoffered = "bookHotel";
  if (dice.coin()) answer.ongoing = Duration{static_cast<std::int64_t>(dice.number())};
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
  r = {"r", d.text(), d.text(), d.text(), d.text(), d.json(), d.json(), d.maybe_time(), {}};
  if (d.coin()) r.data = r.input;
  if (d.coin()) r.parent = {d.text(), d.id<ActivationId>(), d.number(), d.coin(), d.coin()};
}
void roll(Dice& d, TaskSkipped& r) {
  r = {d.id<ScopeId>(), d.id<TaskIndex>()};
}
void roll(Dice& d, TaskEntered& r) {
  r = {d.id<ActivationId>(), d.id<ScopeId>(), d.id<TaskIndex>(), d.number(), d.json(), d.json(),
       d.maybe_time(),       d.maybe_time(),  d.maybe_time()};
}
void roll(Dice& d, AttemptStarted& r) {
  r = {d.id<ActivationId>(), d.number(), d.time()};
}
void roll(Dice& d, AttemptResent& r) {
  r = {d.id<ActivationId>(), d.number(), d.time()};
}
void roll(Dice& d, AttemptEnded& r) {
  r = {d.id<ActivationId>(), d.number(), random_answer(d), d.one_of<saga::Outcome>(4),
       d.maybe_time(),       d.coin(),   d.coin()};
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
  r = {d.id<ScopeId>(), d.json(), std::nullopt};
  if (d.coin()) r.context = d.json();
}
void roll(Dice& d, EventTaken& r) {
  r = {d.id<ActivationId>(), d.number(), d.json(), d.json()};
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
  if (!d.coin()) return;
  auto const gates = static_cast<std::uint32_t>(r.undos.size());
  for (std::uint32_t i = 0; i < gates; ++i) {
    r.waits_for.push_back(static_cast<std::uint32_t>(d.upto(gates)));
    r.opens.push_back(static_cast<std::uint32_t>(d.upto(gates)));
  }
}
void roll(Dice& d, PlanAmended& r) {
  r = {d.id<UnwindingId>(), d.id<ActivationId>()};
}
void roll(Dice& d, UndoStarted& r) {
  r = {d.id<UnwindingId>(), d.number()};
}
void roll(Dice& d, UndoEnded& r) {
  r = {d.id<UnwindingId>(), d.number(), d.one_of<UndoResult>(2), d.text(), d.text()};
}
void roll(Dice& d, Unwound& r) {
  r = {d.id<UnwindingId>(), d.maybe_time()};
}
void roll(Dice& d, TryRestarted& r) {
  r = {d.id<ActivationId>(), d.maybe_time()};
}
void roll(Dice& d, RunSuspended& r) {
  r = {d.id<ActivationId>(), d.id<ScopeId>(), d.text(), d.text(), d.coin()};
}
void roll(Dice& d, RunResumed& r) {
  r = {d.text(), d.text()};
}
void roll(Dice& d, RunEnded& r) {
  r = {d.one_of<EndStatus>(5), d.json(), d.json(), d.text(), d.text()};
}
void roll(Dice& d, StepRetried& r) {
  r = {d.id<ActivationId>(), d.id<ScopeId>(), d.text(), d.text()};
}
void roll(Dice& d, StepReplaced& r) {
  r = {d.id<ActivationId>(), d.id<ScopeId>(), d.text(), d.text()};
}
void roll(Dice& d, StepCompleted& r) {
  r = {d.id<ActivationId>(), d.json(), d.text(), d.text()};
}
void roll(Dice& d, AttemptParked& r) {
  r = {d.id<ActivationId>()};
}
void roll(Dice& d, CallbackAwaited& r) {
  r = {d.id<ActivationId>()};
}
void roll(Dice& d, AttemptOngoing& r) {
  r = {d.id<ActivationId>(), d.number(), static_cast<int>(d.upto(599)), d.time()};
}
void roll(Dice& d, ProbeStarted& r) {
  r = {d.id<ActivationId>()};
}
void roll(Dice& d, ProbeEnded& r) {
  r = {d.id<ActivationId>(), d.one_of<saga::Outcome>(4), d.json(), d.text()};
}
void roll(Dice& d, StopLifted& r) {
  r = {d.id<UnwindingId>(), d.text(), d.text()};
}
void roll(Dice& d, PivotPassed& r) {
  r = {d.id<ActivationId>()};
}
void roll(Dice& d, StopHeld& r) {
  r = {d.id<ActivationId>(), random_cause(d)};
}
void roll(Dice& d, FinallyStarted& r) {
  roll(d, r.end);
}
void roll(Dice& d, ChildStarted& r) {
  r = {d.id<ActivationId>(), d.number(), d.text(), d.text()};
}
void roll(Dice& d, ChildEnded& r) {
  r = {d.id<ActivationId>(), d.one_of<EndStatus>(5), d.json(), d.json(), d.coin(), d.maybe_time()};
}
void roll(Dice& d, LockWanted& r) {
  r = {d.id<ActivationId>(), d.id<ScopeId>(), d.id<graph::TaskIndex>(), d.text(), d.json(),
       d.maybe_time()};
}
void roll(Dice& d, LockTaken& r) {
  r = {d.id<ActivationId>()};
}
void roll(Dice& d, LockGivenUp& r) {
  r = {d.id<ActivationId>(), d.coin(), d.json()};
}
void roll(Dice& d, LockWithdrawn& r) {
  r = {d.id<ActivationId>()};
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

// The fields of each kind, for comparison. Structured bindings name all of them: a field that is
// added to a fact breaks the build here, and reminds of the codec.
bool same(Cause const& x, Cause const& y) {
  auto const& [kind, error, reason, actor] = x;
  return std::tie(kind, error, reason, actor) == std::tie(y.kind, y.error, y.reason, y.actor);
}
bool same(graph::Then const& x, graph::Then const& y) {
  auto const& [kind, target] = x;
  return kind == y.kind && target == y.target;
}
bool same(RunEnded const& x, RunEnded const& y) {
  auto const& [status, output, error, reason, actor] = x;
  return std::tie(status, output, error, reason, actor) ==
         std::tie(y.status, y.output, y.error, y.reason, y.actor);
}
template <class T>
bool same(T const& x, T const& y) {
  return x == y;
}

template <class T>
constexpr std::size_t kFields = 0;
template <>
constexpr std::size_t kFields<RunStarted> = 9;
template <>
constexpr std::size_t kFields<TaskSkipped> = 2;
template <>
constexpr std::size_t kFields<TaskEntered> = 9;
template <>
constexpr std::size_t kFields<AttemptStarted> = 3;
template <>
constexpr std::size_t kFields<AttemptResent> = 3;
template <>
constexpr std::size_t kFields<AttemptEnded> = 7;
template <>
constexpr std::size_t kFields<TaskCompleted> = 4;
template <>
constexpr std::size_t kFields<ItemStarted> = 2;
template <>
constexpr std::size_t kFields<ScopeEnded> = 3;
template <>
constexpr std::size_t kFields<EventTaken> = 4;
template <>
constexpr std::size_t kFields<EventPublished> = 1;
template <>
constexpr std::size_t kFields<Stopping> = 6;
template <>
constexpr std::size_t kFields<PlanRecorded> = 4;
template <>
constexpr std::size_t kFields<PlanAmended> = 2;
template <>
constexpr std::size_t kFields<UndoStarted> = 2;
template <>
constexpr std::size_t kFields<UndoEnded> = 5;
template <>
constexpr std::size_t kFields<Unwound> = 2;
template <>
constexpr std::size_t kFields<TryRestarted> = 2;
template <>
constexpr std::size_t kFields<RunSuspended> = 5;
template <>
constexpr std::size_t kFields<RunResumed> = 2;
template <>
constexpr std::size_t kFields<RunEnded> = 5;
template <>
constexpr std::size_t kFields<StepRetried> = 4;
template <>
constexpr std::size_t kFields<StepReplaced> = 4;
template <>
constexpr std::size_t kFields<StepCompleted> = 4;
template <>
constexpr std::size_t kFields<AttemptParked> = 1;
template <>
constexpr std::size_t kFields<CallbackAwaited> = 1;
template <>
constexpr std::size_t kFields<StopLifted> = 3;
template <>
constexpr std::size_t kFields<PivotPassed> = 1;
template <>
constexpr std::size_t kFields<StopHeld> = 2;
template <>
constexpr std::size_t kFields<FinallyStarted> = 1;
template <>
constexpr std::size_t kFields<ChildStarted> = 4;
template <>
constexpr std::size_t kFields<ChildEnded> = 6;
template <>
constexpr std::size_t kFields<ProbeStarted> = 1;
template <>
constexpr std::size_t kFields<ProbeEnded> = 4;
template <>
constexpr std::size_t kFields<AttemptOngoing> = 4;
template <>
constexpr std::size_t kFields<LockWanted> = 6;
template <>
constexpr std::size_t kFields<LockTaken> = 1;
template <>
constexpr std::size_t kFields<LockGivenUp> = 3;
template <>
constexpr std::size_t kFields<LockWithdrawn> = 1;

// Compares field by field.
template <class T>
bool equal_fields(T const& x, T const& y) {
  if constexpr (kFields<T> == 1) {
    auto const& [a] = x;
    auto const& [aa] = y;
    return same(a, aa);
  } else if constexpr (kFields<T> == 2) {
    auto const& [a, b] = x;
    auto const& [aa, bb] = y;
    return same(a, aa) && same(b, bb);
  } else if constexpr (kFields<T> == 3) {
    auto const& [a, b, c] = x;
    auto const& [aa, bb, cc] = y;
    return same(a, aa) && same(b, bb) && same(c, cc);
  } else if constexpr (kFields<T> == 4) {
    auto const& [a, b, c, d] = x;
    auto const& [aa, bb, cc, dd] = y;
    return same(a, aa) && same(b, bb) && same(c, cc) && same(d, dd);
  } else if constexpr (kFields<T> == 5) {
    auto const& [a, b, c, d, e] = x;
    auto const& [aa, bb, cc, dd, ee] = y;
    return same(a, aa) && same(b, bb) && same(c, cc) && same(d, dd) && same(e, ee);
  } else if constexpr (kFields<T> == 6) {
    auto const& [a, b, c, d, e, f] = x;
    auto const& [aa, bb, cc, dd, ee, ff] = y;
    return same(a, aa) && same(b, bb) && same(c, cc) && same(d, dd) && same(e, ee) && same(f, ff);
  } else if constexpr (kFields<T> == 7) {
    auto const& [a, b, c, d, e, f, g] = x;
    auto const& [aa, bb, cc, dd, ee, ff, gg] = y;
    return same(a, aa) && same(b, bb) && same(c, cc) && same(d, dd) && same(e, ee) && same(f, ff) &&
           same(g, gg);
  } else if constexpr (kFields<T> == 8) {
    auto const& [a, b, c, d, e, f, g, h] = x;
    auto const& [aa, bb, cc, dd, ee, ff, gg, hh] = y;
    return same(a, aa) && same(b, bb) && same(c, cc) && same(d, dd) && same(e, ee) && same(f, ff) &&
           same(g, gg) && same(h, hh);
  } else if constexpr (kFields<T> == 9) {
    auto const& [a, b, c, d, e, f, g, h, i] = x;
    auto const& [aa, bb, cc, dd, ee, ff, gg, hh, ii] = y;
    return same(a, aa) && same(b, bb) && same(c, cc) && same(d, dd) && same(e, ee) && same(f, ff) &&
           same(g, gg) && same(h, hh) && same(i, ii);
  } else {
    static_assert(kFields<T> != 0, "a new kind of fact: say how many fields it has");
  }
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
    if (dice.coin()) {
      batch.events.back().sinks = {dice.text(), dice.text()};
      batch.events.back().run = dice.text();
      batch.events.back().step = dice.text();
    }
    batch.sent.push_back({dice.text(), dice.text(), dice.time(), dice.coin()});
    LockBody body = LockQueued{dice.text(), dice.id<ActivationId>()};
    if (dice.coin()) body = LockGranted{dice.text(), dice.id<ActivationId>()};
    if (dice.coin()) body = LockReleased{dice.text()};
    batch.locks.push_back({dice.text(), dice.time(), std::move(body)});
  }
  return batch;
}

bool equal(Record const& a, Record const& b) {
  if (a.at != b.at || a.body.index() != b.body.index()) return false;
  return std::visit(
      [&](auto const& left) {
        return equal_fields(left, std::get<std::decay_t<decltype(left)>>(b.body));
      },
      a.body);
}

namespace {

bool same_lock(LockBody const& a, LockBody const& b) {
  if (a.index() != b.index()) return false;
  if (auto const* released = std::get_if<LockReleased>(&a)) {
    return released->run == std::get<LockReleased>(b).run;
  }
  auto const place = [](LockBody const& body) {
    auto const* queued = std::get_if<LockQueued>(&body);
    auto const* granted = std::get_if<LockGranted>(&body);
    return queued != nullptr ? std::pair(queued->run, queued->request)
                             : std::pair(granted->run, granted->request);
  };
  return place(a) == place(b);
}

}  // namespace

bool equal(Batch const& a, Batch const& b) {
  auto const entries = [](Entry const& x, Entry const& y) {
    return x.run == y.run && x.sequence == y.sequence && equal(x.record, y.record);
  };
  auto const deployments = [](Deployed const& x, Deployed const& y) {
    return std::tie(x.workflow, x.digest, x.source, x.source_name, x.graph, x.at) ==
           std::tie(y.workflow, y.digest, y.source, y.source_name, y.graph, y.at);
  };
  auto const events = [](EventReceived const& x, EventReceived const& y) {
    return std::tie(x.event, x.at, x.sinks, x.run, x.step) ==
           std::tie(y.event, y.at, y.sinks, y.run, y.step);
  };
  auto const locks = [](LockFact const& x, LockFact const& y) {
    return x.name == y.name && x.at == y.at && same_lock(x.body, y.body);
  };
  auto const sent = [](EventSent const& x, EventSent const& y) {
    return std::tie(x.sink, x.event, x.at, x.refused) == std::tie(y.sink, y.event, y.at, y.refused);
  };
  return std::ranges::equal(a.entries, b.entries, entries) &&
         std::ranges::equal(a.sent, b.sent, sent) && std::ranges::equal(a.locks, b.locks, locks) &&
         std::ranges::equal(a.deployments, b.deployments, deployments) &&
         std::ranges::equal(a.events, b.events, events);
}

}  // namespace skald::runtime::testing
