// error: a condition gives true or false
#include "tests/compile_fail/types.hpp"

auto const wrong = skald::for_each("each", skald::data(), [](auto item) {
                     return skald::set("a").field("b", item);
                   }).while_(skald::input<Trip>()[&Trip::city]);
