#pragma once

// HttpServer is a small asynchronous HTTP/1.1 server: one io thread however many clients there
// are, idle ones included. It knows nothing of skald: a handler gets each request whole and a
// Responder to answer it with, now or later, from any thread.
//
// It defends itself: limits of header, body and connections; slow clients are cut off; the Host
// and Origin of each request are checked. Its own errors are problem documents (RFC 9457).
// Requests of one connection are answered one after the other, also when they are pipelined.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "runtime/api/host_check.hpp"
#include "runtime/api/http_message.hpp"

namespace skald::runtime {

namespace detail {
class Exchange;
}

// Answers one request, exactly once: with `send`, or with begin_stream, any number of writes and
// end. Copies are handles to the same answer. When the last handle goes without an answer, the
// client gets a 500. All members may be called from any thread, also after the client or the
// server has gone; then they do nothing.
class Responder {
 public:
  explicit Responder(std::shared_ptr<detail::Exchange> exchange);

  void send(HttpResponse response);

  // A body of unknown length, such as server-sent events; the body of `head` is its first piece.
  void begin_stream(HttpResponse head);
  // False when the client has gone, or reads so slowly that more than limits.stream_bytes wait:
  // the piece is dropped then, and the stream should be given up.
  bool write(std::string piece);
  void end();

  bool is_closed() const;
  // Called once, on the io thread, when the connection of an unfinished answer is closed; at once
  // from inside if that has happened. One callback a request. It may not block.
  void on_close(std::function<void()> callback);

 private:
  std::shared_ptr<detail::Exchange> exchange_;
};

struct HttpServerLimits {
  std::uint32_t header_bytes = 16U << 10U;
  std::size_t body_bytes = 8U << 20U;
  std::size_t all_bodies_bytes = 256U << 20U;  // what has come of large ones; over it 503
  std::size_t connections = 10'000;            // over it a client gets 503
  std::size_t stream_bytes = 1U << 20U;  // written to a stream and not yet taken by the client
  Duration idle = Duration::from_seconds(75);    // between two requests
  Duration header = Duration::from_seconds(10);  // to send the header once it has begun
  Duration body = Duration::from_seconds(30);    // to send the next piece of the body
  Duration write = Duration::from_seconds(30);   // to take the next piece of the answer
  // When an answer takes longer than this, it is noticed that the client goes.
  Duration notice = Duration::from_seconds(1);
  // A silent event stream gets a comment after this time, so that a dead client is noticed and
  // proxies keep it open.
  Duration ping = Duration::from_seconds(15);
};

struct HttpServerOptions {
  HttpServerLimits limits = {};
  HostPolicy hosts = {};      // `loopback` is set by listen
  bool allow_remote = false;  // else only loopback addresses may be bound
};

class HttpServer {
 public:
  // Runs on the io thread and may not block.
  using Handler = std::function<void(HttpRequest, Responder)>;

  // Port 0 takes a free one. Errors: unavailable when the port is in use; invalid_argument for an
  // unknown host or an address that is not loopback without allow_remote.
  static Result<std::unique_ptr<HttpServer>> listen(std::string const& host, std::uint16_t port,
                                                    HttpServerOptions options, Handler handler);
  // Whether it could at this moment; for who has much to do before it listens. Errors: the same.
  static Result<void> can_listen(std::string const& host, std::uint16_t port,
                                 HttpServerOptions options = {});
  // Stops at once.
  ~HttpServer();
  HttpServer(HttpServer const&) = delete;
  HttpServer& operator=(HttpServer const&) = delete;

  std::string const& host() const;  // as it was bound, for people: "127.0.0.1"
  std::uint16_t port() const;
  std::size_t connections() const;

  // Runs `work` on the io thread after a time, unless the server is destroyed before.
  void run_after(Duration delay, std::function<void()> work);

  // Accepts no more, closes idle connections, lets answers under way finish for at most `wait`,
  // ends streams. No handler runs afterwards. May be called once.
  void stop(Duration wait);

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace skald::runtime
