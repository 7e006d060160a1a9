// error: only a list can be gone through
#include "tests/compile_fail/types.hpp"

auto const wrong = skald::for_each("legs", skald::input<Trip>()[&Trip::city],
                                   [](auto const& each) { return skald::set("x", each); });
