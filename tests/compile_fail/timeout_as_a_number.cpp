// error: cannot convert 'int' to 'skald::Length' // or: no viable conversion
#include "tests/compile_fail/types.hpp"

auto const wrong = skald::http::put<Booked>("hotel", "http://hotel.local").timeout(5);
