// error: this type has no JSON form
#include "tests/compile_fail/types.hpp"

struct Stranger {
  int x;
};
auto const wrong = skald::http::put("hotel", "http://hotel.local").body(Stranger{1});
