#pragma once

// A request that waits for the end of a run: answered when the run ends, when its time is up, or
// when the server stops, whichever comes first.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "runtime/api/routes.hpp"

namespace skald::runtime {

class RunWait : public std::enable_shared_from_this<RunWait> {
 public:
  // Makes the answer; null: the run goes on.
  using Answer = std::function<HttpResponse(Outcome const*)>;

  static void begin(Api& api, std::string run, Duration time, Responder responder, Answer answer);

  // The time is up, the client has gone, or the server stops.
  void give_up();

 private:
  RunWait(Api& api, std::string run, Responder responder, Answer answer);
  void ended(Result<Outcome> const& outcome);
  void forget();

  Engine& engine_;
  std::shared_ptr<WorkerPool> workers_;
  std::string run_;
  Responder responder_;
  Answer answer_;
  std::atomic<bool> answered_{false};
  std::mutex mutex_;
  std::optional<std::uint64_t> ticket_;
};

// Answers all that wait; for the stop of the server.
void give_up_waits(Api& api);

}  // namespace skald::runtime
