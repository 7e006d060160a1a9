// examples/trip-classic with its services: it fails at each step in turn, refused and in doubt.

#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/participant.hpp"

namespace skald::test {
namespace {

struct Step {
  std::string name;
  std::string service;  // who fails
  std::string only;     // on which paths
};

// Four services, and `skald run` on the example.
class TripClassic : public testing::TestWithParam<Step> {
 protected:
  TripClassic() {
    std::filesystem::create_directories(folder_);
    for (char const* kind : {"flight", "car", "payment", "notify"}) {
      services_.emplace(kind, Participant(kind, (folder_ / kind).string()));
    }
  }
  ~TripClassic() override {
    services_.clear();
    std::filesystem::remove_all(folder_);
  }

  // The object that `skald run` prints, with its exit code in "exit".
  Json run() {
    Process skald(
        {SKALD_BINARY_DIR "/bin/skald", "run", SKALD_SOURCE_DIR "/examples/trip-classic/trip.yaml",
         "--data-dir", (folder_ / "data").string(), "--id", "trip", "--input",
         R"({"customer":"Ada","city":"Lisbon","from":"2027-05-01","to":"2027-05-08",)"
         R"("card":"4000","amount":900})",
         "--rewrite", "http://flight.local=" + services_.at("flight").url(), "--rewrite",
         "http://car.local=" + services_.at("car").url(), "--rewrite",
         "http://pay.local=" + services_.at("payment").url(), "--rewrite",
         "http://notify.local=" + services_.at("notify").url(), "-o", "json"},
        (folder_ / "log").string());
    std::string text;
    while (auto const line = skald.read_line(std::chrono::seconds(60))) text += *line + "\n";
    Json result = parse_json(text).value_or(Json::object());
    result.set("exit", skald.wait());
    return result;
  }

  std::size_t booked() const {
    std::size_t count = 0;
    for (auto const& [kind, service] : services_) count += service.booked().size();
    return count;
  }

  std::map<std::string, Participant> services_;

 private:
  std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("trip-" + std::to_string(getpid()));
};

TEST_F(TripClassic, BooksConfirmsAndTellsTheCustomer) {
  Json const result = run();
  EXPECT_EQ(result["exit"], Json(0)) << to_text(result);
  EXPECT_EQ(result["output"]["flight"], Json("F-1001"));
  EXPECT_EQ(result["output"]["charge"], Json("P-1001"));
  EXPECT_EQ(booked(), 4U);
  EXPECT_EQ(services_.at("car").booked()[0]["confirmed"], Json(true));
}

TEST_P(TripClassic, ARefusedStepLeavesNothingBooked) {
  std::string const only = GetParam().only;
  ASSERT_TRUE(services_.at(GetParam().service)
                  .control(R"({"refuse":"always","direction":"forward","only":")" + only + "\"}"));
  Json const result = run();
  bool const first = GetParam().name == "reserveFlight";
  EXPECT_EQ(result["exit"], Json(first ? 8 : 5)) << to_text(result);
  EXPECT_EQ(result["status"], Json(first ? "faulted" : "compensated"));
  EXPECT_EQ(booked(), 0U);
}

TEST_P(TripClassic, AStepInDoubtIsUndoneToo) {
  std::string const only = GetParam().only;
  ASSERT_TRUE(
      services_.at(GetParam().service)
          .control(R"({"loseAnswers":"always","direction":"forward","only":")" + only + "\"}"));
  Json const result = run();
  EXPECT_EQ(result["exit"], Json(5)) << to_text(result);
  EXPECT_EQ(booked(), 0U);
  // Every attempt of the lost step came with one key.
  Json const calls = services_.at(GetParam().service).calls();
  std::string key;
  for (Json const& call : calls.items()) {
    bool const lost = call["direction"] == Json("forward") && call["status"].is_null();
    if (!lost) continue;
    if (key.empty()) key = call["key"].as_string();
    EXPECT_EQ(call["key"], Json(key));
  }
  EXPECT_FALSE(key.empty());
}

INSTANTIATE_TEST_SUITE_P(At, TripClassic,
                         testing::Values(Step{"reserveFlight", "flight", ""},
                                         Step{"reserveCar", "car", ""}, Step{"pay", "payment", ""},
                                         Step{"confirmFlight", "flight", "/confirmation"},
                                         Step{"confirmCar", "car", "/confirmation"},
                                         Step{"notify", "notify", ""}),
                         [](auto const& step) { return step.param.name; });

}  // namespace
}  // namespace skald::test
