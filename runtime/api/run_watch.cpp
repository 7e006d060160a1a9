// GET /v1/runs/{id}/watch: server-sent events. `run` carries the whole view of the run whenever it
// has changed; changes that come faster than they can be shown are shown together. With
// `?facts=true` there is a `fact` for every fact instead, each once and in order, and `suspended`
// with the outcome so far when the run stands still: a child that it waits for may be the reason,
// of which no fact of its own tells. `end` carries the outcome, and then the stream ends.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "runtime/api/routes.hpp"
#include "runtime/engine/run_feed.hpp"

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
  RunWatch(Api& api, std::string run, bool facts, Responder responder)
      : api_(api),
        alive_(api.weak_from_this()),
        workers_(api.workers),
        run_(std::move(run)),
        facts_(facts),
        feed_(api.engine.feed(run_)),
        responder_(std::move(responder)) {}

  // On a worker.
  void begin() {
    auto const known = api_.engine.status(run_);
    if (!known.ok()) return responder_.send(problem(known.error()));
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
    auto const begun = std::chrono::steady_clock::now();
    // Asked first: what is shown afterwards holds the end.
    auto const status = api_.engine.status(run_);
    auto const more = facts_ ? show_facts() : show_view();
    if (!status.ok() || !more) return finish();
    if (!*more && is_end(status->status)) {
      responder_.write(event("end", outcome_json(*status)));
      return finish();
    }
    if (!*more && facts_ && !tell_suspended(*status)) return finish();
    auto const alive = alive_.lock();
    if (!alive) return;
    // What takes long to show is shown less often.
    auto const took = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - begun);
    auto const pause = std::max(kPause, Duration{4 * took.count()});
    if (*more) mark_dirty();
    alive->server->run_after(pause, [me = shared_from_this()] { me->rested(); });
  }

  // Empty when nothing more can be shown; else whether there is more right now.
  std::optional<bool> show_view() {
    auto const view = feed_->view(api_.stop.get_token());
    if (!view.ok() || !responder_.write(event("run", *view))) return std::nullopt;
    return false;
  }

  std::optional<bool> show_facts() {
    std::string text;
    auto const more = feed_->facts([&text](Json const& fact) { text += event("fact", fact); },
                                   api_.stop.get_token());
    if (!more.ok() || (!text.empty() && !responder_.write(std::move(text)))) return std::nullopt;
    return *more;
  }

  // Once each time. False when the client has gone.
  bool tell_suspended(Outcome const& now) {
    bool const stands = now.status == RunStatus::suspended;
    bool const told = std::exchange(suspended_told_, stands);
    return told || !stands || responder_.write(event("suspended", outcome_json(now)));
  }

  void mark_dirty() {
    std::lock_guard const lock(mutex_);
    dirty_ = true;
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
  bool facts_;
  std::unique_ptr<RunFeed> feed_;  // on a worker
  Responder responder_;
  bool suspended_told_ = false;  // on a worker
  std::mutex mutex_;
  std::optional<std::uint64_t> ticket_;
  bool dirty_ = false;  // something has changed since the last view
  bool busy_ = false;   // a view is being made, or was made just now
  std::atomic<bool> over_ = false;
};

}  // namespace

void watch_run(Api& api, ApiCall call, Responder responder) {
  auto const wanted = call.request.parameter("facts");
  bool const facts = wanted && *wanted != "false";
  auto const watch = std::make_shared<RunWatch>(api, call.params[0], facts, responder);
  if (api.workers->post([watch] { watch->begin(); })) return;
  responder.send(problem({ErrorCode::overloaded, "the server is busy", "try again"}));
}

}  // namespace skald::runtime
