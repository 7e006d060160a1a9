#pragma once

// Sends requests of the client to its server and turns what comes back into values and errors.
// Internal to the client: cpp-httplib stays behind it.
//
// Thread-safety: all members.

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "runtime/client/client.hpp"

namespace httplib {
class Client;
enum class Error;
}  // namespace httplib

namespace skald::client {

struct Ask {
  std::string method = "GET";
  std::string target = {};  // encoded path and query
  std::string body = {};
  std::string content_type = "application/json";
  std::string key = {};                   // Idempotency-Key
  std::chrono::milliseconds patience{0};  // that the server may take longer by
  // All of it, whatever the server does; none: as ClientOptions says.
  std::optional<std::chrono::milliseconds> limit = std::nullopt;
  bool repeatable = true;
};

class Transport {
 public:
  explicit Transport(ClientOptions options);
  ~Transport();

  std::string const& url() const { return options_.url; }

  // The JSON of a 2xx answer (null when it is empty), else the problem as an Error.
  Result<Json> ask(Ask const& ask);

  // Reads a stream piece by piece until it ends or `piece` returns false.
  using Piece = std::function<bool(std::string_view)>;
  Result<void> stream(std::string const& target, Piece const& piece);

  // Ends what is under way; that, and all that is asked afterwards, gives `cancelled`.
  void abandon();

 private:
  using Connection = std::unique_ptr<httplib::Client>;
  // A connection while it is in use, where abandon() finds it.
  class Use;
  Result<Connection> take();
  void give_back(Connection connection);
  Error failure(httplib::Error error, bool late) const;
  Result<Json> send_once(Ask const& ask, bool& may_repeat);

  ClientOptions options_;
  std::mutex mutex_;
  std::vector<Connection> idle_;
  std::set<httplib::Client*> used_;
  std::atomic<bool> abandoned_ = false;
};

// The Error that a problem document means.
Error error_of(int status, Json const& problem);

}  // namespace skald::client
