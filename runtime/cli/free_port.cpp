#include "runtime/cli/free_port.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <utility>

namespace skald::cli {
namespace {

// Of an address that a socket is bound to; 0 when it is none of the internet.
std::uint16_t port_of(sockaddr_storage const& address) {
  if (address.ss_family == AF_INET) {
    return ntohs(reinterpret_cast<sockaddr_in const&>(address).sin_port);
  }
  return address.ss_family == AF_INET6
             ? ntohs(reinterpret_cast<sockaddr_in6 const&>(address).sin6_port)
             : std::uint16_t{0};
}

}  // namespace

Result<FreePort> FreePort::on(std::string const& host) {
  Error const none{ErrorCode::invalid_argument, "'" + host + "' is no address of this machine",
                   "give HOST:PORT, for example 127.0.0.1:8080"};
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* list = nullptr;
  if (getaddrinfo(host.c_str(), "0", &hints, &list) != 0) return none;
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> const owned(list, &freeaddrinfo);
  FreePort port(socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0), 0);
  if (port.socket_ < 0) return none;
  int const yes = 1;
  setsockopt(port.socket_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(port.socket_, list->ai_addr, list->ai_addrlen) != 0) return none;
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  if (getsockname(port.socket_, reinterpret_cast<sockaddr*>(&bound), &size) != 0) return none;
  port.number_ = port_of(bound);
  return port;
}

FreePort::FreePort(FreePort&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), number_(other.number_) {}

FreePort::~FreePort() {
  if (socket_ >= 0) close(socket_);
}

}  // namespace skald::cli
