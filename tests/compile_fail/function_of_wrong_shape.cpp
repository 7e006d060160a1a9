// error: a step function is Result<Out> f(StepContext const&, In const&)
#include "tests/compile_fail/types.hpp"

Booked book(Trip const&);
auto const wrong = skald::step("hotel", &book);
