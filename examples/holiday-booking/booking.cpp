#include "booking.hpp"

#include <chrono>

namespace travel {

using namespace skald;
using namespace std::chrono_literals;

Workflow holiday_booking() {
  auto const trip = input<Trip>();
  auto const id = run_id();
  auto const transient = retry_policy("transient")
                             .delay(200ms)
                             .exponential()
                             .jitter(0ms, 100ms)
                             .retries(6)
                             .within(2min);
  auto const patient = retry_policy("patient").delay(1s).exponential(1min);

  auto const hotel_url = format("http://hotel.local/reservations/{}", id);
  auto const hotel = http::put<Booked>("hotel", hotel_url)
                         .body(pick(trip, &Trip::city, &Trip::from, &Trip::to))
                         .timeout(5s)
                         .retry(transient)
                         .compensate(http::del("cancelHotel", hotel_url));

  auto const traveller = pick(trip, &Trip::customer, &Trip::city, &Trip::from, &Trip::to);
  auto const flight_url = format("http://flight.local/tickets/{}", id);
  auto const flight = http::put<Booked>("flight", flight_url)
                          .body(traveller)
                          .timeout(5s)
                          .retry(transient)
                          .compensate(http::del("cancelFlight", flight_url));
  auto const car_url = format("http://car.local/rentals/{}", id);
  auto const car = http::put<Booked>("car", car_url)
                       .body(traveller)
                       .timeout(5s)
                       .retry(transient)
                       .compensate(http::del("cancelCar", car_url));

  // A trip that costs much waits for somebody to approve it.
  auto const approval = listen<Approval>("approval", "travel.approval.v1")
                            .when(trip[&Trip::amount] > 5000)
                            .correlate("booking", ".data.booking", id)
                            .timeout(days{2});
  auto const rejected =
      raise("rejected", {"https://travel.example/errors/rejected", 403, "Trip rejected"})
          .when(approval[&Approval::approved] == false);

  auto const charge_url = format("http://pay.local/charges/{}", id);
  auto const payment = http::put<Booked>("payment", charge_url)
                           .body(pick(trip, &Trip::card, &Trip::amount))
                           .timeout(10s)
                           .retry(transient)
                           .compensate(http::del("refund", charge_url));

  auto const itinerary = set("itinerary")
                             .field("booking", id)
                             .field("hotel", hotel[&Booked::id])
                             .field("flight", flight[&Booked::id])
                             .field("charge", payment[&Booked::id]);

  return workflow("travel", "holiday-booking", "1.2.0")
      .use(transient, patient)
      .undo(patient)
      .timeout(days{3})
      .run(fork("reserve", hotel, flight, car), approval, rejected, payment, itinerary);
}

}  // namespace travel
