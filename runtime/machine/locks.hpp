#pragma once

// The registry of locks: who holds a name, and who waits for it, first come first served. Each name
// is homed by its hash, under the same laws as a run: a decision makes facts, facts are folded. Its
// holder is a run, to the end of that run. docs/decisions/locks.md has the protocol between a run
// and the home of a lock, and why it comes to no deadlock.
//
//   auto answer = ask(table, request, now);   // folded already; answer.facts are to be journaled
//   ... once durable: tell the run
//
// A question that is asked again, after a crash, is answered as before. Pure.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "runtime/machine/ids.hpp"
#include "runtime/machine/input.hpp"

namespace skald::runtime {

// The run waits, behind those that were there before.
struct LockQueued {
  std::string run;
  ActivationId request;  // of that run
};

// The run, which may have waited, is the holder.
struct LockGranted {
  std::string run;
  ActivationId request;
};

// The run neither holds the lock nor waits for it any more.
struct LockReleased {
  std::string run;
};

using LockBody = std::variant<LockQueued, LockGranted, LockReleased>;

struct LockFact {
  std::string name;
  Time at;
  LockBody body;
};

struct LockPlace {
  std::string run;
  ActivationId request;
  Time since;
};

struct LockState {
  std::optional<LockPlace> holder;
  std::map<std::uint64_t, LockPlace> waiters;    // by their number, in the order of their coming
  std::map<std::string, std::uint64_t> numbers;  // of the runs that wait
  std::uint64_t next_number = 1;
};

// By name; one that nobody holds is not in it.
using LockTable = std::map<std::string, LockState>;

struct LockAsk {
  std::string name;
  std::string run;
  ActivationId request;
  std::string above;                // the greatest name that the run or its family has; empty: none
  std::vector<std::string> family;  // the runs that wait for the end of this one
};

struct LockReply {
  std::vector<LockFact> facts;
  std::optional<LockAnswered> answer;  // none: the run waits
};

// Decisions. Each folds what it decides and gives it back.
LockReply ask(LockTable& table, LockAsk const& request, Time now);
// The request is forgotten; if it has the lock, that is released.
std::vector<LockFact> withdraw(LockTable& table, std::string const& name, std::string const& run,
                               ActivationId request, Time now);
// The run has ended.
std::vector<LockFact> run_over(LockTable& table, std::string const& name, std::string const& run,
                               Time now);

// Folds one fact. Never fails.
void evolve(LockTable& table, LockFact const& fact);

// Everything in the table, as JSON: equal for equal tables.
Json to_json(LockTable const& table);

}  // namespace skald::runtime
