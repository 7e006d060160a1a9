// error: no matching function for call to // or: no matching member function
#include "tests/compile_fail/types.hpp"

auto const wrong =
    skald::http::put<Booked>("hotel", "http://hotel.local").compensate("cancelHotel");
