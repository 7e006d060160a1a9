// error: compares values of different kinds
#include "tests/compile_fail/types.hpp"

auto const wrong = skald::input<Trip>()[&Trip::paid] == 1;
