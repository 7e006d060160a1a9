// GET /v1/runs/{id}/watch: server-sent events. `run` carries the whole view of the run whenever it
// has changed; changes that come faster than they can be shown are shown together. `end` carries
// the outcome, and then the stream ends.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "runtime/api/routes.hpp"

namespace skald::runtime {
namespace {

// A view is made at most this often.
constexpr Duration kPause = Duration::from_ms(50);

std::string event(std::string_view name, Json const& data) {
  // JSON text has no line breaks, so one data line holds it.
  return std::string("event: ")
      .append(name)
      .append("\ndata: ")
      .append(to_text(data))
      .append("\n\n");
}

class RunWatch : public std::enable_shared_from_this<RunWatch> {
 public:
  RunWatch(Api& api, std::string run, Responder responder)
      : api_(api),
        alive_(api.weak_from_this()),
        workers_(api.workers),
        run_(std::move(run)),
        responder_(std::move(responder)) {}

  // On a worker.
  void begin() {
    auto const view = api_.engine.describe(run_);
    if (!view.ok()) return responder_.send(problem(view.error()));
    responder_.begin_stream(
        {200, {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}}, ""});
    std::weak_ptr<RunWatch> const weak = weak_from_this();
    responder_.on_close([weak] {
      if (auto const me = weak.lock()) me->stop();
    });
    // The engine holds the watch until it is forgotten.
    auto const ticket =
        api_.engine.when_changed(run_, [me = shared_from_this()](std::uint64_t) { me->changed(); });
    {
      std::lock_guard const lock(mutex_);
      ticket_ = ticket;
    }
    if (over_) return stop();  // the client went meanwhile
    changed();
  }

 private:
  void changed() {
    std::lock_guard const lock(mutex_);
    dirty_ = true;
    if (!busy_) schedule();
  }

  // Locked.
  void schedule() {
    if (over_) return;
    busy_ = true;
    if (workers_->post([me = shared_from_this()] { me->show(); })) return;
    // The workers have too much to do: later, lest the end is never shown; or the server is gone.
    auto const api = alive_.lock();
    if (api) api->server->run_after(kPause, [me = shared_from_this()] { me->rested(); });
  }

  void show() {
    {
      std::lock_guard const lock(mutex_);
      if (over_) return;
      dirty_ = false;
    }
    auto const view = api_.engine.describe(run_);
    bool const taken = view.ok() && responder_.write(event("run", *view));
    if (!taken) return finish();
    auto const status = api_.engine.status(run_);
    if (status.ok() && is_end(status->status)) {
      // The view may be older than the status: the last one must show the end.
      auto const last = api_.engine.describe(run_);
      if (last.ok() && !(*last == *view)) responder_.write(event("run", *last));
      responder_.write(event("end", outcome_json(*status)));
      return finish();
    }
    api_.server->run_after(kPause, [me = shared_from_this()] { me->rested(); });
  }

  void rested() {
    std::lock_guard const lock(mutex_);
    busy_ = false;
    if (dirty_) schedule();
  }

  void finish() {
    stop();
    responder_.end();
  }

  void stop() {
    std::optional<std::uint64_t> ticket;
    {
      std::lock_guard const lock(mutex_);
      over_ = true;
      ticket = std::exchange(ticket_, std::nullopt);
    }
    if (ticket) api_.engine.forget(run_, *ticket);
  }

  Api& api_;
  std::weak_ptr<Api> alive_;
  std::shared_ptr<WorkerPool> workers_;
  std::string run_;
  Responder responder_;
  std::mutex mutex_;
  std::optional<std::uint64_t> ticket_;
  bool dirty_ = false;  // something has changed since the last view
  bool busy_ = false;   // a view is being made, or was made just now
  std::atomic<bool> over_ = false;
};

}  // namespace

void watch_run(Api& api, ApiCall call, Responder responder) {
  auto const watch = std::make_shared<RunWatch>(api, call.params[0], responder);
  if (api.workers->post([watch] { watch->begin(); })) return;
  responder.send(problem({ErrorCode::overloaded, "the server is busy", "try again"}));
}

}  // namespace skald::runtime
