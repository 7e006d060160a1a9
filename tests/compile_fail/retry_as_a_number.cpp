// error: cannot convert // or: could not bind
#include "tests/compile_fail/types.hpp"

auto const wrong = skald::http::put<Booked>("hotel", "http://hotel.local").retry(5);
