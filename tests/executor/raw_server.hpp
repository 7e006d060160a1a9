#pragma once

// A server of the tests that does exactly what a test tells it on each connection, down to
// breaking off in the middle of an answer. One thread a connection; an ephemeral port.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace skald::test {

class RawConnection {
 public:
  explicit RawConnection(int fd) : fd_(fd) {}

  // Head and body of the next request; empty when the client has closed.
  std::string read_request();
  void send(std::string const& bytes);
  // Answers with a Content-Length; `headers` are whole lines with their line ends.
  void answer(int status, std::string const& body, std::string const& headers = "");
  void reset();  // closes with RST

 private:
  int fd_;
  std::string buffer_;
};

class RawServer {
 public:
  using Handler = std::function<void(RawConnection&)>;  // the connection ends when it returns

  explicit RawServer(Handler handler);
  ~RawServer();

  int port() const { return port_; }
  std::string url(std::string const& path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  int connections() const { return connections_; }

 private:
  void accept_all();

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_{0};
  std::mutex mutex_;
  std::list<int> open_;
  std::list<std::thread> threads_;
  std::thread acceptor_;
};

// Answers every request of a connection the same way.
RawServer::Handler always(int status, std::string body, std::string headers = "");

// A port that nobody listens on.
int closed_port();

// Opens once; every thread that waits goes on.
class Gate {
 public:
  void open() {
    std::lock_guard const lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

}  // namespace skald::test
