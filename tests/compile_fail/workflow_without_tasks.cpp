// error: no matching function for call to // or: no matching member function
#include "tests/compile_fail/types.hpp"

auto const wrong = skald::workflow("travel", "trip", "1.0.0").run();
