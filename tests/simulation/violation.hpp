#pragma once

// A broken promise ends the seed. Thrown by the checks, caught once per seed; the story that led
// to it is told by playing the seed again.

#include <stdexcept>
#include <string>

namespace skald::simulation {

class Violation : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline void require(bool holds, std::string const& promise) {
  if (!holds) throw Violation(promise);
}

}  // namespace skald::simulation
