#pragma once

// Facts for the codec's tests: random ones from a seed, and one fixed batch that holds every kind.

#include <cstdint>
#include <random>
#include <tuple>

#include "runtime/codec/record_codec.hpp"

namespace skald::runtime::testing {

// What a random fact is made of. The same seed gives the same facts.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t upto(std::uint64_t limit) { return engine_() % (limit + 1); }
  bool coin() { return upto(1) == 1; }
  std::uint32_t number() { return static_cast<std::uint32_t>(engine_() >> upto(63)); }
  template <class Id>
  Id id() {
    return coin() && coin() ? Id{} : Id{static_cast<std::uint32_t>(upto(300))};
  }
  std::string text();
  Json json(int depth = 3);
  Time time();
  std::optional<Time> maybe_time();
  template <class Enum>
  Enum one_of(int count) {
    return static_cast<Enum>(upto(static_cast<std::uint64_t>(count) - 1));
  }

 private:
  std::mt19937_64 engine_;
};

// A fact of the kind with that index in RecordBody.
Record random_record(Dice& dice, std::size_t kind);
// Runs, neighbours and gaps mixed.
Batch random_batch(Dice& dice);
// Every kind once, with all fields set; never changes. tests/compat holds its bytes.
Batch every_kind();
// The same for the kinds and fields that came later.
Batch later_kinds();
// And for calls that are not finished, probes, callbacks, locks and schedules.
Batch kinds_of_waiting();

// Both hold the same in every field.
bool equal(Record const& a, Record const& b);
bool equal(Batch const& a, Batch const& b);

}  // namespace skald::runtime::testing
