// error: the pattern has another number of {} than arguments
#include "tests/compile_fail/types.hpp"

auto const wrong = skald::format("http://hotel.local/{}/{}", skald::run_id());
