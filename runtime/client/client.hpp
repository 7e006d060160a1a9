#pragma once

// The verbs of an Engine, spoken to a server (`skald serve`) over HTTP.
//
//   skald::Client client("http://127.0.0.1:8080");
//   client.deploy(skald::load("booking.yaml").value()).value();
//   auto run = client.start("travel/holiday-booking", Trip{...}, {.id = "trip-42"}).value();
//   skald::Outcome end = client.wait(run.id, 30s).value();
//
// Errors are those that the Engine gives, carried over; besides, unavailable when the server can
// not be reached, timed_out when it does not answer, and io when its answer makes no sense.
//
// A request that gets no answer is sent once more where that does no harm: everything but publish.
// A start without id and key is given a key first, so that repeating it can not start two runs.
//
// Thread-safety: all members may be called from any thread; each call has a connection of its own
// while it lasts, and connections are kept for the next.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "runtime/engine/engine.hpp"

namespace skald {

struct ClientOptions {
  std::string url = "http://127.0.0.1:8080";
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds timeout{30'000};         // of an answer, beyond what a wait asks for
  std::size_t max_answer = std::size_t{256} << 20U;  // bytes
};

class Client {
 public:
  explicit Client(std::string url) : Client(ClientOptions{.url = std::move(url)}) {}
  // A URL that can not be used is told by the first call.
  explicit Client(ClientOptions options);
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  std::string const& url() const;
  // Ends the calls under way: they, and all that come later, give `cancelled`. What they have asked
  // for may happen all the same.
  void abandon();

  Result<Deployment> deploy(WorkflowSource const& source);
  // The functions of its steps do not travel: the server has to have functions of these names; a
  // run waits visibly for one that is missing.
  Result<Deployment> deploy(Workflow const& workflow);

  Result<Started> start(std::string_view workflow, Json input, StartOptions options = {});
  template <class Input>
  requires(!std::is_convertible_v<Input, Json>) Result<Started> start(std::string_view workflow,
                                                                      Input const& input,
                                                                      StartOptions options = {}) {
    return start(workflow, describe_json(input), std::move(options));
  }

  Result<Outcome> status(std::string const& run) const;
  Result<Outcome> wait(std::string const& run, std::chrono::nanoseconds timeout) const;
  Result<void> cancel(std::string const& run, std::string reason = {}, std::string actor = {});
  Result<void> kill(std::string const& run, std::string reason = {}, std::string actor = {});
  Result<void> resume(std::string const& run, std::string reason = {}, std::string actor = {});
  // Not sent again when there is no answer: look how the run stands first.
  Result<Json> operate(std::string const& run, Operation operation);
  Result<Json> preview(std::string const& run, Operation operation) const;
  // By workflow and status; filters of another kind are an invalid_argument here.
  Result<Json> operate_many(RunFilter const& filter, Operation operation, bool dry_run = false);
  Result<Published> publish(Json event);

  Result<Json> describe(std::string const& run) const;
  Result<Json> history(std::string const& run, HistoryFilter const& filter = {}) const;
  Result<Json> plan(std::string const& run) const;
  Result<Json> graph(std::string const& run) const;  // {workflow, digest, graph}
  Result<Json> list(RunFilter const& filter = {}) const;
  Result<Json> workflows() const;
  Result<Json> schedules() const;
  Result<Json> locks(std::string_view name = {}) const;
  Result<Json> workflow(std::string_view name) const;
  Result<Json> health() const;

  // Calls `changed` with the view of the run (as describe), now and whenever it changes, until the
  // run ends; gives the outcome. Stops early, with `cancelled`, when `changed` returns false.
  Result<Outcome> watch(std::string const& run, std::function<bool(Json const&)> changed) const;
  // The same with every fact (as history), each once and in order. `suspended` is told when the run
  // stands still, itself or for a child that it waits for; it stops the watch with false.
  Result<Outcome> watch_facts(std::string const& run, std::function<bool(Json const&)> fact,
                              std::function<bool(Outcome const&)> suspended = {}) const;

 private:
  class Impl;
  Result<Outcome> follow(std::string const& target, std::string_view name,
                         std::function<bool(Json const&)> const& changed,
                         std::function<bool(Outcome const&)> const& suspended) const;
  Error no_such_workflow(std::string_view name) const;
  std::unique_ptr<Impl> impl_;
};

}  // namespace skald
