// skald inside a program: no server, no other process. A workflow in C++ whose steps are C++
// functions, an engine with a data directory, a run that completes, one that is rolled back.

#include <skald/skald.hpp>

#include <chrono>
#include <cstdio>
#include <string>

struct Trip {
  std::string customer;
  std::string city;
  double amount;
};
struct Booked {
  std::string id;
};
SKALD_DESCRIBE(Trip, customer, city, amount)
SKALD_DESCRIBE(Booked, id)

// Steps. `key` is the same for all attempts of one booking: a real service would store it.
static skald::Result<Booked> book_flight(skald::StepContext const& context, Trip const& trip) {
  std::printf("  flight to %s booked\n", trip.city.c_str());
  return Booked{"flight-" + context.run};
}
static skald::Result<void> cancel_flight(skald::StepContext const&,
                                         skald::Undo<Trip, Booked> const& undo) {
  std::printf("  %s cancelled\n", undo.output ? undo.output->id.c_str() : "flight (in doubt)");
  return {};
}
static skald::Result<Booked> pay(skald::StepContext const& context, Trip const& trip) {
  if (trip.amount > 1000) return skald::refused("the card was declined");
  std::printf("  %.2f paid\n", trip.amount);
  return Booked{"payment-" + context.run};
}

static skald::Workflow trip_workflow() {
  using namespace skald;
  auto const trip = input<Trip>();
  auto const flight =
      step<Booked>("flight", &book_flight).with(trip).compensate("cancelFlight", &cancel_flight);
  auto const payment = step<Booked>("payment", &pay).with(trip);
  auto const result =
      set("result").field("flight", flight[&Booked::id]).field("payment", payment[&Booked::id]);
  return workflow("travel", "embedded-trip", "1.0.0").run(flight, payment, result);
}

int main(int argc, char** argv) {
  using namespace std::chrono_literals;
  auto opened = skald::Engine::open({.data_dir = argc > 1 ? argv[1] : "embedded-data"});
  if (!opened.ok()) {
    std::fprintf(stderr, "%s\n%s\n", opened.error().message.c_str(), opened.error().hint.c_str());
    return 1;
  }
  auto& engine = *opened;
  if (auto deployed = engine.deploy(trip_workflow()); !deployed.ok()) {
    std::fprintf(stderr, "%s\n", deployed.error().message.c_str());
    return 1;
  }
  for (double const amount : {420.0, 4200.0}) {
    std::printf("a trip for %.2f:\n", amount);
    auto run = engine.start("travel/embedded-trip", Trip{"Ada", "Oslo", amount});
    if (!run.ok()) {
      std::fprintf(stderr, "%s\n", run.error().message.c_str());
      return 1;
    }
    auto const end = run->wait(30s);
    if (!end.ok()) return 1;
    auto const& told = end->completed() ? end->output : end->error;
    std::printf("  %s: %s\n", skald::to_string(end->status), skald::to_text(told).c_str());
  }
  return 0;
}
