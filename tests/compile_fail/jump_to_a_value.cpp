// error: cannot convert // or: no viable conversion // or: could not convert
#include "tests/compile_fail/types.hpp"

auto const hotel = skald::http::put<Booked>("hotel", "http://hotel.local");
auto const wrong = skald::set("note").then(hotel[&Booked::id]);
