// The real server is killed at random moments under load, again and again, while its participants
// refuse, lose answers and are slow. In the end every saga is all booked or all undone, no
// acknowledged start is missing, and no key was ever used for two things.
//
// SKALD_KILLS sets how often it is killed (50), SKALD_KILL_SEED the random moments (1).

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>

#include "runtime/client/client.hpp"
#include "tests/support/participant.hpp"

namespace skald::test {
namespace {

using namespace std::chrono_literals;

std::uint64_t setting(char const* name, std::uint64_t otherwise) {
  auto const* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

// `skald serve` on one data directory; killed and started again on the same port.
class Server {
 public:
  Server(std::string data_dir, std::vector<std::string> rewrites)
      : data_dir_(std::move(data_dir)), rewrites_(std::move(rewrites)), process_(start("0")) {
    await();
  }

  std::string const& url() const { return url_; }
  void kill() { process_.kill(); }
  void start_again() {
    process_ = start(port_);
    await();
  }
  int stop() {
    process_.signal(SIGTERM);
    return process_.wait();
  }

 private:
  Process start(std::string const& port) {
    std::vector<std::string> argv = {SKALD_BINARY_DIR "/bin/skald",
                                     "serve",
                                     "--data-dir",
                                     data_dir_,
                                     "--listen",
                                     "127.0.0.1:" + port};
    for (auto const& rewrite : rewrites_) {
      argv.emplace_back("--rewrite");
      argv.push_back(rewrite);
    }
    return Process(argv, data_dir_ + ".log");
  }

  void await() {
    auto const line = process_.wait_for_line("http://", 30s);
    ASSERT_TRUE(line.has_value()) << "the server did not start";
    auto const at = line->find("http://");
    url_ = line->substr(at, line->find_first_of(" \t,", at) - at);
    port_ = url_.substr(url_.rfind(':') + 1);
  }

  std::string data_dir_;
  std::vector<std::string> rewrites_;
  std::string port_;
  std::string url_;
  Process process_;
};

class KillLoop : public testing::Test {
 protected:
  KillLoop() {
    std::filesystem::create_directories(folder_);
    for (char const* kind : {"flight", "hotel", "car", "payment"}) {
      services_.emplace(kind, Participant(kind, (folder_ / kind).string()));
    }
  }
  ~KillLoop() override {
    services_.clear();
    std::filesystem::remove_all(folder_);
  }

  Participant& service(std::string const& kind) { return services_.at(kind); }

  std::vector<std::string> rewrites() {
    std::vector<std::string> result;
    for (auto const& [kind, service] : services_) {
      auto const host = kind == "payment" ? std::string("pay") : kind;
      result.push_back("http://" + host + ".local=" + service.url());
    }
    return result;
  }

  // A few faults, spread by chance.
  void disturb(std::mt19937_64& random) {
    static char const* const orders[] = {R"({"refuse": 12, "direction": "forward"})",
                                         R"({"fail": 4})",
                                         R"({"loseAnswers": 4})",
                                         R"({"down": 3})",
                                         R"({"delayMs": 20})",
                                         R"({"delayMs": 0})"};
    static char const* const kinds[] = {"flight", "hotel", "car", "payment"};
    for (int i = 0; i < 3; ++i) service(kinds[random() % 4]).control(orders[random() % 6]);
  }

  std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("kill-" + std::to_string(getpid()));
  std::map<std::string, Participant> services_;
};

// Starts sagas from two threads until told to stop; remembers what was acknowledged.
class Starter {
 public:
  explicit Starter(std::string url) : url_(std::move(url)) {
    for (int i = 0; i < 2; ++i) threads_.emplace_back([this, i] { run(i); });
  }
  ~Starter() { stop(); }

  // So many more may be started.
  void allow(std::size_t more) {
    std::lock_guard const lock(mutex_);
    allowed_ = started_ + more;
    news_.notify_all();
  }
  void stop() {
    {
      std::lock_guard const lock(mutex_);
      stopping_ = true;
      news_.notify_all();
    }
    for (auto& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }
  std::set<std::string> acknowledged() {
    std::lock_guard const lock(mutex_);
    return acknowledged_;
  }
  // Until so many have been acknowledged, or so much time has passed.
  void wait_for(std::size_t count, std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    news_.wait_for(lock, patience, [&] { return acknowledged_.size() >= count; });
  }
  std::size_t count() {
    std::lock_guard const lock(mutex_);
    return acknowledged_.size();
  }

 private:
  void run(int lane) {
    ClientOptions options;
    options.url = url_;
    options.connect_timeout = 200ms;
    options.timeout = 5s;
    Client client(options);
    auto const input = Json::object({{"customer", "Ada"},
                                     {"city", "Oslo"},
                                     {"from", "2027-05-01"},
                                     {"to", "2027-05-08"},
                                     {"card", "4000"},
                                     {"amount", 900}});
    for (int i = 0; may_start(); ++i) {
      auto const id = "trip-" + std::to_string(lane) + "-" + std::to_string(i);
      auto const started = client.start("travel/holiday-booking", input, {.id = id});
      if (started.ok()) {
        std::lock_guard const lock(mutex_);
        acknowledged_.insert(id);
        news_.notify_all();
      }
    }
  }

  // Waits until the next round lets it start another one; false at the end.
  bool may_start() {
    std::unique_lock lock(mutex_);
    news_.wait(lock, [this] { return stopping_ || started_ < allowed_; });
    ++started_;
    return !stopping_;
  }

  std::string url_;
  std::mutex mutex_;
  bool stopping_ = false;
  std::size_t started_ = 0;
  std::size_t allowed_ = 0;
  std::condition_variable news_;
  std::set<std::string> acknowledged_;
  std::vector<std::thread> threads_;
};

// What one service has booked for each run.
std::map<std::string, int> booked_by_run(Participant const& service) {
  std::map<std::string, int> result;
  auto const booked = service.booked();
  for (auto const& booking : booked.items()) ++result[std::string(booking["id"].as_string())];
  return result;
}

TEST_F(KillLoop, EverySagaIsAllBookedOrAllUndone) {
  auto const kills = setting("SKALD_KILLS", 50);
  std::mt19937_64 random(setting("SKALD_KILL_SEED", 1));
  Server server((folder_ / "data").string(), rewrites());
  Client client(server.url());
  auto const deployed = client.deploy(
      load(SKALD_SOURCE_DIR "/examples/holiday-booking/holiday-booking.yaml").value());
  ASSERT_TRUE(deployed.ok()) << deployed.error().message;
  Starter starter(server.url());
  for (std::uint64_t i = 0; i < kills; ++i) {
    disturb(random);
    starter.allow(40);
    starter.wait_for(starter.count() + random() % 40,
                     std::chrono::milliseconds(20 + random() % 300));
    server.kill();
    server.start_again();
  }
  starter.stop();
  for (auto& [kind, service] : services_) service.control(R"({"reset": true})");

  auto const acknowledged = starter.acknowledged();
  ASSERT_GT(acknowledged.size(), kills);
  std::map<std::string, RunStatus> ends;
  std::size_t counts[2] = {0, 0};
  for (auto const& id : acknowledged) {
    auto const end = client.wait(id, 120s);
    ASSERT_TRUE(end.ok()) << id << ": " << end.error().message;
    ASSERT_TRUE(end->status == RunStatus::completed || end->status == RunStatus::compensated ||
                end->status == RunStatus::faulted)
        << id << " " << to_string(end->status);
    ends[id] = end->status;
    ++counts[end->status == RunStatus::completed ? 0 : 1];
  }
  for (auto const& [kind, service] : services_) {
    auto booked = booked_by_run(service);
    for (auto const& [id, status] : ends) {
      EXPECT_EQ(booked[id], status == RunStatus::completed ? 1 : 0)
          << kind << " " << id << " " << to_string(status);
    }
  }
  std::printf("%llu kills, %zu sagas acknowledged: %zu booked, %zu undone\n",
              static_cast<unsigned long long>(kills), acknowledged.size(), counts[0], counts[1]);
  EXPECT_GT(counts[0], 0U);
  EXPECT_GT(counts[1], 0U);
  EXPECT_EQ(server.stop(), 0);
}

}  // namespace
}  // namespace skald::test
