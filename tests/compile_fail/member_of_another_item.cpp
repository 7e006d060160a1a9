// error: this member belongs to another struct than the value
#include "tests/compile_fail/types.hpp"

struct Tour {
  std::vector<Booked> rooms;
};
SKALD_DESCRIBE(Tour, rooms)
auto const wrong = skald::for_each("rooms", skald::input<Tour>()[&Tour::rooms], [](auto room) {
  return skald::set("room").field("city", room[&Trip::city]);
});
