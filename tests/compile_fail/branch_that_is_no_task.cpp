// error: no matching function for call to
#include "tests/compile_fail/types.hpp"

auto const wrong = skald::fork("both", "hotel", "flight");
