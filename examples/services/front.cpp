#include "examples/services/front.hpp"

#include <cerrno>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include <httplib.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace booking {
namespace {

constexpr int kPoolThreads = 128;
constexpr int kBacklog = 1024;
constexpr int kKeepAliveMs = 2000;
constexpr int kSliceMs = 50;  // how soon an idle connection notices stop()
constexpr int kIoMs = 5000;
constexpr int kMaxRequestsPerConnection = 10'000;
constexpr std::size_t kMaxBody = 1U << 20U;

// A connection that can be told to lose what is written to it.
class Connection final : public httplib::Stream {
 public:
  explicit Connection(socket_t socket) : socket_(socket) {}

  void drop() { dropped_ = true; }
  bool dropped() const { return dropped_; }
  bool wait(short events, int milliseconds) const {
    pollfd entry{socket_, events, 0};
    return poll(&entry, 1, milliseconds) > 0;
  }

  bool is_readable() const override { return wait(POLLIN, kIoMs); }
  bool is_writable() const override { return !dropped_ && wait(POLLOUT, kIoMs); }
  ssize_t read(char* bytes, size_t size) override {
    if (!is_readable()) return -1;
    return recv(socket_, bytes, size, 0);
  }
  ssize_t write(char const* bytes, size_t size) override {
    if (!is_writable()) return -1;
    return send(socket_, bytes, size, MSG_NOSIGNAL);
  }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return socket_; }

 private:
  socket_t socket_;
  bool dropped_ = false;
};

Call call_of(httplib::Request const& request) {
  Call call;
  call.method = request.method;
  call.path = request.path;
  call.body = request.body;
  call.keys = {request.get_header_value("Idempotency-Key"),
               request.get_header_value("Skald-Undoes")};
  call.direction = request.get_header_value("Skald-Direction");
  if (call.direction.empty()) call.direction = call.keys.undoes.empty() ? "forward" : "undo";
  call.run = request.get_header_value("Skald-Run");
  call.step = request.get_header_value("Skald-Step");
  call.attempt = std::atoi(request.get_header_value("Skald-Attempt").c_str());
  return call;
}

}  // namespace

class Front::Server final : public httplib::Server {
 public:
  explicit Server(std::function<Answer(Call const&)> handler) : handler_(std::move(handler)) {
    new_task_queue = [] { return new httplib::ThreadPool(kPoolThreads); };
    set_payload_max_length(kMaxBody);
    set_tcp_nodelay(true);
    auto const handle = [this](httplib::Request const& request, httplib::Response& response) {
      answer(request, response);
    };
    Get(".*", handle);
    Put(".*", handle);
    Post(".*", handle);
    Delete(".*", handle);
  }

  // The library's own backlog of 5 makes callers wait a second for their second SYN.
  bool widen_backlog() const { return ::listen(svr_sock_, kBacklog) == 0; }

 private:
  // The connection that the pool's thread serves.
  static thread_local Connection* current_;

  void answer(httplib::Request const& request, httplib::Response& response) {
    Answer const answer = handler_(call_of(request));
    if (answer.drop) current_->drop();
    response.status = answer.status;
    if (!answer.verdict.empty()) response.set_header("Skald-Verdict", answer.verdict);
    response.set_content(answer.body, "application/json");
  }

  bool running() const { return svr_sock_ != INVALID_SOCKET; }

  bool wait_for_request(Connection const& connection) const {
    for (int waited = 0; waited < kKeepAliveMs && running(); waited += kSliceMs) {
      if (connection.wait(POLLIN, kSliceMs)) return true;
    }
    return false;
  }

  bool process_and_close_socket(socket_t socket) override {
    Connection connection(socket);
    current_ = &connection;
    bool closed = false;
    for (int left = kMaxRequestsPerConnection; left > 0 && !closed; --left) {
      if (!wait_for_request(connection)) break;
      if (!process_request(connection, left == 1, closed, nullptr)) break;
    }
    current_ = nullptr;
    if (connection.dropped()) {  // a reset: the caller must not take it for an orderly end
      linger const now{1, 0};
      setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    } else {
      shutdown(socket, SHUT_RDWR);
    }
    close(socket);
    return true;
  }

  std::function<Answer(Call const&)> handler_;
};

thread_local Connection* Front::Server::current_ = nullptr;

Front::Front(std::function<Answer(Call const&)> handler)
    : server_(std::make_unique<Server>(std::move(handler))) {}

Front::~Front() = default;

int Front::bind(std::string const& host, int port) {
  int bound = port;
  if (port == 0) {
    bound = server_->bind_to_any_port(host);
  } else if (!server_->bind_to_port(host, port)) {
    bound = 0;
  }
  return bound > 0 && server_->widen_backlog() ? bound : 0;
}

void Front::listen() {
  server_->listen_after_bind();
}

void Front::stop() {
  // stop() before the loop runs would be forgotten.
  while (!server_->is_running()) std::this_thread::yield();
  server_->stop();
}

}  // namespace booking
