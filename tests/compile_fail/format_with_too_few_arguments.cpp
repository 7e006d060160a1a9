// error: fewer_arguments_than_braces_in_a_format
#include "tests/compile_fail/types.hpp"

auto const wrong = skald::format("http://hotel.local/{}/{}", skald::run_id());
