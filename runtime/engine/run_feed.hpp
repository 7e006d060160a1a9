#pragma once

// A run as it grows, for who follows it: each question takes up what has come since the one before.
//
// Thread-safety: none; one thread at a time. Must not outlive the engine.

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"

namespace skald {
struct EngineImpl;
}

namespace skald::runtime {

class RunFeed {
 public:
  RunFeed(EngineImpl const& engine, std::string run);
  ~RunFeed();
  RunFeed(RunFeed const&) = delete;
  RunFeed& operator=(RunFeed const&) = delete;

  // Errors of all: as RunReader::read.
  // The view of the run as it is now (Engine::describe).
  Result<Json> view(std::stop_token const& stop = {});
  // The facts that have come since the last call (Engine::history), at most about a quarter of a
  // MiB of them. True: there are more.
  Result<bool> facts(std::function<void(Json const&)> const& visit,
                     std::stop_token const& stop = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace skald::runtime
