#pragma once

// A free port that nobody else is given while this lives, so that it is known before the server
// listens on it: what the server calls gets its address. (A bound socket that does not listen does
// not keep the own server from binding the port again.)

#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace skald::cli {

class FreePort {
 public:
  // Errors: invalid_argument when `host` is no address of this machine.
  static Result<FreePort> on(std::string const& host);
  FreePort(FreePort&& other) noexcept;
  FreePort& operator=(FreePort&&) = delete;
  ~FreePort();

  std::uint16_t number() const { return number_; }

 private:
  FreePort(int socket, std::uint16_t number) : socket_(socket), number_(number) {}

  int socket_;
  std::uint16_t number_;
};

}  // namespace skald::cli
