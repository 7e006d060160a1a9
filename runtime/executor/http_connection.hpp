#pragma once

// One connection to one server, plain or TLS: opens it, sends a request, reads the answer. All
// members and callbacks run on the io thread. Internal to the executor (it shows Asio).
//
// What it reports is exact about the one thing that matters to a saga: whether any byte of the
// request may have left.

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>

#include "runtime/executor/http_reply.hpp"
#include "runtime/executor/resolver.hpp"
#include "runtime/executor/url.hpp"

namespace skald::runtime {

struct Exchange {
  enum class Status {
    replied,       // a whole answer
    nothing_sent,  // provably no byte left
    lost,          // the request, or a part of it, may have arrived
    too_large,     // an answer came and was larger than allowed
  };
  Status status = Status::lost;
  HttpReply reply;
  std::string message;    // why, unless replied
  bool reusable = false;  // the connection may carry another request
};

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  using OpenCallback = std::function<void(std::string error)>;  // empty: open
  using ExchangeCallback = std::function<void(Exchange)>;

  // `tls` is used when the URL is https; it must outlive the connection.
  static std::shared_ptr<HttpConnection> make(boost::asio::io_context& io,
                                              boost::asio::ssl::context& tls, Url const& url);
  virtual ~HttpConnection() = default;
  HttpConnection(HttpConnection const&) = delete;
  HttpConnection& operator=(HttpConnection const&) = delete;

  // Tries the addresses one after the other, each for at most `patience` while others are left.
  virtual void open(Addresses addresses, Duration patience, OpenCallback callback) = 0;
  // Sends and reads once. `head`: the answer has no body whatever its headers say.
  virtual void exchange(std::string request, bool head, std::size_t max_body,
                        ExchangeCallback callback) = 0;
  // Callbacks that are due are still called, with what is then known.
  virtual void close() = 0;
  // False when the server has closed it, or sent something nobody asked for.
  virtual bool alive() = 0;

  // Bookkeeping of the pool.
  std::string origin;
  std::chrono::steady_clock::time_point idle_until{};

 protected:
  HttpConnection() = default;
};

}  // namespace skald::runtime
