#pragma once

// What the kill tests are made of: a server that is killed and started again, services that are
// told to fail and killed as well, clients that start bookings all the while, and the reckoning
// behind: what was acknowledged has ended, and the ledgers agree with how.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "runtime/client/client.hpp"
#include "tests/support/participant.hpp"
#include "tests/support/temporary_dir.hpp"

namespace skald::test {

// A number from the environment.
std::uint64_t setting(char const* name, std::uint64_t otherwise);

// `skald serve` on one data directory; killed and started again on the same port.
class KilledServer {
 public:
  KilledServer(std::string data_dir, std::vector<std::string> rewrites);

  std::string const& url() const { return url_; }
  void kill() { process_.kill(); }
  void start_again();
  // SIGTERM; its exit code.
  int stop();

 private:
  Process start(std::string const& port);
  void await();

  std::string data_dir_;
  std::vector<std::string> rewrites_;
  std::string port_;
  std::string url_;
  Process process_;
};

// Starts bookings from two threads until told to stop; remembers what was acknowledged.
class Starter {
 public:
  explicit Starter(std::string url);
  ~Starter() { stop(); }

  // So many more may be started.
  void allow(std::size_t more);
  void stop();
  std::vector<std::string> acknowledged();
  // One of them, by chance; empty when there is none.
  std::string any(std::mt19937_64& random);
  // Until so many have been acknowledged, or so much time has passed.
  void wait_for(std::size_t count, std::chrono::milliseconds patience);
  std::size_t count();

 private:
  void run(int lane);
  bool may_start();

  std::string url_;
  std::mutex mutex_;
  bool stopping_ = false;
  std::size_t started_ = 0;
  std::size_t allowed_ = 0;
  std::condition_variable news_;
  std::vector<std::string> acknowledged_;
  std::vector<std::thread> threads_;
};

// The four services of the holiday booking, each a process.
class Services {
 public:
  explicit Services(std::filesystem::path const& folder);

  std::vector<std::string> rewrites() const;
  Participant& any(std::mt19937_64& random);
  // A few faults, spread by chance.
  void disturb(std::mt19937_64& random);
  // As bad as they can: also in undos, holding answers back, working after the deadline.
  void disturb_all_ways(std::mt19937_64& random);
  // No more faults.
  void calm();

  // How often each service has something booked for that run.
  std::map<std::string, int> booked(std::string const& run) const;
  // Reads the ledgers, for booked().
  void read_ledgers();

 private:
  std::map<std::string, Participant> services_;
  std::map<std::string, std::map<std::string, int>> ledgers_;  // service -> run -> bookings
};

// Waits for the end of every run and holds it against the ledgers. Status -> how many.
std::map<std::string, std::size_t> reckon(Client& client, Services& services,
                                          std::vector<std::string> const& runs);

}  // namespace skald::test
