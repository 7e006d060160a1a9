// error: 'idd' is not a member of // or: no member named 'idd' in
#include "tests/compile_fail/types.hpp"

auto const hotel = skald::http::put<Booked>("hotel", "http://hotel.local");
auto const wrong = hotel[&Booked::idd];
