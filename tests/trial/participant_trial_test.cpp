// The trial passes services that keep the contract, and finds what is wrong with those that do
// not: the C++ and the Node example, and services with one mistake each.

#include "runtime/trial/participant_trial.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <mutex>
#include <set>
#include <thread>

#include "tests/support/participant.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temporary_dir.hpp"

namespace skald::trial {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

Service service_at(std::string const& url, Json body) {
  Service service;
  service.action = {"PUT", url, std::move(body)};
  service.undo = {"DELETE", url, {}};
  service.state = Request{"GET", url, {}};
  return service;
}

std::vector<std::string> failures(Service const& service) {
  auto const report = try_participant(service, {.rounds = 5}, [](Finding const&) {});
  EXPECT_TRUE(report.ok()) << report.error().message;
  std::vector<std::string> failed;
  for (auto const& finding : *report) {
    if (!finding.passed) failed.push_back(finding.check);
    EXPECT_EQ(finding.passed, finding.why.empty());
  }
  EXPECT_THAT(*report, testing::SizeIs(testing::AnyOf(1, 10)));
  return failed;
}

// A service that forgets some of what it should do.
struct Mistakes {
  bool no_keys = false;        // looks only whether the thing is there
  bool late_action = false;    // does an action although it has been undone
  bool refuses_empty = false;  // 409 for an undo whose action never came
  bool other_reply = false;    // answers a duplicate with 200 instead of what it said first
};

class Careless {
 public:
  explicit Careless(Mistakes mistakes) : mistakes_(mistakes) {
    server_.Put("/things/(.+)", [this](auto const& request, auto& response) {
      std::lock_guard const lock(mutex_);
      response.status = put(request.matches[1], request.get_header_value("Idempotency-Key"));
    });
    server_.Delete("/things/(.+)", [this](auto const& request, auto& response) {
      std::lock_guard const lock(mutex_);
      response.status = remove(request.matches[1], request.get_header_value("Skald-Undoes"));
    });
    server_.Get("/things/(.+)", [this](auto const& request, auto& response) {
      std::lock_guard const lock(mutex_);
      response.status = things_.contains(request.matches[1]) ? 200 : 404;
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
  }
  ~Careless() {
    server_.stop();
    thread_.join();
  }

  Service service() const {
    return service_at("http://127.0.0.1:" + std::to_string(port_) + "/things/{id}", Json());
  }

 private:
  int put(std::string const& id, std::string const& key) {
    if (key.empty() && !mistakes_.no_keys) return 400;
    if (undone_.contains(key) && !mistakes_.late_action && !mistakes_.no_keys) return 409;
    bool const again = !done_.insert(key).second || things_.contains(id);
    if (again && !mistakes_.late_action && !mistakes_.no_keys) {
      return mistakes_.other_reply ? 200 : 201;
    }
    things_.insert(id);
    return 201;
  }
  int remove(std::string const& id, std::string const& undoes) {
    bool const empty = !done_.contains(undoes);
    undone_.insert(undoes);
    things_.erase(id);
    return empty && mistakes_.refuses_empty ? 409 : 200;
  }

  Mistakes mistakes_;
  std::mutex mutex_;
  std::set<std::string> things_;
  std::set<std::string> done_;
  std::set<std::string> undone_;
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

TEST(ParticipantTrial, AServiceWithoutMistakesPasses) {
  Careless const careless({});
  EXPECT_THAT(failures(careless.service()), IsEmpty());
}

TEST(ParticipantTrial, FindsAnActionThatHasAnEffectAfterItsUndo) {
  Careless const careless({.late_action = true});
  EXPECT_THAT(failures(careless.service()),
              ElementsAre("an action that comes again after its undo does nothing, and says so",
                          "the action that comes after it does nothing, and says so",
                          "an action and its undo at once end with nothing done"));
}

TEST(ParticipantTrial, FindsAnUndoThatIsRefused) {
  Careless const careless({.refuses_empty = true});
  EXPECT_THAT(failures(careless.service()), Contains("an undo whose action never came is done"));
}

TEST(ParticipantTrial, FindsADuplicateWithAnotherAnswer) {
  Careless const careless({.other_reply = true});
  EXPECT_THAT(failures(careless.service()),
              ElementsAre("the same action again gets the same answer",
                          "the same action several times at once is done once"));
}

TEST(ParticipantTrial, FindsAServiceThatDoesNotLookAtTheKeys) {
  Careless const careless({.no_keys = true});
  auto const failed = failures(careless.service());
  EXPECT_THAT(failed, Contains("an action without a key is refused"));
  EXPECT_THAT(failed, Contains("the action that comes after it does nothing, and says so"));
}

TEST(ParticipantTrial, EndsEarlyWhenTheActionDoesNotSucceed) {
  auto const service = service_at("http://127.0.0.1:1/nobody/{id}", Json());
  EXPECT_THAT(failures(service), ElementsAre("an action is done"));
}

TEST(ParticipantTrial, TheExampleServicePasses) {
  test::TemporaryDir const dir;
  test::Participant const hotel("hotel", dir.path() + "/hotel");
  auto const url = hotel.url() + "/reservations/{id}";
  auto service = service_at(url, Json::object({{"city", "Rome"}, {"from", "a"}, {"to", "b"}}));
  service.state.reset();
  EXPECT_THAT(failures(service), IsEmpty());
}

TEST(ParticipantTrial, TheNodeServicePassesAndRemembersAfterACrash) {
  test::TemporaryDir const dir;
  auto const start = [&] {
    return test::Process({"/usr/bin/env", "node",
                          SKALD_SOURCE_DIR "/examples/node-service/service.mjs", "0",
                          dir.path() + "/seats.jsonl"});
  };
  auto node = start();
  auto url = node.read_line(std::chrono::seconds(30));
  ASSERT_TRUE(url) << "node does not start; scripts/setup-deps installs it";
  auto const body = Json::object({{"customer", "Ada"}});
  EXPECT_THAT(failures(service_at(*url + "/seats/{id}", body)), IsEmpty());
  node.kill();
  node = start();
  url = node.read_line(std::chrono::seconds(30));
  ASSERT_TRUE(url);
  EXPECT_THAT(failures(service_at(*url + "/seats/{id}", body)), IsEmpty());
}

}  // namespace
}  // namespace skald::trial
