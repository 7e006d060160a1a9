#pragma once

// The connections that wait to be used again, by origin. Io thread only. Internal.

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/executor/http_connection.hpp"

namespace skald::runtime {

class HttpPool {
 public:
  using Clock = std::chrono::steady_clock;

  HttpPool(Duration idle, std::size_t max_idle) : idle_(idle), max_idle_(max_idle) {}

  // The most recently used living connection, or null.
  std::shared_ptr<HttpConnection> take(std::string const& origin, Clock::time_point now);
  // Keeps the connection as long as the options and the reply's Keep-Alive header allow.
  void give_back(std::shared_ptr<HttpConnection> connection, HttpReply const& reply,
                 Clock::time_point now);
  // Closes what has been idle too long.
  void sweep(Clock::time_point now);
  bool empty() const { return by_origin_.empty(); }

 private:
  Duration idle_;
  std::size_t max_idle_;
  std::unordered_map<std::string, std::vector<std::shared_ptr<HttpConnection>>> by_origin_;
};

}  // namespace skald::runtime
