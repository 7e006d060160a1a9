// error: the undo function is of another step
#include "tests/compile_fail/types.hpp"

skald::Result<Booked> book(skald::StepContext const&, Trip const&);
skald::Result<void> cancel(skald::StepContext const&, skald::Undo<Booked, Trip> const&);
auto const wrong = skald::step("hotel", &book).compensate("cancel", &cancel);
