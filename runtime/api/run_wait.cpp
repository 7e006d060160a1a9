#include "runtime/api/run_wait.hpp"

#include <algorithm>
#include <utility>

namespace skald::runtime {

RunWait::RunWait(Api& api, std::string run, Responder responder, Answer answer)
    : engine_(api.engine),
      workers_(api.workers),
      run_(std::move(run)),
      responder_(std::move(responder)),
      answer_(std::move(answer)) {}

void RunWait::begin(Api& api, std::string run, Duration time, Responder responder, Answer answer) {
  std::shared_ptr<RunWait> const wait(
      new RunWait(api, std::move(run), std::move(responder), std::move(answer)));
  std::weak_ptr<RunWait> const weak = wait;
  {
    std::lock_guard const lock(api.mutex);
    if (api.waits.size() >= api.prune_waits_at) {
      std::erase_if(api.waits, [](auto const& old) { return old.expired(); });
      api.prune_waits_at = std::max<std::size_t>(64, 2 * api.waits.size());
    }
    api.waits.push_back(weak);
  }
  // The engine holds the wait until the run ends or it is forgotten.
  auto const ticket = wait->engine_.when_ended(
      wait->run_, [wait](Result<Outcome> const& outcome) { wait->ended(outcome); });
  {
    std::lock_guard const lock(wait->mutex_);
    wait->ticket_ = ticket;
  }
  if (wait->answered_) return wait->forget();
  auto const give_up = [weak] {
    if (auto const me = weak.lock()) me->give_up();
  };
  wait->responder_.on_close(give_up);
  api.server->run_after(time, give_up);
  if (api.stopping) wait->give_up();
}

void RunWait::ended(Result<Outcome> const& outcome) {
  if (answered_.exchange(true)) return;
  responder_.send(outcome.ok() ? answer_(&*outcome) : problem(outcome.error()));
}

void RunWait::give_up() {
  if (answered_.exchange(true)) return;
  forget();
  // The answer may ask the engine, which is not for the io thread to wait for.
  auto const send = [me = shared_from_this()] { me->responder_.send(me->answer_(nullptr)); };
  if (!workers_->post(send)) send();
}

void RunWait::forget() {
  std::lock_guard const lock(mutex_);
  if (ticket_) engine_.forget(run_, *ticket_);
}

void give_up_waits(Api& api) {
  std::vector<std::weak_ptr<RunWait>> waits;
  {
    std::lock_guard const lock(api.mutex);
    waits.swap(api.waits);
  }
  for (auto const& weak : waits) {
    if (auto const wait = weak.lock()) wait->give_up();
  }
}

}  // namespace skald::runtime
