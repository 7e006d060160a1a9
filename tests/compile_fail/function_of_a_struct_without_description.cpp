// error: the input of a step function is a struct, a map or Json
#include "tests/compile_fail/types.hpp"

struct Plain {
  int a = 0;
};
skald::Result<Booked> book(skald::StepContext const&, Plain const&);
auto const wrong = skald::step<Booked>("hotel", &book).with(skald::input<Trip>());
