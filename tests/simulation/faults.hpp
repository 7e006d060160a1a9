#pragma once

// How bad a world is. Each seed draws which kinds of faults it has and how often (per thousand),
// so that some worlds are calm and some have one fault only.

#include <cstdint>
#include <iterator>
#include <map>
#include <string>

#include "tests/simulation/random.hpp"

namespace skald::simulation {

struct Faults {
  std::uint32_t refused = 0;    // the participant says no
  std::uint32_t failed = 0;     // an error after, or instead of, the work
  std::uint32_t lost = 0;       // no answer; the work may be done
  std::uint32_t late = 0;       // the work, or the answer, comes after the deadline
  std::uint32_t duplicate = 0;  // the request, and the answer, come twice
  std::uint32_t not_sent = 0;   // no connection
  std::uint32_t ongoing = 0;    // the participant asks for more time
  std::uint32_t mute = 0;       // it never calls back
  std::uint32_t crash = 0;      // the engine dies, per event of the world
  std::uint32_t aimed = 0;      // ... in front of a fact about a child
  std::uint32_t again = 0;      // it dies once more, few entries behind: also while it recovers
  std::uint32_t clock = 0;      // the engine's clock steps
  std::uint32_t cancel = 0;     // per run
  std::uint32_t kill = 0;
  std::uint32_t strike = 0;  // a child that goes back, or its parent, is killed, likewise
  std::uint32_t meddle = 0;  // an operator does something to a run, per event of the world
  std::uint32_t broken = 0;  // an undo fails, on top of all else
  bool plain = false;        // some participants have no barrier
  // How the engine writes: a crash can come between any two facts of different runs, and turns end
  // over their budget (0: the engine's own).
  bool own_entries = false;
  std::uint32_t turn_records = 0;

  static Faults draw(Random& random) {
    auto some = [&random](std::uint32_t most) {
      return random.chance(500) ? random.below(most) + 1 : 0;
    };
    Faults faults;
    faults.refused = some(250);
    faults.failed = some(250);
    faults.lost = some(250);
    faults.late = some(250);
    faults.duplicate = some(200);
    faults.not_sent = some(250);
    faults.ongoing = some(200);
    faults.mute = 50;
    faults.crash = some(60);
    faults.strike = random.chance(350) ? random.below(400) + 200 : 0;
    bool const struck = faults.strike > 0;
    faults.own_entries = random.chance(struck ? 650 : 350);
    if (random.chance(faults.own_entries ? 500 : 120)) faults.turn_records = 1 + random.below(3);
    faults.aimed = faults.own_entries && random.chance(struck ? 800 : 400) ? 400 : 0;
    faults.again = random.chance(faults.turn_records > 0 ? 800 : 250) ? 600 : 0;
    faults.clock = some(30);
    faults.cancel = some(400);
    faults.kill = random.chance(250) ? 300 : 0;
    faults.meddle = random.chance(300) ? random.below(60) + 1 : 0;
    faults.broken = random.chance(150) ? 800 : 0;
    faults.plain = random.chance(300);
    if (random.chance(700)) faults.favour(random);
    return faults;
  }

 private:
  // Of the pairs of an outcome and a fault those that seldom meet: a refusal behind another fault,
  // and calls that never leave while somebody stops or kills their run, or that are doubled.
  void favour(Random& random) {
    using Kind = std::uint32_t Faults::*;
    constexpr Kind kBehindRefusal[] = {&Faults::lost,    &Faults::lost,  &Faults::lost,
                                       &Faults::lost,    &Faults::late,  &Faults::late,
                                       &Faults::ongoing, &Faults::cancel};
    constexpr Kind kNeverSent[] = {&Faults::cancel, &Faults::cancel, &Faults::kill,
                                   &Faults::duplicate};
    if (random.chance(700)) {
      refused = 150;
      this->*kBehindRefusal[random.below(std::uint32_t{std::size(kBehindRefusal)})] = 400;
    } else {
      not_sent = 600;
      this->*kNeverSent[random.below(std::uint32_t{std::size(kNeverSent)})] = 400;
    }
  }
};

// What happened in a world, for the figures.
using Counts = std::map<std::string, std::uint64_t>;

}  // namespace skald::simulation
