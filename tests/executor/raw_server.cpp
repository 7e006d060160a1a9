#include "tests/executor/raw_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "base/assert.hpp"

namespace skald::test {
namespace {

int listen_anywhere(int& port, int backlog) {
  int const fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  SKALD_ASSERT(::bind(fd, generic, size) == 0, "bind");
  if (backlog > 0) SKALD_ASSERT(::listen(fd, backlog) == 0, "listen");
  SKALD_ASSERT(::getsockname(fd, generic, &size) == 0, "getsockname");
  port = ntohs(address.sin_port);
  return fd;
}

std::size_t content_length(std::string head) {
  std::transform(head.begin(), head.end(), head.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  auto const at = head.find("content-length:");
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + 15));
}

}  // namespace

std::string RawConnection::read_request() {
  while (true) {
    auto const end = buffer_.find("\r\n\r\n");
    if (end != std::string::npos) {
      std::size_t const whole = end + 4 + content_length(buffer_.substr(0, end));
      if (buffer_.size() >= whole) {
        std::string request = buffer_.substr(0, whole);
        buffer_.erase(0, whole);
        return request;
      }
    }
    std::array<char, 4096> chunk{};
    auto const got = ::recv(fd_, chunk.data(), chunk.size(), 0);
    if (got <= 0) return {};
    buffer_.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

void RawConnection::send(std::string const& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    auto const put = ::send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (put <= 0) return;
    sent += static_cast<std::size_t>(put);
  }
}

void RawConnection::answer(int status, std::string const& body, std::string const& headers) {
  send("HTTP/1.1 " + std::to_string(status) + " X\r\n" + headers +
       "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

void RawConnection::reset() {
  linger const at_once{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

RawServer::RawServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = listen_anywhere(port_, 1024);
  acceptor_ = std::thread([this] { accept_all(); });
}

RawServer::~RawServer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  {
    std::lock_guard const lock(mutex_);
    for (int const fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  for (auto& thread : threads_) thread.join();
}

void RawServer::accept_all() {
  while (true) {
    int const fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    ++connections_;
    std::lock_guard const lock(mutex_);
    open_.push_back(fd);
    threads_.emplace_back([this, fd] {
      RawConnection connection(fd);
      handler_(connection);
      std::lock_guard const closing(mutex_);
      open_.remove(fd);
      ::close(fd);
    });
  }
}

RawServer::Handler always(int status, std::string body, std::string headers) {
  return [=](RawConnection& connection) {
    while (!connection.read_request().empty()) connection.answer(status, body, headers);
  };
}

int closed_port() {
  int port = 0;
  ::close(listen_anywhere(port, 0));
  return port;
}

}  // namespace skald::test
