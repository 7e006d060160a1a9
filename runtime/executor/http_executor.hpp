#pragma once

// HttpExecutor sends calls of the function "http" over HTTP/1.1, plain or TLS, from one io thread
// however many are in flight. Connections are kept and used again; each target has a limit of
// requests in flight, and what is over it waits in a queue; names are resolved on other threads.
//
// What an answer says is exact: `not_sent` only when provably no byte of the request left (wrong
// arguments, withdrawn, no name, no connection, deadline before it was sent); once a byte may have
// left, everything but a whole answer is `lost`. An answer over the size limit is `failed`.
//
// The deadline of an attempt covers waiting in the queue, connecting and the transfer.
//
// Thread-safety: see Executor. Destruction abandons what is open: those attempts get no answer,
// as in a crash, and the journal's recovery sends them again. No callback runs after it.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "runtime/executor/executor.hpp"
#include "runtime/executor/resolver.hpp"
#include "runtime/executor/secrets.hpp"
#include "runtime/executor/targets.hpp"

namespace skald::runtime {

struct HttpOptions {
  std::vector<Target> targets = {};
  std::uint32_t in_flight = 256;     // per target; a server no target names is one of its own
  std::uint32_t breaker = 0;         // failures in a row that open a target's breaker; 0: never
  std::size_t max_queued = 100'000;  // per target; over it an attempt is not_sent at once
  // Targets and servers that are remembered (their limits and breakers); over it those are
  // forgotten that have nothing in flight, the longest unused first.
  std::size_t max_lanes = 4096;
  std::size_t max_response = 16U << 20U;  // bytes of an answer's body
  unsigned max_redirects = 10;
  // Refuse addresses that are not public (addresses.hpp), but where a target leads.
  bool public_only = false;
  // How long an unused connection is kept; the server's Keep-Alive header can shorten it. Many
  // servers close after five seconds, and a request that meets the closing is in doubt.
  Duration idle = Duration::from_seconds(4);
  std::size_t max_idle = 512;  // unused connections per server
  // For each address while others are left to try.
  Duration connect_patience = Duration::from_seconds(2);
  // PEM file of the authorities to trust instead of the system's.
  std::string ca_file = {};
  ResolverOptions resolver = {};
  // Opens what is sealed in the arguments.
  std::shared_ptr<Secrets const> secrets = std::make_shared<Secrets>();
};

// Counters since the start, and what is open now.
struct HttpStats {
  std::uint64_t sent = 0;         // requests written, redirections included
  std::uint64_t connections = 0;  // opened
  std::uint64_t reused = 0;       // requests on a connection that had served one before
  std::uint64_t answered = 0;
  std::uint64_t in_flight = 0;
  std::uint64_t queued = 0;
};

class HttpExecutor final : public Executor {
 public:
  // Errors: invalid_argument for a target that is no URL; io when `ca_file` can not be read.
  static Result<std::unique_ptr<HttpExecutor>> make(HttpOptions options, AnswerCallback callback);
  ~HttpExecutor() override;

  void submit(CallRequest request) override;
  void withdraw(AttemptId id) override;
  HttpStats stats() const;
  // Waits for the io thread; not to be called from a callback.
  std::vector<TargetState> targets() const;

 private:
  class Impl;
  explicit HttpExecutor(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace skald::runtime
