#include "runtime/engine/event_outbox.hpp"

#include <algorithm>
#include <array>

#include "runtime/machine/tree.hpp"

namespace skald::runtime {
namespace {

constexpr Duration kLongestPause = Duration::from_seconds(60);
constexpr Duration kLongestWish = Duration::from_seconds(3600);  // of a sink's Retry-After

Duration pause_after(std::uint32_t failures) {
  auto const doublings = std::min(failures > 0 ? failures - 1 : 0U, 6U);
  return std::min(Duration::from_seconds(std::int64_t{1} << doublings), kLongestPause);
}

// These say that the sink is not as it should be, and someone can mend it. Any other 4xx is about
// the event, and would be said of it again.
constexpr std::array kMendable = {401, 402, 403, 404, 405, 407, 408, 410, 421, 423, 424, 425, 429};

enum class Verdict : std::uint8_t { taken, refused, failed };

Verdict verdict_of(saga::Answer const& answer) {
  using Kind = saga::Answer::Kind;
  switch (answer.kind) {
    case Kind::returned: return Verdict::taken;
    case Kind::refused: return Verdict::refused;
    case Kind::response: {
      if (answer.status >= 200 && answer.status < 300) return Verdict::taken;
      bool const mendable = std::ranges::find(kMendable, answer.status) != kMendable.end();
      return answer.status >= 400 && answer.status < 500 && !mendable ? Verdict::refused
                                                                      : Verdict::failed;
    }
    // Arguments that are wrong in themselves, but for a secret that is missing (403).
    case Kind::not_sent:
      return answer.invalid && answer.status == 0 ? Verdict::refused : Verdict::failed;
    case Kind::failed:
    case Kind::lost: return Verdict::failed;
  }
  return Verdict::failed;
}

std::string words_of(saga::Answer const& answer) {
  if (!answer.message.empty()) return answer.message;
  return answer.status > 0 ? "it answered " + std::to_string(answer.status) : "no answer";
}

}  // namespace

bool FailingSinks::begins(std::string const& sink) {
  std::lock_guard const lock(mutex_);
  return ++counts_[sink] == 1;
}

bool FailingSinks::ends(std::string const& sink) {
  std::lock_guard const lock(mutex_);
  return --counts_[sink] == 0;
}

EventOutbox::EventOutbox(OutboxOptions options, std::uint64_t handle, Ports ports)
    : options_(std::move(options)), handle_(handle), ports_(std::move(ports)) {
  if (options_.failing == nullptr) options_.failing = std::make_shared<FailingSinks>();
  for (auto const& name : options_.sinks) sinks_[name].configured = true;
}

void EventOutbox::owe(EventReceived const& event) {
  auto const identity = event_identity(event.event);
  for (auto const& name : event.sinks) {
    auto& sink = sinks_[name];
    auto const number = next_number_++;
    if (!sink.numbers.emplace(identity, number).second) continue;
    Owed owed{event, identity, event.event.byte_size() + identity.size(), 0, {}, false};
    sink.bytes += owed.bytes;
    sink.ready.insert({owed.not_before, number});
    sink.owed.emplace(number, std::move(owed));
  }
}

void EventOutbox::fold(EventSent const& sent) {
  auto& sink = sinks_[sent.sink];
  auto const number = sink.numbers.find(sent.event);
  if (number != sink.numbers.end()) forget(sink, number->second);
}

void EventOutbox::forget(Sink& sink, std::uint64_t number) {
  auto const owed = sink.owed.find(number);
  sink.bytes -= owed->second.bytes;
  sink.numbers.erase(owed->second.identity);
  sink.ready.erase({owed->second.not_before, number});
  sink.owed.erase(owed);
}

void EventOutbox::begin(Time now) {
  for (auto const& [name, sink] : sinks_) {
    if (sink.configured || sink.owed.empty()) continue;
    ports_.say("the event sink '" + name + "' is owed " + std::to_string(sink.owed.size()) +
               " events, but is not configured any more: they are kept until it is");
  }
  send(now);
}

void EventOutbox::send(Time now) {
  for (auto& [name, sink] : sinks_) {
    if (sink.configured) send(name, sink, now);
  }
}

void EventOutbox::send(std::string const& name, Sink& sink, Time now) {
  if (now < sink.paused_until) return;
  while (sink.under_way < most(sink) && !sink.ready.empty() && sink.ready.begin()->first <= now) {
    auto const number = sink.ready.begin()->second;
    sink.ready.erase(sink.ready.begin());
    auto& owed = sink.owed.at(number);
    owed.under_way = true;
    ++owed.attempts;
    ++sink.under_way;
    auto const attempt = next_attempt_++;
    attempts_.emplace(attempt, std::pair(name, number));
    auto request = options_.call(name, owed.event);
    request.id = {handle_, attempt, 1};
    request.timeout = options_.timeout;
    request.attempt = owed.attempts;
    ports_.submit(std::move(request));
  }
}

void EventOutbox::answered(AttemptId attempt, saga::Answer const& answer, Time now) {
  // A function that was overdue answers twice: the second time it is known no more.
  auto const under_way = attempts_.extract(attempt.activation);
  if (under_way.empty()) return;
  auto const& [name, number] = under_way.mapped();
  auto& sink = sinks_.at(name);
  --sink.under_way;
  sink.owed.at(number).under_way = false;
  auto const verdict = verdict_of(answer);
  if (verdict == Verdict::failed) {
    failed(name, sink, number, answer, now);
  } else {
    if (verdict == Verdict::refused) {
      ports_.say("the event sink '" + name + "' refuses the event " +
                 sink.owed.at(number).identity + " (" + words_of(answer) +
                 "): it is not sent again");
    }
    settle(name, sink, number, verdict == Verdict::refused, now);
  }
  send(name, sink, now);
}

void EventOutbox::settle(std::string const& name, Sink& sink, std::uint64_t number, bool refused,
                         Time now) {
  if (sink.failures > 0 && options_.failing->ends(name)) {
    ports_.say("the event sink '" + name + "' takes events again");
  }
  sink.failures = 0;
  sink.error.clear();
  sink.paused_until = Time{};
  ++(refused ? sink.refused : sink.sent);
  ports_.keep({name, sink.owed.at(number).identity, now, refused});
  forget(sink, number);
}

void EventOutbox::failed(std::string const& name, Sink& sink, std::uint64_t number,
                         saga::Answer const& answer, Time now) {
  auto& owed = sink.owed.at(number);
  sink.error = words_of(answer);
  if (sink.failures == 0 && options_.failing->begins(name)) {
    ports_.say("the event sink '" + name + "' takes no events (" + sink.error +
               "): they are kept and sent again; /healthz shows how many");
  }
  auto const wish = std::min(answer.retry_after.value_or(Duration{}), kLongestWish);
  owed.not_before = now + std::max(pause_after(owed.attempts), wish);
  sink.ready.insert({owed.not_before, number});
  // Of many that were under way together only the first counts.
  if (now >= sink.paused_until) ++sink.failures;
  sink.paused_until = std::max(sink.paused_until, now + std::max(pause_after(sink.failures), wish));
}

bool EventOutbox::full() const {
  auto const& limits = options_.limits;
  return std::ranges::any_of(sinks_, [&](auto const& each) {
    auto const& sink = each.second;
    bool const over = sink.owed.size() >= limits.count || sink.bytes >= limits.bytes;
    return sink.configured && over;
  });
}

std::uint32_t EventOutbox::most(Sink const& sink) const {
  return sink.failures > 0 ? 1U : options_.limits.in_flight;
}

std::optional<Time> EventOutbox::wanted(Sink const& sink) const {
  if (!sink.configured || sink.ready.empty() || sink.under_way >= most(sink)) return std::nullopt;
  return std::max(sink.ready.begin()->first, sink.paused_until);
}

std::optional<Time> EventOutbox::next_deadline() const {
  std::optional<Time> next;
  for (auto const& [name, sink] : sinks_) {
    auto const at = wanted(sink);
    if (at && (!next || *at < *next)) next = at;
  }
  return next;
}

std::vector<SinkReport> EventOutbox::report() const {
  std::vector<SinkReport> out;
  for (auto const& [name, sink] : sinks_) {
    if (!sink.configured && sink.owed.empty()) continue;
    SinkReport each;
    each.name = name;
    each.configured = sink.configured;
    each.owed = sink.owed.size();
    if (!sink.owed.empty()) each.oldest = sink.owed.begin()->second.event.at;
    each.sent = sink.sent;
    each.refused = sink.refused;
    each.failures = sink.failures;
    each.error = sink.error;
    if (sink.failures > 0) each.next_try = wanted(sink);
    out.push_back(std::move(each));
  }
  return out;
}

}  // namespace skald::runtime
