// error: a step function can not hold state
#include "tests/compile_fail/types.hpp"

auto make(int state) {
  return skald::step("hotel", [state](skald::StepContext const&, Trip const&) {
    return skald::Result<Booked>(Booked{std::to_string(state)});
  });
}
