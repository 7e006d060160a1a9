// error: the function's input is another type
#include "tests/compile_fail/types.hpp"

skald::Result<Booked> book(skald::StepContext const&, Trip const&);
auto const wrong = skald::step("hotel", &book).with(skald::data<Booked>());
