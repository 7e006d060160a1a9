#pragma once

// A client of the tests that sends exactly the bytes it is told and reads what comes. Reads give
// up after ten seconds.

#include <cstdint>
#include <string>

namespace skald::test {

class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  ~RawClient();
  RawClient(RawClient&& other) noexcept;
  RawClient(RawClient const&) = delete;
  RawClient& operator=(RawClient const&) = delete;

  bool send(std::string const& bytes);
  // One response with a Content-Length (or without a body).
  std::string read_response();
  // Up to and with `mark`; what came when the server closed.
  std::string read_until(std::string const& mark);
  // Up to the end of the connection.
  std::string read_all();
  void close();

 private:
  bool receive();

  int fd_;
  std::string buffer_;
};

// A request without a body, to be kept alive.
std::string get(std::string const& target, std::string const& headers = "");
std::string post(std::string const& target, std::string const& body,
                 std::string const& headers = "");

int status_of_response(std::string const& response);
std::string body_of(std::string const& response);

}  // namespace skald::test
