#include "runtime/machine/locks.hpp"

#include <algorithm>
#include <utility>

namespace skald::runtime {
namespace {

// Collects facts, folding each at once.
class LockTurn {
 public:
  LockTurn(LockTable& table, std::string const& name, Time now)
      : table_(table), name_(name), now_(now) {}

  void add(LockBody body) {
    facts_.push_back({name_, now_, std::move(body)});
    evolve(table_, facts_.back());
  }

  // The run leaves; whoever has waited longest takes its place.
  void release(std::string const& run) {
    add(LockReleased{run});
    auto const lock = table_.find(name_);
    if (lock == table_.end() || lock->second.holder) return;
    auto const next = lock->second.waiters.begin()->second;
    add(LockGranted{next.run, next.request});
  }

  std::vector<LockFact> take() { return std::move(facts_); }

 private:
  LockTable& table_;
  std::string const& name_;
  Time now_;
  std::vector<LockFact> facts_;
};

bool has(LockPlace const& place, std::string const& run, ActivationId request) {
  return place.run == run && place.request == request;
}

}  // namespace

LockReply ask(LockTable& table, LockAsk const& request, Time now) {
  using Answer = LockAnswered::Answer;
  LockReply reply;
  LockTurn turn(table, request.name, now);
  auto const lock = table.find(request.name);
  auto const answer = [&](Answer what) { reply.answer = {request.request, what, {}, {}}; };
  if (lock == table.end()) {
    turn.add(LockGranted{request.run, request.request});
    answer(Answer::granted);
  } else if (auto const& holder = *lock->second.holder; holder.run == request.run) {
    answer(Answer::granted);
  } else if (lock->second.numbers.contains(request.run)) {
    return reply;
  } else if (std::ranges::count(request.family, holder.run) > 0) {
    answer(Answer::family);
    reply.answer->holder = holder.run;
  } else if (request.name > request.above) {
    turn.add(LockQueued{request.run, request.request});
  } else {
    answer(Answer::refused);
    reply.answer->holder = holder.run;
    reply.answer->above = request.above;
  }
  reply.facts = turn.take();
  return reply;
}

std::vector<LockFact> withdraw(LockTable& table, std::string const& name, std::string const& run,
                               ActivationId request, Time now) {
  auto const lock = table.find(name);
  if (lock == table.end()) return {};
  auto const number = lock->second.numbers.find(run);
  bool const waits = number != lock->second.numbers.end() &&
                     has(lock->second.waiters.at(number->second), run, request);
  if (!waits && !has(*lock->second.holder, run, request)) return {};
  LockTurn turn(table, name, now);
  turn.release(run);
  return turn.take();
}

std::vector<LockFact> run_over(LockTable& table, std::string const& name, std::string const& run,
                               Time now) {
  auto const lock = table.find(name);
  if (lock == table.end()) return {};
  if (lock->second.holder->run != run && !lock->second.numbers.contains(run)) return {};
  LockTurn turn(table, name, now);
  turn.release(run);
  return turn.take();
}

namespace {

struct FoldLock {
  LockState& lock;
  Time at;

  void operator()(LockQueued const& fact) const {
    lock.numbers[fact.run] = lock.next_number;
    lock.waiters[lock.next_number++] = {fact.run, fact.request, at};
  }
  void operator()(LockGranted const& fact) const {
    leave(fact.run);
    lock.holder = {fact.run, fact.request, at};
  }
  void operator()(LockReleased const& fact) const {
    if (lock.holder && lock.holder->run == fact.run) lock.holder.reset();
    leave(fact.run);
  }

 private:
  void leave(std::string const& run) const {
    auto const number = lock.numbers.find(run);
    if (number == lock.numbers.end()) return;
    lock.waiters.erase(number->second);
    lock.numbers.erase(number);
  }
};

Json put(LockPlace const& place) {
  return Json::array({place.run, place.request.value, Json(place.since.us)});
}

}  // namespace

void evolve(LockTable& table, LockFact const& fact) {
  auto const at = table.try_emplace(fact.name).first;
  std::visit(FoldLock{at->second, fact.at}, fact.body);
  if (!at->second.holder && at->second.waiters.empty()) table.erase(at);
}

Json to_json(LockTable const& table) {
  Json json = Json::object();
  for (auto const& [name, lock] : table) {
    Json places = Json::array({lock.holder ? put(*lock.holder) : Json()});
    for (auto const& [number, place] : lock.waiters) places.push_back(put(place));
    json.set(name, std::move(places));
  }
  return json;
}

}  // namespace skald::runtime
