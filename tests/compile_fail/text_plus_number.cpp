// error: computes with values of different kinds
#include "tests/compile_fail/types.hpp"

auto const wrong = skald::input<Trip>()[&Trip::city] + 5;
