#pragma once

// The HTTP side of the service, on cpp-httplib, with limits of its own where version 0.11 has none:
// a bounded pool, short keep-alive (a connection holds a thread), and an answer can be lost on
// purpose. listen() runs until stop(); stop() may be called from any thread.

#include <functional>
#include <memory>
#include <string>

#include "examples/services/call.hpp"

namespace booking {

class Front {
 public:
  explicit Front(std::function<Answer(Call const&)> handler);
  Front(Front const&) = delete;
  Front& operator=(Front const&) = delete;
  ~Front();

  // Binds; port 0 takes a free one. Gives the port, or 0 when it is in use.
  int bind(std::string const& host, int port);
  void listen();
  void stop();

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace booking
