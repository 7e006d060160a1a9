#include "tests/support/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "base/assert.hpp"

namespace skald::test {

RawClient::RawClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto const* generic = reinterpret_cast<sockaddr const*>(&address);
  SKALD_ASSERT(::connect(fd_, generic, sizeof(address)) == 0, "connect");
  timeval const patience{10, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
}

RawClient::RawClient(RawClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), buffer_(std::move(other.buffer_)) {}

RawClient::~RawClient() {
  close();
}

void RawClient::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

bool RawClient::send(std::string const& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    auto const put = ::send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (put <= 0) return false;
    sent += static_cast<std::size_t>(put);
  }
  return true;
}

bool RawClient::receive() {
  std::array<char, 16384> chunk{};
  auto const got = ::recv(fd_, chunk.data(), chunk.size(), 0);
  if (got <= 0) return false;
  buffer_.append(chunk.data(), static_cast<std::size_t>(got));
  return true;
}

std::string RawClient::read_until(std::string const& mark) {
  std::size_t at = std::string::npos;
  while ((at = buffer_.find(mark)) == std::string::npos) {
    if (!receive()) return std::exchange(buffer_, {});
  }
  std::string out = buffer_.substr(0, at + mark.size());
  buffer_.erase(0, out.size());
  return out;
}

std::string RawClient::read_response() {
  std::string response = read_until("\r\n\r\n");
  auto const at = response.find("Content-Length: ");
  if (at == std::string::npos) return response;
  std::size_t const length = std::stoul(response.substr(at + 16));
  while (buffer_.size() < length && receive()) {
  }
  response += buffer_.substr(0, length);
  buffer_.erase(0, length);
  return response;
}

std::string RawClient::read_all() {
  while (receive()) {
  }
  return std::exchange(buffer_, {});
}

std::string get(std::string const& target, std::string const& headers) {
  return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
}

std::string post(std::string const& target, std::string const& body, std::string const& headers) {
  return "POST " + target +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         headers + "\r\n" + body;
}

int status_of_response(std::string const& response) {
  return response.size() < 12 ? 0 : std::stoi(response.substr(9, 3));
}

std::string body_of(std::string const& response) {
  auto const at = response.find("\r\n\r\n");
  return at == std::string::npos ? "" : response.substr(at + 4);
}

}  // namespace skald::test
