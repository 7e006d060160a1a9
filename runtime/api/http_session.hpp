#pragma once

// What HttpServer is made of. Internal: it shows Asio.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include "runtime/api/http_server.hpp"

namespace skald::runtime::detail {

// The way to the io thread for those who may outlive it.
class Door {
 public:
  explicit Door(boost::asio::io_context& io) : io_(&io) {}

  template <class Work>
  void post(Work work) {
    std::lock_guard const lock(mutex_);
    if (io_ != nullptr) boost::asio::post(*io_, std::move(work));
  }
  void shut() {
    std::lock_guard const lock(mutex_);
    io_ = nullptr;
  }

 private:
  std::mutex mutex_;
  boost::asio::io_context* io_;
};

class Session;

// What the sessions share. Io thread only, but for `count`.
struct SessionHost {
  HttpServerOptions options;
  HttpServer::Handler handler;
  std::shared_ptr<BodyBudget> bodies;
  std::shared_ptr<Door> door;
  std::unordered_set<Session*> sessions;
  std::atomic<std::size_t> count{0};
  bool stopping = false;
};

// The answer to one request, between a Responder on any thread and the session on the io thread.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(std::shared_ptr<Door> door, std::weak_ptr<Session> session, std::size_t stream_limit);
  ~Exchange();
  Exchange(Exchange const&) = delete;
  Exchange& operator=(Exchange const&) = delete;

  // Of the Responder.
  void send(HttpResponse response);
  void begin_stream(HttpResponse head);
  bool write(std::string piece);
  void end();
  bool is_closed() const { return closed_; }
  void on_close(std::function<void()> callback);

  // Of the session.
  void taken(std::size_t bytes) { waiting_ -= bytes; }
  void finished();  // answered whole
  void closed();    // the connection has gone

 private:
  enum class Stage { open, streaming, done };

  std::shared_ptr<Door> door_;
  std::weak_ptr<Session> session_;
  std::size_t stream_limit_;
  std::atomic<std::size_t> waiting_{0};
  std::atomic<bool> closed_{false};
  std::mutex mutex_;
  Stage stage_ = Stage::open;
  bool over_ = false;
  std::function<void()> on_close_;
};

// Takes over a connection. With `refuse` it is told that the server is full.
void start_session(std::shared_ptr<SessionHost> host, boost::asio::ip::tcp::socket socket,
                   bool refuse);
// Makes every session end: at once, or when its answer under way has been sent.
void end_sessions(SessionHost& host, bool at_once);

}  // namespace skald::runtime::detail
