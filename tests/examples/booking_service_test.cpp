// The participants of the examples, as real processes.

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/participant.hpp"

namespace skald::test {
namespace {

using testing::HasSubstr;

// A folder of the test's own, gone with it.
class BookingService : public testing::Test {
 protected:
  BookingService() { std::filesystem::create_directories(folder_); }
  ~BookingService() override { std::filesystem::remove_all(folder_); }

  Participant service(std::string const& kind) {
    return {kind, (folder_ / (kind + ".db")).string()};
  }
  static Participant::Headers key(std::string const& name) { return {{"Idempotency-Key", name}}; }
  static Participant::Headers undo(std::string const& name, std::string const& action) {
    return {{"Idempotency-Key", name}, {"Skald-Undoes", action}, {"Skald-Direction", "undo"}};
  }

 private:
  std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("services-" + std::to_string(getpid()));
};

TEST_F(BookingService, BooksOncePerKeyAndUndoes) {
  Participant hotel = service("hotel");
  auto const first = hotel.call("PUT", "/reservations/t1", key("A"), R"({"city":"Rome"})");
  EXPECT_EQ(first.status, 201);
  EXPECT_THAT(first.body, HasSubstr(R"("id":"H-1001")"));
  auto const again = hotel.call("PUT", "/reservations/t1", key("A"), R"({"city":"Rome"})");
  EXPECT_EQ(again.verdict, "duplicate");
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(hotel.booked().size(), 1U);
  EXPECT_EQ(hotel.call("DELETE", "/reservations/t1", undo("U", "A")).status, 200);
  EXPECT_EQ(hotel.booked().size(), 0U);
  EXPECT_EQ(hotel.call("PUT", "/reservations/t1", key("A"), "{}").status, 409);
}

TEST_F(BookingService, RefusesACallWithoutAKey) {
  Participant hotel = service("hotel");
  auto const reply = hotel.call("PUT", "/reservations/t1", {}, "{}");
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, HasSubstr("Idempotency-Key"));
}

TEST_F(BookingService, ChargesOnceWhateverComesAtTheSameTime) {
  Participant payment = service("payment");
  std::atomic<int> charged = 0;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 8; ++caller) {
    callers.emplace_back([&, caller] {
      // Half of them repeat one key, the others come with keys of their own.
      std::string const name = caller % 2 == 0 ? "A" : "B" + std::to_string(caller);
      auto const reply = payment.call("PUT", "/charges/t1", key(name), R"({"amount":100})");
      if (reply.verdict == "worked") ++charged;
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(charged, 1);
  EXPECT_EQ(payment.booked().size(), 1U);
}

TEST_F(BookingService, ADeclinedCardIsRefusedForGood) {
  Participant payment = service("payment");
  std::string const body = R"({"card":"declined","amount":5})";
  EXPECT_EQ(payment.call("PUT", "/charges/t1", key("A"), body).status, 402);
  EXPECT_EQ(payment.call("PUT", "/charges/t1", key("A"), body).verdict, "duplicate");
  EXPECT_EQ(payment.call("DELETE", "/charges/t1", undo("U", "A")).verdict, "empty_undo");
}

TEST_F(BookingService, SwitchesRefuseFailAndLoseAnswers) {
  Participant car = service("car");
  ASSERT_TRUE(car.control(R"({"fail":1,"direction":"forward"})"));
  EXPECT_EQ(car.call("PUT", "/rentals/t1", key("A"), "{}").status, 500);
  ASSERT_TRUE(car.control(R"({"down":1,"direction":"forward"})"));
  EXPECT_EQ(car.call("PUT", "/rentals/t1", key("A"), "{}").status, 0);
  EXPECT_EQ(car.booked().size(), 0U);
  ASSERT_TRUE(car.control(R"({"loseAnswers":1,"direction":"forward"})"));
  EXPECT_EQ(car.call("PUT", "/rentals/t1", key("A"), "{}").status, 0);
  EXPECT_EQ(car.booked().size(), 1U);
  EXPECT_EQ(car.call("PUT", "/rentals/t1", key("A"), "{}").verdict, "duplicate");
  ASSERT_TRUE(car.control(R"({"refuse":"always","direction":"forward"})"));
  EXPECT_EQ(car.call("PUT", "/rentals/t2", key("B"), "{}").verdict, "refused");
  EXPECT_EQ(car.call("DELETE", "/rentals/t1", undo("U", "A")).status, 200);
  EXPECT_FALSE(car.control(R"({"refuce":1})"));
}

TEST_F(BookingService, AHeldAnswerComesWhenReleasedAndTheWorkIsDoneBefore) {
  Participant flight = service("flight");
  ASSERT_TRUE(flight.control(R"({"hold":1})"));
  Participant::Reply held;
  std::thread caller([&] { held = flight.call("PUT", "/tickets/t1", key("A"), "{}"); });
  while (parse_json(flight.call("GET", "/control").body).value()["waiting"] != Json(1)) {
  }
  EXPECT_EQ(flight.booked().size(), 1U);
  ASSERT_TRUE(flight.control(R"({"release":true})"));
  caller.join();
  EXPECT_EQ(held.status, 201);
}

TEST_F(BookingService, ConfirmsAndTakesItBack) {
  Participant flight = service("flight");
  EXPECT_EQ(flight.call("PUT", "/tickets/t1/confirmation", key("C0"), "{}").status, 404);
  flight.call("PUT", "/tickets/t1", key("A"), "{}");
  EXPECT_EQ(flight.call("PUT", "/tickets/t1/confirmation", key("C1"), "{}").status, 200);
  EXPECT_EQ(flight.booked()[0]["confirmed"], Json(true));
  EXPECT_EQ(flight.call("DELETE", "/tickets/t1/confirmation", undo("D", "C1")).status, 200);
  EXPECT_EQ(flight.booked()[0]["confirmed"], Json(false));
}

TEST_F(BookingService, KeepsEverythingAcrossKill) {
  Participant hotel = service("hotel");
  ASSERT_TRUE(hotel.control(R"({"hold":1})"));
  Participant::Reply lost;
  std::thread caller([&] { lost = hotel.call("PUT", "/reservations/t1", key("A"), "{}"); });
  while (parse_json(hotel.call("GET", "/control").body).value()["waiting"] != Json(1)) {
  }
  hotel.kill();
  caller.join();
  EXPECT_EQ(lost.status, 0);
  hotel.start();
  EXPECT_EQ(hotel.call("PUT", "/reservations/t1", key("A"), "{}").verdict, "duplicate");
  EXPECT_EQ(hotel.booked().size(), 1U);
  Json const calls = hotel.calls();
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(calls[0]["key"], calls[1]["key"]);
  EXPECT_TRUE(calls[0]["status"].is_null());
  EXPECT_EQ(hotel.stop(), 0);
}

}  // namespace
}  // namespace skald::test
