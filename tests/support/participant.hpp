#pragma once

// A booking service of examples/services as a child process, for tests that need real ones: it can
// be killed and started again on the same port and database. Not thread-safe, but call() is.

#include <map>
#include <string>

#include "base/json.hpp"
#include "tests/support/process.hpp"

namespace skald::test {

class Participant {
 public:
  struct Reply {
    int status = 0;  // 0: no answer
    std::string body;
    std::string verdict;
  };
  using Headers = std::map<std::string, std::string>;

  // kind: flight, hotel, car, payment, notify. `file` is its database.
  Participant(std::string kind, std::string file);

  int port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  Reply call(std::string const& method, std::string const& path, Headers const& headers = {},
             std::string const& body = "") const;
  // POST /control; true when it was understood.
  bool control(std::string const& switches) const;
  // GET /bookings and GET /calls.
  Json booked() const;
  Json calls() const;

  // kill -9.
  void kill() { process_.kill(); }
  // SIGTERM; its exit code.
  int stop();
  // Starts it again on its port.
  void start();

 private:
  std::string kind_;
  std::string file_;
  int port_ = 0;
  Process process_;
};

}  // namespace skald::test
