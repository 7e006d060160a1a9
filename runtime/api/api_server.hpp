#pragma once

// ApiServer puts an Engine on the network: the HTTP API of docs/api.md, on one io thread and a few
// workers for what may block.
//
// Thread-safety: all members. The engine must outlive it.

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "runtime/api/http_server.hpp"

namespace skald {
class Engine;
}

namespace skald::runtime {

struct Api;

struct ApiOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  // 0: a free one
  HttpServerOptions http = {};
  unsigned workers = 4;
};

class ApiServer {
 public:
  // Errors: as HttpServer::listen.
  static Result<std::unique_ptr<ApiServer>> start(Engine& engine, ApiOptions options);
  // Stops, waiting for nobody.
  ~ApiServer();
  ApiServer(ApiServer const&) = delete;
  ApiServer& operator=(ApiServer const&) = delete;

  // "http://127.0.0.1:8080"
  std::string url() const;
  std::uint16_t port() const;

  // Accepts no more, answers those who wait with what is known now, ends event streams and lets
  // the rest finish for at most `wait`.
  void stop(Duration wait);

 private:
  explicit ApiServer(std::shared_ptr<Api> api);
  std::shared_ptr<Api> api_;
};

}  // namespace skald::runtime
