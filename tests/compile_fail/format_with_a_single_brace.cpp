// error: single_brace_in_a_format
#include "tests/compile_fail/types.hpp"

auto const wrong = skald::format("http://hotel.local/{id}", skald::run_id());
