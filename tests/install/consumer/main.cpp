// Users see <skald/...> and no header of a third party.

#include <skald/participant.hpp>

int main() {
  auto const trip = skald::parse_json(R"({"city": "Lisbon"})");
  return trip && (*trip)["city"] == skald::Json("Lisbon") ? 0 : 1;
}
