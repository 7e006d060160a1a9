// How long a fact takes to become bytes and back: turns of a three-step saga, one step each (an
// answer, an output, the next step), alone and in batches of 64.
//
//   codec_bench [SECONDS]

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <functional>

#include "runtime/codec/record_codec.hpp"

namespace {

using namespace skald;
using namespace skald::runtime;
using Clock = std::chrono::steady_clock;

void add_turn(Batch& batch, std::string const& run) {
  auto const with = parse_json(R"({"customer":"Ada","city":"Rome","from":"2027-05-01"})").value();
  auto const booked = parse_json(R"({"id":"b-12345","ok":true})").value();
  Time const at{1'795'411'800'000'000};
  saga::Answer answer;
  answer.kind = saga::Answer::Kind::returned;
  answer.output = booked;
  AttemptEnded ended;
  ended.activation = ActivationId{1};
  ended.answer = answer;
  ended.outcome = saga::Outcome::succeeded;
  TaskEntered entered;
  entered.activation = ActivationId{2};
  entered.scope = ScopeId{1};
  entered.task = TaskIndex{3};
  entered.input = booked;
  entered.detail = with;
  entered.attempt_deadline = at + Duration::from_seconds(30);
  batch.entries.push_back({run, 5, {at, ended}});
  batch.entries.push_back({run, 6, {at, TaskCompleted{ActivationId{1}, booked, {}, {}}}});
  batch.entries.push_back({run, 7, {at, entered}});
}

// Nanoseconds a fact, over about that many seconds.
double measure(std::size_t facts, double seconds, std::function<void()> const& work) {
  std::size_t rounds = 0;
  auto const begin = Clock::now();
  std::chrono::duration<double> taken{};
  while (taken.count() < seconds) {
    for (int i = 0; i < 100; ++i) work();
    rounds += 100;
    taken = Clock::now() - begin;
  }
  return taken.count() * 1e9 / static_cast<double>(rounds * facts);
}

void report(std::size_t turns, double seconds) {
  Batch batch;
  for (std::size_t i = 0; i < turns; ++i) add_turn(batch, fmt::format("booking-{:08}", i));
  auto const facts = batch.entries.size();
  std::string bytes;
  auto const encoding = measure(facts, seconds, [&] {
    bytes.clear();
    encode(batch, bytes);
  });
  auto const decoding = measure(facts, seconds, [&] { (void)decode(bytes).value(); });
  fmt::print("{:>4} facts a batch: encode {:.0f} ns, decode {:.0f} ns, {:.0f} bytes a fact\n",
             facts, encoding, decoding,
             static_cast<double>(bytes.size()) / static_cast<double>(facts));
}

}  // namespace

int main(int count, char** arguments) {
  double const seconds = count > 1 ? std::atof(arguments[1]) : 1.0;
  report(1, seconds);
  report(64, seconds);
}
