#include "tests/crash/kill_loop.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>

namespace skald::test {

using namespace std::chrono_literals;

std::uint64_t setting(char const* name, std::uint64_t otherwise) {
  auto const* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

KilledServer::KilledServer(std::string data_dir, std::vector<std::string> rewrites)
    : data_dir_(std::move(data_dir)), rewrites_(std::move(rewrites)), process_(start("0")) {
  await();
}

void KilledServer::start_again() {
  process_ = start(port_);
  await();
}

int KilledServer::stop() {
  process_.signal(SIGTERM);
  return process_.wait();
}

Process KilledServer::start(std::string const& port) {
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

void KilledServer::await() {
  auto const line = process_.wait_for_line("http://", 60s);
  ASSERT_TRUE(line.has_value()) << "the server did not start";
  auto const at = line->find("http://");
  url_ = line->substr(at, line->find_first_of(" \t,", at) - at);
  port_ = url_.substr(url_.rfind(':') + 1);
}

Starter::Starter(std::string url) : url_(std::move(url)) {
  for (int i = 0; i < 2; ++i) threads_.emplace_back([this, i] { run(i); });
}

void Starter::allow(std::size_t more) {
  std::lock_guard const lock(mutex_);
  allowed_ = started_ + more;
  news_.notify_all();
}

void Starter::stop() {
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
    news_.notify_all();
  }
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

std::vector<std::string> Starter::acknowledged() {
  std::lock_guard const lock(mutex_);
  return acknowledged_;
}

std::string Starter::any(std::mt19937_64& random) {
  std::lock_guard const lock(mutex_);
  return acknowledged_.empty() ? "" : acknowledged_[random() % acknowledged_.size()];
}

void Starter::wait_for(std::size_t count, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  news_.wait_for(lock, patience, [&] { return acknowledged_.size() >= count; });
}

std::size_t Starter::count() {
  std::lock_guard const lock(mutex_);
  return acknowledged_.size();
}

void Starter::run(int lane) {
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
      acknowledged_.push_back(id);
      news_.notify_all();
    }
  }
}

// Waits until the next round lets it start another one; false at the end.
bool Starter::may_start() {
  std::unique_lock lock(mutex_);
  news_.wait(lock, [this] { return stopping_ || started_ < allowed_; });
  ++started_;
  return !stopping_;
}

namespace {

constexpr char const* kKinds[] = {"flight", "hotel", "car", "payment"};

}  // namespace

Services::Services(std::filesystem::path const& folder) {
  for (auto const* kind : kKinds) {
    services_.emplace(kind, Participant(kind, (folder / kind).string()));
  }
}

std::vector<std::string> Services::rewrites() const {
  std::vector<std::string> result;
  for (auto const& [kind, service] : services_) {
    auto const host = kind == "payment" ? std::string("pay") : kind;
    result.push_back("http://" + host + ".local=" + service.url());
  }
  return result;
}

Participant& Services::any(std::mt19937_64& random) {
  return services_.at(kKinds[random() % std::size(kKinds)]);
}

void Services::disturb(std::mt19937_64& random) {
  static char const* const orders[] = {R"({"refuse": 12, "direction": "forward"})",
                                       R"({"fail": 4})",
                                       R"({"loseAnswers": 4})",
                                       R"({"down": 3})",
                                       R"({"delayMs": 20})",
                                       R"({"delayMs": 0})"};
  for (int i = 0; i < 3; ++i) any(random).control(orders[random() % std::size(orders)]);
}

void Services::disturb_all_ways(std::mt19937_64& random) {
  static char const* const orders[] = {R"({"refuse": 12, "direction": "forward"})",
                                       R"({"refuse": 3, "direction": "undo"})",
                                       R"({"fail": 6})",
                                       R"({"loseAnswers": 6})",
                                       R"({"loseAnswers": 4, "direction": "undo"})",
                                       R"({"down": 4})",
                                       R"({"hold": 2})",
                                       R"({"release": true})",
                                       R"({"delayMs": 30})",
                                       R"({"delayBeforeMs": 5500, "only": "7"})",
                                       R"({"delayMs": 0, "delayBeforeMs": 0, "only": ""})",
                                       R"({"reset": true})"};
  for (int i = 0; i < 3; ++i) any(random).control(orders[random() % std::size(orders)]);
}

void Services::calm() {
  for (auto const& [kind, service] : services_) {
    ASSERT_TRUE(service.control(R"({"reset": true})")) << kind;
  }
}

void Services::read_ledgers() {
  ledgers_.clear();
  for (auto const& [kind, service] : services_) {
    auto& ledger = ledgers_[kind];
    auto const booked = service.booked();
    for (auto const& booking : booked.items()) ++ledger[std::string(booking["id"].as_string())];
  }
}

std::map<std::string, int> Services::booked(std::string const& run) const {
  std::map<std::string, int> result;
  for (auto const& [kind, ledger] : ledgers_) {
    auto const at = ledger.find(run);
    result[kind] = at == ledger.end() ? 0 : at->second;
  }
  return result;
}

std::map<std::string, std::size_t> reckon(Client& client, Services& services,
                                          std::vector<std::string> const& runs) {
  std::map<std::string, RunStatus> ends;
  std::map<std::string, std::size_t> counts;
  for (auto const& id : runs) {
    auto const end = client.wait(id, 120s);
    EXPECT_TRUE(end.ok()) << id << ": " << end.error().message;
    if (!end.ok()) return counts;
    EXPECT_TRUE(end->status == RunStatus::completed || end->status == RunStatus::compensated ||
                end->status == RunStatus::faulted || end->status == RunStatus::cancelled)
        << id << " " << to_string(end->status);
    ends[id] = end->status;
    ++counts[to_string(end->status)];
  }
  services.read_ledgers();
  for (auto const& [id, status] : ends) {
    for (auto const& [kind, count] : services.booked(id)) {
      EXPECT_EQ(count, status == RunStatus::completed ? 1 : 0)
          << kind << " " << id << " " << to_string(status);
    }
  }
  return counts;
}

}  // namespace skald::test
