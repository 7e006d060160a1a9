#include "runtime/engine/lock_keeper.hpp"

#include "base/digest.hpp"

namespace skald::runtime {
namespace {

using Answer = LockAnswered::Answer;

Json entry(std::string const& name, LockState const& lock) {
  Json waiting = Json::array();
  for (auto const& [number, place] : lock.waiters) {
    waiting.push_back(Json::object({{"run", place.run}, {"since", to_iso8601(place.since)}}));
  }
  return Json::object({{"name", name},
                       {"holder", lock.holder->run},
                       {"since", to_iso8601(lock.holder->since)},
                       {"waiting", std::move(waiting)}});
}

}  // namespace

// Names have parts, as runs have children; each has a home of its own.
std::string home_of_lock(std::string_view name) {
  return "lock-" + std::to_string(stable_hash(name));
}

// Who holds a lock is told so once more: the word may have been lost, and a run that has given the
// request up, before this home knew of it, would not ask for it.
void LockKeeper::begin() {
  for (auto const& [name, lock] : table_) {
    watch(name, lock.holder->run);
    tell(lock.holder->run, name, {lock.holder->request, Answer::granted});
    for (auto const& [number, place] : lock.waiters) watch(name, place.run);
  }
}

void LockKeeper::ask(LockAsk const& request, Time now) {
  auto reply = runtime::ask(table_, request, now);
  bool const placed = !reply.facts.empty();
  if (placed) ports_.keep(std::move(reply.facts));
  if (placed) watch(request.name, request.run);
  if (reply.answer) tell(request.run, request.name, std::move(*reply.answer));
}

void LockKeeper::withdraw(std::string const& lock, std::string const& run, ActivationId request,
                          Time now) {
  done(runtime::withdraw(table_, lock, run, request, now));
  tell(run, lock, {request, Answer::withdrawn});
}

void LockKeeper::ended(std::string const& lock, std::string const& run, Time now) {
  watched_.erase({lock, run});
  done(run_over(table_, lock, run, now));
}

// Who has become the holder hears of it.
void LockKeeper::done(std::vector<LockFact> facts) {
  if (facts.empty()) return;
  ports_.keep(facts);
  for (auto const& fact : facts) {
    auto const* granted = std::get_if<LockGranted>(&fact.body);
    if (granted != nullptr) tell(granted->run, fact.name, {granted->request, Answer::granted});
  }
}

void LockKeeper::watch(std::string const& lock, std::string const& run) {
  if (!watched_.emplace(lock, run).second) return;
  ports_.after_durable([this, lock, run] { ports_.watch(lock, run); });
}

void LockKeeper::tell(std::string const& run, std::string const& lock, LockAnswered answer) {
  ports_.after_durable(
      [this, run, lock, answer = std::move(answer)] { ports_.tell(run, lock, answer); });
}

Json LockKeeper::list(std::string_view name, std::size_t limit) const {
  Json all = Json::array();
  if (!name.empty()) {
    auto const at = table_.find(std::string(name));
    if (at != table_.end()) all.push_back(entry(at->first, at->second));
    return all;
  }
  for (auto const& [each, lock] : table_) {
    if (all.size() >= limit) break;
    all.push_back(entry(each, lock));
  }
  return all;
}

}  // namespace skald::runtime
