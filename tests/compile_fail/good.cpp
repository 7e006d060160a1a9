// The counter-test: what is right compiles with the same command.
#include "tests/compile_fail/types.hpp"

skald::Result<Booked> book(skald::StepContext const&, Trip const&);
skald::Result<void> cancel(skald::StepContext const&, skald::Undo<Trip, Booked> const&);
auto const right = skald::step<Booked>("hotel", &book)
                       .with(skald::input<Trip>())
                       .when(skald::input<Trip>()[&Trip::amount] > 5000)
                       .compensate("cancel", &cancel);
auto const id = right[&Booked::id];
