#pragma once

// Runs several calls of a service in every order in which their parts can follow each other. Each
// call runs on a thread of its own and stops at gates; only one moves at a time, and which one is
// the schedule's choice. A call that meets another one's lock gives up and is made again when
// some other call has moved, as an engine makes it again after a 503.
//
//   std::vector<std::size_t> choices;
//   do {
//     Schedule schedule(choices);
//     schedule.add([&](Schedule::Gate& gate) { ...; gate.pass(); ...; return true; });
//     schedule.run();
//   } while (next(choices));
//
// Not thread-safe itself.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace skald::participant {

// Which call moved at each step, and how many could have.
struct Choice {
  std::size_t taken = 0;
  std::size_t options = 0;
};

// The choices of the next schedule that has not been run; false when there is none.
bool next_schedule(std::vector<Choice>& choices);

class Schedule {
 public:
  // Where a call stops until it is its turn.
  class Gate {
   public:
    void pass();

   private:
    friend class Schedule;
    enum class State { waiting, moving, stuck, done };
    std::mutex* mutex_ = nullptr;
    std::condition_variable* changed_ = nullptr;
    State state_ = State::moving;  // to its first gate
    bool stuck_ = false;           // gave up at a lock, and nothing has moved since
  };
  // A call; true when it is through, false when it met a lock and is to be made again.
  using Call = std::function<bool(Gate&)>;

  // Follows `choices` and appends to them when they end.
  explicit Schedule(std::vector<Choice>& choices) : choices_(choices) {}
  Schedule(Schedule const&) = delete;
  Schedule& operator=(Schedule const&) = delete;

  void add(Call call);
  // Until all calls are through. False when each waits for another: a deadlock.
  bool run();

 private:
  struct Actor {
    Call call;
    Gate gate;
    std::thread thread;
  };

  static void live(Actor& actor);
  bool finished() const;
  void move(Actor& actor);

  std::vector<Choice>& choices_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Actor>> actors_;
};

}  // namespace skald::participant
