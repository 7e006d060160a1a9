// error: a condition gives true or false
#include "tests/compile_fail/types.hpp"

auto const wrong = skald::set("x").when(skald::input<Trip>()[&Trip::amount]);
