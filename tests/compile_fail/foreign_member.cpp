// error: this member belongs to another struct than the value
#include "tests/compile_fail/types.hpp"

auto const hotel = skald::http::put<Booked>("hotel", "http://hotel.local");
auto const wrong = hotel[&Trip::city];
