#pragma once

// The structs of the compile_fail tests.

#include <string>

#include "skald/builder.hpp"

struct Trip {
  std::string city;
  double amount = 0;
  bool paid = false;
};
struct Booked {
  std::string id;
};
SKALD_DESCRIBE(Trip, city, amount, paid)
SKALD_DESCRIBE(Booked, id)
