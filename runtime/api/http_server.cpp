#include "runtime/api/http_server.hpp"

#include <chrono>
#include <condition_variable>
#include <thread>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/steady_timer.hpp>

#include "runtime/api/http_session.hpp"

namespace skald::runtime {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// When the process is out of descriptors, accepting is tried again after this time.
constexpr auto kAcceptPause = std::chrono::milliseconds(100);

Error not_bound(std::string const& host, std::uint16_t port, error_code error) {
  std::string const place = host + ":" + std::to_string(port);
  if (error == asio::error::address_in_use) {
    return {ErrorCode::unavailable,
            "port " + std::to_string(port) + " of " + host + " is in use by another program",
            "give another with --listen " + host +
                ":PORT (0 takes a free one), or find the "
                "program with: ss -ltnp 'sport = :" +
                std::to_string(port) + "'"};
  }
  if (error == asio::error::access_denied) {
    return {ErrorCode::unavailable, "not allowed to listen on " + place,
            "ports below 1024 belong to the system; take a higher one"};
  }
  return {ErrorCode::unavailable, "can not listen on " + place + ": " + error.message(),
          "give an address of this machine, for example 127.0.0.1:8080"};
}

}  // namespace

class HttpServer::Impl {
 public:
  Impl(HttpServerOptions options, Handler handler)
      : work_(asio::make_work_guard(io_)), acceptor_(io_), pause_(io_) {
    shared_->options = std::move(options);
    shared_->handler = std::move(handler);
    shared_->bodies = std::make_shared<BodyBudget>(shared_->options.limits.all_bodies_bytes);
    shared_->door = door_;
  }

  ~Impl() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
    door_->shut();
    detail::end_sessions(*shared_, true);
  }

  Result<void> bind(std::string const& host, std::uint16_t port) {
    error_code error;
    tcp::resolver resolver(io_);
    auto const found = resolver.resolve(host, std::to_string(port), tcp::resolver::passive, error);
    if (error || found.empty()) {
      return Error{ErrorCode::invalid_argument, "'" + host + "' is no address of this machine",
                   "give HOST:PORT, for example 127.0.0.1:8080"};
    }
    tcp::endpoint const endpoint = found.begin()->endpoint();
    bool const loopback = endpoint.address().is_loopback();
    if (!loopback && !shared_->options.allow_remote) {
      return Error{ErrorCode::invalid_argument,
                   host + " can be reached from other machines, and there is no authentication",
                   "listen on 127.0.0.1 and let a proxy that authenticates stand before it"};
    }
    shared_->options.hosts.loopback = loopback;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(1024, error);
    if (error) return not_bound(host, port, error);
    bound_ = acceptor_.local_endpoint(error);
    host_ = bound_.address().to_string();
    return {};
  }

  void run() {
    accept();
    thread_ = std::thread([this] { io_.run(); });
  }

  void run_after(Duration delay, std::function<void()> work) {
    door_->post([this, delay, work = std::move(work)]() mutable {
      auto const timer = std::make_shared<asio::steady_timer>(io_);
      timer->expires_after(std::chrono::microseconds(delay.us));
      timer->async_wait([timer, work = std::move(work)](error_code cancelled) {
        if (!cancelled) work();
      });
    });
  }

  void stop(Duration wait) {
    asio::post(io_, [this] {
      shared_->stopping = true;
      error_code ignored;
      acceptor_.close(ignored);
      pause_.cancel();
      detail::end_sessions(*shared_, false);
      check_empty();
    });
    std::unique_lock lock(mutex_);
    empty_.wait_for(lock, std::chrono::microseconds(wait.us), [this] { return is_empty_; });
    lock.unlock();
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }

  std::string const& host() const { return host_; }
  std::uint16_t port() const { return bound_.port(); }
  std::size_t connections() const { return shared_->count; }

 private:
  void accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      if (!acceptor_.is_open()) return;
      if (error) {
        pause_.expires_after(kAcceptPause);
        return pause_.async_wait([this](error_code cancelled) {
          if (!cancelled) accept();
        });
      }
      error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      bool const full = shared_->count >= shared_->options.limits.connections;
      detail::start_session(shared_, std::move(socket), full);
      accept();
    });
  }

  // Polls while the last answers go out; only during a stop.
  void check_empty() {
    if (shared_->count == 0) {
      std::lock_guard const lock(mutex_);
      is_empty_ = true;
      empty_.notify_all();
      return;
    }
    pause_.expires_after(std::chrono::milliseconds(5));
    pause_.async_wait([this](error_code cancelled) {
      if (!cancelled) check_empty();
    });
  }

  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  tcp::endpoint bound_;
  std::string host_;
  std::shared_ptr<detail::Door> door_ = std::make_shared<detail::Door>(io_);
  std::shared_ptr<detail::SessionHost> shared_ = std::make_shared<detail::SessionHost>();
  std::mutex mutex_;
  std::condition_variable empty_;
  bool is_empty_ = false;
  std::thread thread_;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::listen(std::string const& host, std::uint16_t port,
                                                       HttpServerOptions options, Handler handler) {
  auto impl = std::make_unique<Impl>(std::move(options), std::move(handler));
  SKALD_TRY(impl->bind(host, port));
  impl->run();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

Result<void> HttpServer::can_listen(std::string const& host, std::uint16_t port,
                                    HttpServerOptions options) {
  return Impl(std::move(options), nullptr).bind(host, port);
}

std::string const& HttpServer::host() const {
  return impl_->host();
}
std::uint16_t HttpServer::port() const {
  return impl_->port();
}
std::size_t HttpServer::connections() const {
  return impl_->connections();
}
void HttpServer::run_after(Duration delay, std::function<void()> work) {
  impl_->run_after(delay, std::move(work));
}
void HttpServer::stop(Duration wait) {
  impl_->stop(wait);
}

}  // namespace skald::runtime
