// error: the function returns another type than step<...> names
#include "tests/compile_fail/types.hpp"

skald::Result<Booked> book(skald::StepContext const&, Trip const&);
auto const wrong = skald::step<Trip>("hotel", &book);
