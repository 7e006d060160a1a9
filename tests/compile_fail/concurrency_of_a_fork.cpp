// error: has no member named 'concurrency' // or: no member named 'concurrency' in
#include "tests/compile_fail/types.hpp"

auto const hotel = skald::http::put<Booked>("hotel", "http://hotel.local");
auto const wrong = skald::fork("both", hotel).concurrency(2);
