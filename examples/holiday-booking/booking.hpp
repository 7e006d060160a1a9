#pragma once

// The holiday booking of holiday-booking.yaml, written in C++. Both compile to the same graph.

#include <skald/builder.hpp>
#include <string>

namespace travel {

// What the run is started with.
struct Trip {
  std::string customer, city, from, to, card;
  double amount = 0;
};
// What the services answer.
struct Booked {
  std::string id;
};
// The data of the event travel.approval.v1.
struct Approval {
  bool approved = false;
};
SKALD_DESCRIBE(Trip, customer, city, from, to, card, amount)
SKALD_DESCRIBE(Booked, id)
SKALD_DESCRIBE(Approval, approved)

skald::Workflow holiday_booking();

}  // namespace travel
