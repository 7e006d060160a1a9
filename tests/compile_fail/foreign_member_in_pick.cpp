// error: this member belongs to another struct than the value
#include "tests/compile_fail/types.hpp"

auto const wrong = skald::pick(skald::input<Trip>(), &Trip::city, &Booked::id);
