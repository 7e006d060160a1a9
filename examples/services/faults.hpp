#pragma once

// The switches of POST /control: what the service is told to do wrong. Each is set for one
// direction of calls or for both. Thread-safe.

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>

#include "base/json.hpp"

namespace booking {

// How often a switch still acts; -1 is always.
using Times = std::int64_t;

struct Switches {
  Times refuse = 0;                  // answer 409, do nothing
  Times fail = 0;                    // answer 500, do nothing
  Times lose_answers = 0;            // do the work, close the connection without an answer
  Times down = 0;                    // close the connection, do nothing
  Times hold = 0;                    // do the work, answer only after {"release": true}
  std::int64_t delay_ms = 0;         // do the work, answer that much later
  std::int64_t delay_before_ms = 0;  // begin the work that much later
  std::string only;                  // only calls whose path holds this text
};

// What one call has to suffer.
struct Fault {
  bool refuse = false;
  bool fail = false;
  bool lose_answer = false;
  bool down = false;
  bool hold = false;
  std::int64_t delay_ms = 0;
  std::int64_t delay_before_ms = 0;
};

class Faults {
 public:
  // {"refuse": n|"always", "fail": ..., "loseAnswers": ..., "down": ..., "hold": ...,
  //  "delayMs": n, "delayBeforeMs": n, "direction": "forward"|"undo" (else each of both),
  //  "only": "text of the path", "release": true, "reset": true}. Errors: invalid_argument.
  skald::Result<void> control(skald::Json const& order);

  // The faults of the next call in that direction; counted switches go down.
  Fault take(std::string const& direction, std::string const& path);

  // Waits that long, or until release or reset.
  void wait_ms(std::int64_t milliseconds);
  // Waits until release or reset.
  void wait_released();
  // Lets go all that waits now.
  void release();

  // The switches, and how many calls wait.
  skald::Json to_json();

 private:
  skald::Result<void> set(Switches& switches, skald::Json const& order);

  std::mutex mutex_;
  std::condition_variable released_;
  std::uint64_t releases_ = 0;
  int waiting_ = 0;
  Switches forward_;
  Switches undo_;
};

}  // namespace booking
